"""How often mail gathers what happened to watched workflows, and at which hour of which clock."""

from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import PlainForm
from registry.models import DigestRhythm

HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


def zones() -> list[tuple[str, str]]:
    """That of the installation first, and UTC; then all places."""
    own = timezone.get_default_timezone_name()
    places = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [(name, name.replace("_", " ")) for name in dict.fromkeys([own, "UTC", *places])]


class DigestForm(PlainForm):
    digest_rhythm = forms.ChoiceField(
        label=_("What happens to workflows you watch"),
        choices=DigestRhythm.choices,
        widget=forms.RadioSelect,
        help_text=_("In one mail, without what you have read here by then. Nothing new, no mail."),
    )
    digest_weekday = forms.TypedChoiceField(
        label=_("Day of the weekly mail"), choices=list(WEEKDAYS.items()), coerce=int
    )
    digest_hour = forms.TypedChoiceField(label=_("Hour"), choices=HOURS, coerce=int)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["time_zone"]).choices = zones()
