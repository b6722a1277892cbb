"""Asking for a moment in the past, and for two of them."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import PlainForm
from registry.kernel.http.moments import read_moment

CITIES = (
    "UTC",
    "America/Los_Angeles",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Helsinki",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
)


def zones() -> list[str]:
    """The zone of the site first, then others that people work in."""
    own = timezone.get_default_timezone_name()
    return list(dict.fromkeys([own, *CITIES]))


class MomentInput(forms.DateTimeInput):
    """The browser's own picker. It takes no offset, so that a moment with one is shown in the zone of the site."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"step": "1"})

    def format_value(self, value: Any) -> str:
        text = str(value or "")
        try:
            moment = read_moment(text, now=datetime.max.replace(tzinfo=UTC))
        except ValidationError:
            return text
        return timezone.localtime(moment, timezone.get_default_timezone()).strftime("%Y-%m-%dT%H:%M:%S")


class ZoneField(forms.CharField):
    """A named zone; addresses may name any, the list offers some."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Time zone"), required=False, max_length=60, **options)
        self.widget = forms.Select(choices=[(name, name.replace("_", " ")) for name in zones()])

    def clean(self, value: Any) -> str:
        zone = str(super().clean(value))
        if zone and zone not in available_timezones():
            raise ValidationError(_("This time zone is not known."), code="zone")
        return zone


class PastForm(PlainForm):
    """Reads moments that lie in the past; `now` is the latest there is."""

    zone = ZoneField()
    moments: tuple[str, ...] = ()

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name in self.moments:
            if given.get(name):
                try:
                    given[name] = read_moment(given[name], now=self.now, zone=given.get("zone", ""))
                except ValidationError as refused:
                    self.add_error(name, refused)
        return given


class MomentForm(PastForm):
    """One moment."""

    at = forms.CharField(label=_("Date and time"), max_length=60, widget=MomentInput())
    field_order: tuple[str, ...] = ("at", "zone")
    moments = ("at",)


class PerhapsMomentForm(PastForm):
    """One moment, or none: now."""

    at = forms.CharField(
        label=_("As known at"),
        max_length=60,
        required=False,
        widget=MomentInput(),
        help_text=_("Date and time. Empty: as it is now."),
    )
    field_order: tuple[str, ...] = ("at", "zone")
    moments = ("at",)


class TwoMomentsForm(PastForm):
    """Two moments to compare; without the second one it is now."""

    end = forms.CharField(
        label=_("To"), max_length=60, required=False, widget=MomentInput(), help_text=_("Empty: now.")
    )
    start = forms.CharField(label=_("From"), max_length=60, widget=MomentInput())
    field_order = ("start", "end", "zone")
    moments = ("start", "end")

    def add_prefix(self, field_name: str) -> str:
        """The names in the address: `from` is a word of the language here."""
        return {"start": "from", "end": "to"}.get(field_name, field_name)

    def in_order(self) -> tuple[datetime, datetime]:
        """The earlier one first, whichever way they were given."""
        start, end = sorted((self.cleaned_data["start"], self.cleaned_data["end"] or self.now))
        return start, end
