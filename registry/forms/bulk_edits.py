"""The new value for many workflows, why, and which rows at which version."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin
from registry.models import User

FARTHEST = timedelta(days=366 * 5)


class RowsField(forms.CharField):
    """`12:3,40:1`: primary key and version of each row."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        try:
            return {
                int(key): int(version)
                for key, _colon, version in (p.partition(":") for p in super().clean(value).split(","))
            }
        except ValueError:
            raise ValidationError(_("The list of workflows was cut off. Choose them again.")) from None


class BulkForm(PlainForm, ReasonMixin, OnceMixin):
    rows = RowsField(error_messages={"required": _("Choose at least one workflow.")})
    back = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=4000)


class ReviewDateForm(BulkForm):
    value = forms.DateField(label=_("Next review"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    field_order = ["value", "reason"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_value(self) -> date:
        day: date = self.cleaned_data["value"]
        if not self.today <= day <= self.today + FARTHEST:
            raise ValidationError(_("Choose a day from today on, at most five years ahead."))
        return day


class OwnerForm(BulkForm):
    value = forms.ModelChoiceField(label=_("Business owner"), queryset=User.objects.active().order_by("name", "pk"))
    field_order = ["value", "reason"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
