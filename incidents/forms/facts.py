"""What is known, line by line, and when things happened."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import MomentField
from incidents.models import Moment
from incidents.times import TimeKind
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import OnceMixin, PlainForm

SPARE = 3
"""Empty lines offered for new facts."""
USUAL = (_("Decisions affected"), _("People told"), _("Cause so far"))


class FactsForm(PlainForm):
    """A list of label and text. Lines without both are dropped; two lines with one label are refused."""

    opened_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, facts: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(facts.items()) or [(str(label), "") for label in USUAL]
        sent = sum(1 for name in self.data if name.startswith("label_")) if self.is_bound else 0
        self.lines = max(len(known) + SPARE, min(sent, 60))
        for number in range(self.lines):
            label, text = known[number] if number < len(known) else ("", "")
            self.fields[f"label_{number}"] = forms.CharField(
                label=_("Fact %(n)s") % {"n": number + 1}, max_length=60, required=False, initial=label
            )
            self.fields[f"text_{number}"] = forms.CharField(
                label=_("What we know about it"),
                max_length=1000,
                required=False,
                initial=text,
                widget=forms.Textarea(attrs={"rows": 1}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        facts: dict[str, str] = {}
        for number in range(self.lines):
            label = (cleaned.get(f"label_{number}") or "").strip()
            text = (cleaned.get(f"text_{number}") or "").strip()
            if text and not label:
                self.add_error(f"label_{number}", ValidationError(_("Name this fact.")))
            elif label in facts:
                self.add_error(f"label_{number}", ValidationError(_("There is another fact with this name.")))
            elif label and text:
                facts[label] = text
        return cleaned | {"facts": facts}

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"label_{number}"], self[f"text_{number}"]) for number in range(self.lines)]

    def stale(self, stale: Stale) -> list[tuple[str, str, str]]:
        """Label, what is stored now, what was typed: for every fact where the two differ."""
        return [(label, now, typed) for label, (now, typed) in stale.differences.items()]


class TimeForm(OnceMixin, PlainForm):
    kind = forms.ChoiceField(label=_("What"), choices=TimeKind.choices())
    value = MomentField(label=_("When"))
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("A log, a monitor, a person."))
    precision = forms.ChoiceField(
        label=_("Precision"), choices=Moment.Precision.choices, initial=Moment.Precision.MINUTE
    )
    confidence = forms.ChoiceField(
        label=_("Confidence"), choices=Moment.Confidence.choices, initial=Moment.Confidence.CONFIRMED
    )
