"""Closing an incident, and doing so over conditions that are not met."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import PlainForm


class CloseForm(PlainForm):
    reason = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Kept with the closing.")
    )


class OverrideForm(PlainForm):
    override = forms.BooleanField(label=_("Close it although conditions are not met"))
    reason = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with your name and the conditions that were not met."),
    )
