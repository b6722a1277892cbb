"""Who opens a piece of evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText, PersonField
from incidents.models import Evidence
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import User


class NameForm(OnceMixin, PlainForm):
    person = PersonField(label=_("Who opens it"))
    reason = LongText(label=_("Reason"), rows=2, max_length=300)


class TakeOffForm(OnceMixin, PlainForm):
    person = forms.ModelChoiceField(User.objects.none(), label=_("Who no longer opens it"))
    reason = LongText(label=_("Reason"), rows=2, max_length=300)

    def __init__(self, *args: Any, piece: Evidence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = piece.openers.filter(ended_at__isnull=True).values("person")
        person: Any = self.fields["person"]
        person.queryset = User.objects.filter(pk__in=named)
