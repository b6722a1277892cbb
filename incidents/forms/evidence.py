"""Adding evidence: a file, a link or a note, always with where it comes from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText, MomentField
from incidents.models import Evidence
from registry.kernel.http.forms import OnceMixin, PlainForm


class EvidenceForm(OnceMixin, PlainForm):
    file = forms.FileField(label=_("File"), required=False)
    link = forms.URLField(label=_("Link"), max_length=1000, required=False, assume_scheme="https")
    note = LongText(label=_("Note"), required=False, help_text=_("What it shows, or the text itself."))
    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Evidence.Kind.choices, initial=Evidence.Kind.INTERACTION_LOG)
    source = forms.CharField(
        label=_("Where it comes from"),
        max_length=200,
        help_text=_("System, log or person, so that it can be found again."),
    )
    method = forms.CharField(label=_("How it was collected"), max_length=200)
    collected_at = MomentField(label=_("When it was collected"))
    retention = forms.ChoiceField(
        label=_("Keep for"), choices=Evidence.Retention.choices, initial=Evidence.Retention.STANDARD
    )
    is_restricted = forms.BooleanField(
        label=_("Restricted"), required=False, help_text=_("Only people who work on the incident open it.")
    )

    ABOUT = ("title", "kind", "source", "method", "collected_at", "retention", "is_restricted")

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.too_large:
            self.add_error(
                "file", _("“%(name)s” is larger than the limit; nothing of it was kept.") % {"name": self.too_large}
            )
        elif not (cleaned.get("file") or cleaned.get("link") or cleaned.get("note")) and not self.errors:
            self.add_error("file", _("Add a file, a link or a note."))
        elif cleaned.get("file") and cleaned.get("link"):
            self.add_error("link", _("A file and a link are two pieces of evidence; add them one after the other."))
        return cleaned

    def about(self) -> dict[str, Any]:
        """What is known about the piece, apart from the piece itself."""
        return {name: self.cleaned_data[name] for name in self.ABOUT}
