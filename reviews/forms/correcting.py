"""What every form for a report asks: once, as of which moment, and what was corrected since the one before."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms.past import PerhapsMomentForm
from registry.kernel.http.forms import OnceMixin


class AskingForm(OnceMixin, PerhapsMomentForm):
    correction = forms.CharField(
        label=_("What was corrected since the earlier one"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown beside the new report for good. The earlier one stays and says that it is superseded."),
    )


class IncidentReportAgainForm(AskingForm):
    """Where a report exists already it asks what was corrected since."""

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["correction"]

    def is_pressed_only(self) -> bool:
        """Sent by a button elsewhere, without having been seen."""
        return self.is_bound and self.add_prefix("once") not in self.data
