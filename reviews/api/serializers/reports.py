"""Bodies that ask for a report."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from reviews.api.serializers.documents import AskAsKnown
from reviews.reports.sampling import MOST, Method

LONGEST = 500


class Filters(serializers.DictField):
    """Name of a filter → its values, as in the address of the list."""

    child: Any = serializers.ListField(child=serializers.CharField(max_length=LONGEST), max_length=100)


class AskInventory(AskAsKnown):
    filters = Filters(default=dict, help_text="Filters of the list of workflows: name → values.")


class AskAuditPack(AskAsKnown):
    """`number` is the size of a drawn sample, or n for every n-th; it says nothing when all are taken."""

    filters = Filters(default=dict, help_text="Filters of the audit history: name → values.")
    method = serializers.ChoiceField(choices=Method.choices, default=Method.DRAWN)
    number = serializers.IntegerField(min_value=1, max_value=MOST, required=False)
    seed = serializers.CharField(
        max_length=64, default="", allow_blank=True, help_text="Empty: the root of the ledger."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["method"] != Method.ALL and not attrs.get("number"):
            raise serializers.ValidationError({"number": _("Say how many, or every how many.")})
        return attrs
