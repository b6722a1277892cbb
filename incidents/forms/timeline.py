"""What is typed into the command bar, and corrections of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText, MomentField
from incidents.models import TimelineEntry
from registry.kernel.http.forms import OnceMixin, PlainForm

Kind = TimelineEntry.Kind
WRITING = {"/update": Kind.UPDATE, "/decision": Kind.DECISION, "/observation": Kind.OBSERVATION}
"""Commands that write an entry of that kind; everything after the command is its text."""
PLACES = {
    "/evidence": "incident-evidence",
    "/severity": "incident-severity",
    "/role": "incident-people",
    "/notice": "incident-obligations",
    "/contain": "incident-containment",
    "/message": "incident-communications",
    "/fact": "incident-facts",
}
"""Commands that lead to a page of the room."""
ACTION = "/action"


class CommandForm(OnceMixin, PlainForm):
    """One line: an update as it stands, or a command with what follows it."""

    text = forms.CharField(
        label=_("Post an update, or type / for a command"),
        max_length=10_000,
        error_messages={"required": _("Type what happened first.")},
    )

    def command(self) -> tuple[str, str]:
        """The command in lower case ("" for a plain update) and the words after it."""
        text = str(self.cleaned_data["text"]).strip()
        if not text.startswith("/"):
            return "", text
        word, _space, rest = text.partition(" ")
        return word.lower(), rest.strip()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "text" not in cleaned:
            return cleaned
        word, rest = self.command()
        if word and word not in {*WRITING, *PLACES, ACTION}:
            self.add_error("text", _("There is no command %(word)s.") % {"word": word})
        elif word in WRITING and not rest:
            self.add_error("text", _("Type the words after %(word)s.") % {"word": word})
        return cleaned


class EntryForm(OnceMixin, PlainForm):
    """A full entry: what, when it happened, and for a decision how it came about."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(kind.value, kind.label) for kind in TimelineEntry.MANUAL_KINDS],
        initial=Kind.UPDATE,
        widget=forms.RadioSelect,
    )
    text = LongText(label=_("What happened, or what was decided"))
    occurred_at = MomentField(label=_("When it happened"), required=False)
    consulted = forms.CharField(label=_("Consulted"), max_length=300, required=False)
    rejected = forms.CharField(label=_("Alternative rejected"), max_length=500, required=False)
    revisit_at = MomentField(label=_("Revisit"), required=False)
    is_internal_update = forms.BooleanField(
        label=_("This is the internal update that is due"),
        required=False,
        help_text=_("The clock for the next one starts again."),
    )

    def details(self) -> dict[str, str]:
        """How a decision came about; nothing for other kinds."""
        if self.cleaned_data["kind"] != Kind.DECISION:
            return {}
        revisit = self.cleaned_data["revisit_at"]
        found = {
            "consulted": self.cleaned_data["consulted"],
            "rejected": self.cleaned_data["rejected"],
            "revisit_at": revisit.isoformat() if revisit else "",
        }
        return {name: value for name, value in found.items() if value}


class CorrectionForm(OnceMixin, PlainForm):
    text = LongText(label=_("What it should say"))
    occurred_at = MomentField(label=_("When it happened"), required=False)
