"""Keys of running workflows, taking back what limits them, and setting unknown callers aside."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import Workflow
from registry.modes import Mode

DEFAULTS = [("", _("Not declared"))] + [(str(mode), mode.label) for mode in Mode]
OVERLAPS = [(0, _("None: the old one ends at once")), (1, _("One hour")), (24, _("A day")), (24 * 7, _("A week"))]


class KeyForm(OnceMixin, PlainForm):
    name = forms.CharField(
        label=_("What uses it"),
        max_length=100,
        help_text=_("For example: runners in eu-west, or the nightly batch."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    default_declared = forms.ChoiceField(
        label=_("Default in the code"),
        choices=DEFAULTS,
        required=False,
        initial=str(Mode.HUMAN),
        help_text=_("What the program does when nobody answers. Clients fall back to it silently; “human” is safe."),
    )
    expires = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Left empty, it works until it is replaced or revoked."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    may_acknowledge = forms.BooleanField(label=_("It may report that it obeys"), required=False, initial=True)

    def expires_at(self) -> datetime | None:
        """The end of the chosen day, in the zone of the installation."""
        day = self.cleaned_data["expires"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None

    def given(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "name": typed["name"],
            "default_declared": typed["default_declared"],
            "may_acknowledge": typed["may_acknowledge"],
            "expires_at": self.expires_at(),
        }


class RotateForm(OnceMixin, PlainForm):
    hours = forms.TypedChoiceField(
        label=_("How long the old one still works"), choices=OVERLAPS, coerce=int, initial=24,
        help_text=_("Time for the instances to change over."),
    )  # fmt: skip

    @property
    def overlap(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["hours"])


class WhyForm(OnceMixin, PlainForm):
    """One question; `label` and `help` say which."""

    words = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, label: Any, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].help_text = label, help_text


class BindForm(OnceMixin, PlainForm):
    workflow = forms.ModelChoiceField(label=_("Workflow"), queryset=Workflow.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["workflow"]
        field.queryset = Workflow.objects.exclude(stage="RETIRED").order_by("name", "pk")
