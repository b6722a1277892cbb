"""Asking for an erasure in two steps (which record, then what of it), and deciding on one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.kernel.ledger import erasing
from registry.models import Erasure


class RecordForm(PlainForm):
    object_type = forms.ChoiceField(label=_("Kind of record"))
    object_id = forms.CharField(
        label=_("Number"), max_length=40, help_text=_("As it stands in the address of its page.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["object_type"]
        kinds.choices = [(label, name.capitalize()) for label, name in erasing.kinds().items()]


class AskForm(PlainForm, OnceMixin):
    fields_chosen = forms.MultipleChoiceField(
        label=_("What is to go"),
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("Only what has to go: the rest stays readable and provable."),
    )
    basis = forms.ChoiceField(label=_("Legal basis"), choices=Erasure.Basis.choices)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Kept for good with your name. Do not repeat here what is to be erased."),
    )
    field_order = ["fields_chosen", "basis", "reason"]

    def __init__(self, *args: Any, model: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["fields_chosen"]
        choices.choices = list(erasing.everything(model).items())


class DecideForm(PlainForm):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("DONE", _("Erase it now")), ("DECLINED", _("Decline"))],
        widget=forms.RadioSelect(),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you checked. Kept for good with your name."),
    )
