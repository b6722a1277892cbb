"""Asking for the report of an incident, the first one or one that supersedes another."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms.past import PerhapsMomentForm
from registry.kernel.http.forms import OnceMixin


class IncidentReportAgainForm(OnceMixin, PerhapsMomentForm):
    """Where a report exists already it asks what was corrected since."""

    correction = forms.CharField(
        label=_("What was corrected"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown beside the new report for good. The earlier one stays and says that it is superseded."),
    )

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["correction"]

    def is_pressed_only(self) -> bool:
        """Sent by a button elsewhere, without having been seen."""
        return self.is_bound and self.add_prefix("once") not in self.data
