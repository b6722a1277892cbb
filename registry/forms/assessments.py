"""Asking for another tier than the rules give; deciding on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms.workflows import a_day
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models.workflow_words import Tier


class OverrideFields(forms.Form):
    override_tier = forms.ChoiceField(
        label=_("Tier asked for"), choices=[("", _("The tier by the rules")), *Tier.choices], required=False
    )
    override_reason = forms.CharField(
        label=_("Why the rules do not fit this case"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    override_until_date = forms.DateField(
        label=_("Until"), required=False, widget=a_day(), help_text=_("At most one year ahead.")
    )


class OverrideForm(PlainForm, OverrideFields, OnceMixin):
    """Asks for another tier without answering the questionnaire again."""

    field_order = ["override_tier", "override_reason", "override_until_date"]

    def __init__(self, *args: Any, computed: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tier: Any = self.fields["override_tier"]
        tier.choices = [pair for pair in Tier.choices if pair[0] != computed]
        for name in ("override_tier", "override_reason", "override_until_date"):
            self.fields[name].required = True


class DecisionForm(PlainForm):
    """Approve or refuse; the verb comes from the button pressed."""

    verb = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")], widget=forms.HiddenInput())
    reason = forms.CharField(
        label=_("Reason for the decision"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the assessment, with your name."),
    )
