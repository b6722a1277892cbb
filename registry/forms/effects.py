"""What an option sets in the running workflow, as fields a person fills in: lists by comma, pairs one on a line."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.flags import tools_of
from registry.models import Surface, Workflow
from registry.modes import Effect, EffectProblem, Mode

FIELD_OF = {
    "mode": "sets_mode",
    "disabled_tools": "sets_tools",
    "blocked_sources": "sets_sources",
    "scope": "sets_scope",
    "pins": "sets_pins",
    "limits": "sets_limits",
}
"""Part of an effect → field of the form."""
SETTING = list(FIELD_OF.values())


class EffectMixin(forms.Form):
    """Left empty, the option is done by hand. `effect()` is what was filled in, once the form is valid."""

    sets_mode = forms.ChoiceField(
        label=gettext_lazy("Mode it switches to"),
        required=False,
        choices=[("", gettext_lazy("None: it is done by hand, or by what is set below"))]
        + [(str(mode), mode.label) for mode in Mode if mode != Mode.NORMAL],
        help_text=gettext_lazy("Running workflows that ask are told at once."),
    )
    sets_tools = forms.CharField(label=gettext_lazy("Tools it switches off"), required=False, max_length=4000)
    sets_sources = forms.CharField(
        label=gettext_lazy("Retrieval sources it blocks"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy("Several with commas between."),
    )
    sets_scope = forms.CharField(
        label=gettext_lazy("What may still be worked on"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy("Empty: everything. Words that the workflow knows, such as regions or topics."),
    )
    sets_pins = forms.CharField(
        label=gettext_lazy("Versions it holds"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One on a line: model = 2026-05-01"),
    )
    sets_limits = forms.CharField(
        label=gettext_lazy("Upper limits it sets"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One on a line: amount = 500"),
    )

    def begin_with(self, effect: Effect, workflow: Workflow) -> None:
        self.initial = {
            **self.initial,
            "sets_mode": "" if effect.mode == Mode.NORMAL else str(effect.mode),
            "sets_tools": ", ".join(sorted(effect.disabled_tools)),
            "sets_sources": ", ".join(sorted(effect.blocked_sources)),
            "sets_scope": ", ".join(sorted(effect.scope or ())),
            "sets_pins": "\n".join(f"{name} = {version}" for name, version in sorted(effect.pins.items())),
            "sets_limits": "\n".join(f"{name} = {most:g}" for name, most in sorted(effect.limits.items())),
        }
        tools = Surface.objects.filter(workflow=workflow, kind=Surface.Kind.TOOL, is_active=True)
        names = ", ".join(tools_of(tools.values_list("name", flat=True)))
        self.fields["sets_tools"].help_text = (
            _("Several with commas between. Registered: %(names)s.") % {"names": names}
            if names
            else _("This workflow has no tool among its surfaces yet.")
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        given: dict[str, Any] = {}
        for part, reader in (("pins", _pairs), ("limits", _numbers)):
            try:
                given[part] = reader(self.cleaned_data.get(FIELD_OF[part], ""))
            except ValueError as wrong:
                self.add_error(FIELD_OF[part], str(wrong))
        for part in ("disabled_tools", "blocked_sources", "scope"):
            given[part] = _list(self.cleaned_data.get(FIELD_OF[part], ""))
        given["mode"] = self.cleaned_data.get("sets_mode", "")
        try:
            self.cleaned_data["effect"] = Effect.read({name: part for name, part in given.items() if part}).written()
        except EffectProblem as wrong:
            for part, sentence in wrong.problems.items():
                self.add_error(FIELD_OF[part], sentence)
        return self.cleaned_data

    def effect(self) -> dict[str, Any]:
        found: dict[str, Any] = self.cleaned_data["effect"]
        return found


def _list(text: str) -> list[str]:
    return [part.strip().lower() for part in text.replace("\n", ",").split(",") if part.strip()]


def _pairs(text: str) -> dict[str, str]:
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, sign, value = line.partition("=")
        if not sign or not value.strip():
            raise ValueError(_("“%(line)s” has no value. Write name = value.") % {"line": line[:80]})
        found[name.strip().lower()] = value.strip()
    return found


def _numbers(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in _pairs(text).items():
        try:
            number = float(value.replace(",", "."))
        except ValueError:
            raise ValueError(_("“%(value)s” is not a number.") % {"value": value[:80]}) from None
        found[name] = int(number) if number.is_integer() else number
    return found
