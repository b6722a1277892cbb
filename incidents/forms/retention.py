"""What becomes of evidence whose keeping has ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText
from incidents.models import Evidence
from incidents.services.retention import REASON
from registry.kernel.http.forms import OnceMixin, PlainForm


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class KeepForm(OnceMixin, PlainForm):
    until = forms.DateField(label=_("Keep until"), widget=DayInput, help_text=_("It is reviewed again after that day."))
    reason = LongText(label=_("Why it is still needed"), rows=2, max_length=REASON)


class ProposeForm(OnceMixin, PlainForm):
    reason = LongText(label=_("Why it may go"), rows=2, max_length=REASON)


class DeclineForm(OnceMixin, PlainForm):
    reason = LongText(label=_("Why it stays for now"), rows=2, max_length=REASON)


class ReclassifyForm(OnceMixin, PlainForm):
    retention = forms.ChoiceField(label=_("Keep for"), choices=Evidence.Retention.choices)
    reason = LongText(label=_("Why another period"), rows=2, max_length=REASON)


class ConfirmForm(OnceMixin, PlainForm):
    """Nothing to fill in: sending it is the decision."""
