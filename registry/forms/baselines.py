"""Proposing a baseline and deciding on one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin


class ProposeBaselineForm(PlainForm, ReasonMixin, OnceMixin):
    limits = forms.CharField(
        label=_("Limits"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Within what it may run, in words: thresholds, volumes, what stays with people."),
    )
    seen = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=64)
    """Fingerprint of the surfaces that the page showed."""
    field_order = ["limits", "reason"]


class DecideBaselineForm(PlainForm):
    verb = forms.ChoiceField(choices=[("approve", _("Approve")), ("refuse", _("Refuse"))], widget=forms.HiddenInput())
    reason = forms.CharField(
        label=_("Reason for the decision"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the baseline and your name."),
    )


class WithdrawBaselineForm(PlainForm, ReasonMixin):
    """Takes back what waits for a decision."""
