"""A reading of a queue: two fields on a phone, the rest where somebody knows it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import MomentField
from registry.kernel.http.forms import OnceMixin, PlainForm


class Number(forms.IntegerField):
    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=100_000_000, **options)
        self.widget.attrs["inputmode"] = "numeric"


class BacklogForm(OnceMixin, PlainForm):
    queue = forms.CharField(label=_("Queue"), max_length=100)
    length = Number(label=_("Waiting now"))
    people = Number(label=_("People at work"), required=False)
    per_hour_in = forms.FloatField(label=_("Coming in an hour"), min_value=0, max_value=100_000_000, required=False)
    per_hour_out = forms.FloatField(label=_("Done an hour"), min_value=0, max_value=100_000_000, required=False)
    read_at = MomentField(label=_("When it was so"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    MORE = ("people", "per_hour_in", "per_hour_out", "read_at", "note")

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    def is_open(self) -> bool:
        """Whether something stands in the fields that are folded away."""
        return any(self[name].errors or (self.is_bound and self[name].data) for name in self.MORE)
