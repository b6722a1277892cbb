"""Adding and changing people, and what everybody sets for themselves."""

from datetime import UTC, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin
from registry.models import Role

ROLES = [(value, label) for value, label in Role.choices if value != Role.MEMBER]


class DetailsForm(PlainForm):
    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    title = forms.CharField(
        label=_("Job title"), max_length=150, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("For signing in and for notices."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Roles"))
        kwargs.setdefault(
            "help_text", _("Roles add up. Without any, a person reads, reports and works on their own actions.")
        )
        super().__init__(choices=ROLES, required=False, **kwargs)


class NewPersonForm(OnceMixin, DetailsForm):
    roles = RolesField()


class EditPersonForm(ReasonMixin, DetailsForm):
    field_order = ["name", "title", "email", "reason"]


class RolesForm(ReasonMixin, PlainForm):
    roles = RolesField()
    field_order = ["roles", "reason"]


class AccessForm(ReasonMixin, PlainForm):
    """Until when an account is open, in a zone of one's choice."""

    until = forms.DateTimeField(
        label=_("Open until"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=_("At this moment sessions and API tokens end. Left empty, access has no end."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    zone = forms.ChoiceField(label=_("Time zone"))
    field_order = ["until", "zone", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = timezone.get_default_timezone_name()
        first = [own] if own == "UTC" else [own, "UTC"]
        others = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
        choice = cast("forms.ChoiceField", self.fields["zone"])
        choice.choices = [(name, name.replace("_", " ")) for name in dict.fromkeys([*first, *others])]
        choice.initial = own

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        until, zone = given.get("until"), given.get("zone")
        if until is not None and zone:
            moment = until.replace(tzinfo=None).replace(tzinfo=ZoneInfo(zone))
            if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(tzinfo=None):
                self.add_error("until", _("This moment does not exist there: the clocks are put forward."))
            given["until"] = moment
        given.pop("zone", None)
        return given


class WhyForm(ReasonMixin, PlainForm):
    """Nothing but the reason."""


class PreferencesForm(PlainForm):
    name = forms.CharField(label=_("Name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    title = forms.CharField(
        label=_("Job title"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    single_key_shortcuts = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("Such as c to declare an incident. Ctrl K always works."),
    )


class TokenForm(OnceMixin, PlainForm):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("For example the program that will use it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    expires = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Left empty, it works until it is revoked."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def expires_at(self) -> datetime | None:
        """The end of the chosen day, in the zone of the installation."""
        day = self.cleaned_data["expires"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None
