"""Asking people for evidence, and what is said about a request afterwards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText, MomentField, PersonField
from incidents.minimum_evidence import Item
from incidents.requesting import Answer
from registry.kernel.http.forms import OnceMixin, PlainForm

OTHER = ("", _("Something else, in words"))


class AskForm(OnceMixin, PlainForm):
    person = PersonField(label=_("Who is asked"), help_text=_("They get a notice and a mail with a link."))
    item = forms.ChoiceField(label=_("For"), choices=[OTHER, *Item.choices()], required=False)
    wanted = forms.CharField(
        label=_("What exactly"),
        max_length=300,
        required=False,
        help_text=_("So that they find it without asking back: which system, which case, from when to when."),
    )
    reason = LongText(label=_("Why it is needed"), rows=2, max_length=500)
    due_at = MomentField(label=_("Due"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("item") and not cleaned.get("wanted") and not self.errors:
            self.add_error("wanted", _("Say what is asked for, or choose an item of the minimum set."))
        return cleaned


class FetchForm(OnceMixin, PlainForm):
    """For a link: who fetches what it leads to, by when."""

    person = PersonField(label=_("Who fetches it"), help_text=_("Holdfast itself never opens a link."))
    reason = LongText(label=_("What is to be fetched, and why"), rows=2, max_length=500)
    due_at = MomentField(label=_("Due"))


class NoneForm(OnceMixin, PlainForm):
    answer = forms.ChoiceField(
        label=_("What is so"),
        choices=[(Answer.NONE, Answer.NONE.label), (Answer.CANNOT, Answer.CANNOT.label)],
        widget=forms.RadioSelect,
    )
    note = LongText(label=_("Because"), rows=2, max_length=500)


class SendBackForm(OnceMixin, PlainForm):
    reason = LongText(label=_("What is missing or wrong"), rows=2, max_length=500)
    due_at = MomentField(label=_("Due"))


class WithdrawForm(OnceMixin, PlainForm):
    reason = LongText(label=_("Why it is no longer needed"), rows=2, max_length=500)


class HandOnForm(OnceMixin, PlainForm):
    person = PersonField(label=_("Who is asked instead"))
    reason = LongText(label=_("Why"), rows=2, max_length=500)
    due_at = MomentField(label=_("Due"))
