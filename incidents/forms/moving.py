"""Taking an incident from one state to the next, and asking for its return to normal."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText
from incidents.lifecycle import NEEDS_REASON
from incidents.models import Incident
from registry.kernel.http.forms import OnceMixin, PlainForm


class MoveForm(OnceMixin, PlainForm):
    reason = LongText(label=_("Reason"), required=False, help_text=_("Kept in the record with your name."))
    override = forms.BooleanField(label=_("Go ahead although these conditions are not met"), required=False)

    def __init__(self, *args: Any, verb: str, unmet: bool, may_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verb = verb
        if not (unmet and may_override):
            del self.fields["override"]
        if verb in NEEDS_REASON or "override" in self.fields:
            self.fields["reason"].required = True


class NoteForm(OnceMixin, PlainForm):
    note = LongText(label=_("What this rests on"))

    def __init__(self, *args: Any, label: Any = None, hint: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["note"].label = label
        if hint:
            self.fields["note"].help_text = hint


class MergeForm(OnceMixin, PlainForm):
    into = forms.ModelChoiceField(
        Incident.objects.none(),
        label=_("Merge into"),
        help_text=_("This incident ends; its record stays, and points to the other one."),
    )
    reason = LongText(label=_("Why they are one incident"))

    def __init__(self, *args: Any, others: "QuerySet[Incident]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class CriterionForm(OnceMixin, PlainForm):
    is_met = forms.ChoiceField(
        label=_("How it stands"),
        choices=[("yes", _("It is met")), ("no", _("It is not met"))],
        widget=forms.RadioSelect,
    )
    note = LongText(
        label=_("What shows it"), rows=2, help_text=_("The signal, the test or the evidence, with its numbers.")
    )
