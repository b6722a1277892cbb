"""Making a redacted copy, from the text or by upload, and deciding whether it is clean."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText
from incidents.redacting import Passage
from registry.kernel.http.forms import OnceMixin, PlainForm

SPARE = 3
"""Empty rows for passages below those that are filled."""


class MarkForm(OnceMixin, PlainForm):
    """Beside it stand rows of passages, each with its reason; they are read by `passages_in`."""

    title = forms.CharField(
        label=_("Title of the copy"), max_length=200, help_text=_("Everyone who sees the incident reads it.")
    )
    filename = forms.CharField(
        label=_("File name of the copy"),
        max_length=200,
        required=False,
        help_text=_("Without names that give it away."),
    )
    reason = forms.CharField(label=_("Why a copy is needed"), max_length=500)


class CopyForm(MarkForm):
    file = forms.FileField(
        label=_("The redacted file"), help_text=_("Something must have been taken out, metadata too.")
    )
    taken_out = LongText(
        label=_("What was taken out"),
        rows=2,
        max_length=500,
        help_text=_("In general words, not the words themselves."),
    )

    field_order = ["file", "taken_out", "reason", "title", "filename"]

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.too_large:
            said = _("“%(name)s” is larger than the limit; nothing of it was kept.") % {"name": self.too_large}
            self.errors.pop("file", None)
            self.add_error("file", said)
        return cleaned


class ApproveCopyForm(OnceMixin, PlainForm):
    is_clean = forms.BooleanField(
        label=_("I compared the copy with the original. Nothing that should be out is left in.")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class RefuseCopyForm(OnceMixin, PlainForm):
    reason = LongText(label=_("What was left in, or what is wrong"), rows=2, max_length=300)


def passages_in(query: QueryDict) -> list[Passage]:
    """The rows in which something was typed."""
    rows = zip(query.getlist("passage"), query.getlist("passage_reason"), strict=False)
    return [Passage(text.strip(), reason.strip()[:80]) for text, reason in rows if text.strip()]
