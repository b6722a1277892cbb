"""Bringing outputs in, handing them out, deciding them, and saying that what was owed is done."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.affected import Decision, Moved, Remedy
from incidents.forms.fields import LongText
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import User

DECISIONS = [each for each in Decision.choices() if each[0] != Decision.UNDECIDED]


class BringForm(OnceMixin, PlainForm):
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("CSV whose first line names the columns, or JSON lines.")
    )
    text = LongText(
        label=_("Or paste them"),
        required=False,
        rows=6,
        max_length=1_000_000,
        help_text=_("One id a line, 5,000 at most."),
    )

    def __init__(self, *args: Any, too_large: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.too_large:
            self.add_error(
                "file", _("“%(name)s” is larger than the limit; nothing of it was kept.") % {"name": self.too_large}
            )
        elif bool(cleaned.get("file")) == bool(cleaned.get("text")) and not self.errors:
            self.add_error("file", _("Choose a file or paste the ids, one of the two."))
        return cleaned


class KeyedRadios(forms.RadioSelect):
    """Radio buttons some of which a single key chooses."""

    def __init__(self, keys: dict[str, str]) -> None:
        super().__init__()
        self.keys = keys

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        key = self.keys.get(str(value), "")
        option["key"] = key
        if key:
            option["attrs"] |= {"data-keys": key, "aria-keyshortcuts": key}
        return option


class OutputForm(PlainForm):
    """One output: the buttons give the decision, everything else is optional."""

    decision = forms.ChoiceField(choices=DECISIONS, required=False)
    moved = forms.ChoiceField(
        label=_("Moved downstream?"),
        choices=Moved.choices,
        initial=Moved.UNKNOWN,
        widget=KeyedRadios({"YES": "m", "NO": "n"}),
    )
    remedy = forms.ChoiceField(
        label=_("If affected"),
        choices=Remedy.choices,
        initial=Remedy.NONE,
        widget=KeyedRadios({"CORRECTION": "c", "ROLLBACK": "r", "RE_REVIEW": "v"}),
    )
    reason = forms.CharField(label=_("Reason or note"), max_length=500, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class ManyForm(OnceMixin, PlainForm):
    """Many at once. What is not answered stays as it stands in each."""

    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS, widget=forms.RadioSelect)
    moved = forms.ChoiceField(
        label=_("Moved downstream?"), choices=[("", _("Leave as it is")), *Moved.choices()], required=False
    )
    remedy = forms.ChoiceField(
        label=_("If affected"), choices=[("", _("Leave as it is")), *Remedy.choices()], required=False
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, help_text=_("Stands in the history of each."))
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("remedy") not in (None, "", Remedy.NONE) and cleaned.get("decision") != Decision.AFFECTED:
            self.add_error("remedy", _("Only what is affected is put right."))
        return cleaned

    def answers(self) -> dict[str, Any]:
        """The decision, and what else was answered; None where it was left."""
        given = self.cleaned_data
        return {"decision": given["decision"], "moved": given["moved"] or None, "remedy": given["remedy"] or None}


class RightingForm(OnceMixin, PlainForm):
    note = forms.CharField(label=_("What was done, and what shows it"), max_length=500)
    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DivideForm(OnceMixin, PlainForm):
    scope = forms.ChoiceField(label=_("Which"))
    people: "forms.ModelMultipleChoiceField[User]" = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Among whom"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
        self.fields["people"].queryset = people  # type: ignore[attr-defined]


class SampleForm(OnceMixin, PlainForm):
    size = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=2_000_000, help_text=_("400 give ± 5 points at most.")
    )
    seed = forms.CharField(
        label=_("Seed"), max_length=64, required=False, help_text=_("Leave empty; one is made up and recorded.")
    )
