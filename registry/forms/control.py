"""Keys of running workflows, taking back what limits them, and setting unknown callers aside."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms.people import TokenForm
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import Workflow
from registry.modes import Mode

DEFAULTS = [("", _("Not declared"))] + [(str(mode), mode.label) for mode in Mode]
OVERLAPS = [(0, _("None: the old one ends at once")), (1, _("One hour")), (24, _("A day")), (24 * 7, _("A week"))]


class KeyForm(TokenForm):
    """As a token of a person, and what the program does with it."""

    default_declared = forms.ChoiceField(
        label=_("Default in the code"),
        choices=DEFAULTS,
        required=False,
        initial=str(Mode.HUMAN),
        help_text=_("What the program does when nobody answers. Clients fall back to it silently; “human” is safe."),
    )
    may_acknowledge = forms.BooleanField(label=_("It may report that it obeys"), required=False, initial=True)
    field_order = ("name", "default_declared", "expires", "may_acknowledge")

    def given(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data[name] for name in ("name", "default_declared", "may_acknowledge")}
        return {**typed, "expires_at": self.expires_at()}


class DefaultForm(OnceMixin, PlainForm):
    mode = forms.ChoiceField(
        label=_("Default in the code"),
        choices=Mode.choices(),
        help_text=_("As it is written in the program, not as it should be."),
    )


class RotateForm(OnceMixin, PlainForm):
    hours = forms.TypedChoiceField(
        label=_("How long the old one still works"), choices=OVERLAPS, coerce=int, initial=24,
        help_text=_("Time for the instances to change over."),
    )  # fmt: skip

    @property
    def overlap(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["hours"])


class WordsForm(OnceMixin, PlainForm):
    """One question in words, kept under `name`."""

    def __init__(self, *args: Any, label: Any, name: str = "reason", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        self.fields[name] = forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def words(self) -> dict[str, str]:
        return {self.name: self.cleaned_data[self.name]}


class BindForm(OnceMixin, PlainForm):
    workflow = forms.ModelChoiceField(label=_("Workflow"), queryset=Workflow.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["workflow"]
        field.queryset = Workflow.objects.exclude(stage="RETIRED").order_by("name", "pk")
