"""Questions that several forms of the incident room ask in the same way."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.models import User


class MomentInput(forms.DateTimeInput):
    """The browser's own date and time picker, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A point in time, typed and shown in the zone of the site, which the hint names."""

    widget = MomentInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("In %(zone)s.") % {"zone": timezone.get_default_timezone_name()})
        super().__init__(**options)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    """Somebody who is active."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("empty_label", _("Choose a person"))
        super().__init__(User.objects.active(), **options)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name}, {obj.title}" if obj.title else str(obj.name)


class LongText(forms.CharField):
    """Several lines of a person's own words."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        options.setdefault("max_length", 10_000)
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)
