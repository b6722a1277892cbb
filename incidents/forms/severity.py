"""The questions of the severity rule, and the level a person confirms."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText
from incidents.severity import (
    Autonomy,
    BlastRadius,
    DataInvolved,
    Exposure,
    Harm,
    Recurrence,
    Reversibility,
    Severity,
    SeverityInputs,
)
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.labelled import Ordered

AS_PROPOSED = "AS_PROPOSED"


def scale(kind: type[Ordered], label: Any, hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=kind.choices(), widget=forms.RadioSelect, help_text=hint)


def question(field: str) -> str:
    """What the rule calls the answer of a field. A form has a `data` of its own."""
    return "data" if field == "data_involved" else field


class SeverityForm(OnceMixin, PlainForm):
    harm = scale(Harm, _("Harm"))
    reversibility = scale(Reversibility, _("Can what followed be undone?"))
    blast_radius = scale(BlastRadius, _("How far does it spread?"))
    exposure = scale(Exposure, _("Whom did it reach?"))
    data_involved = scale(DataInvolved, _("Data involved"))
    recurrence = scale(Recurrence, _("Has it happened before?"))
    autonomy = scale(Autonomy, _("What does the workflow do by itself?"))
    unsure = forms.BooleanField(label=_("We are not sure yet"), required=False)
    active_exploitation = forms.BooleanField(label=_("Somebody is exploiting it now"), required=False)
    regulator_inquiry = forms.BooleanField(label=_("A regulator or auditor is asking"), required=False)
    near_miss = forms.BooleanField(label=_("It was stopped before it did harm"), required=False)
    caught = forms.BooleanField(label=_("It was caught and put right"), required=False)
    confirmed = forms.ChoiceField(
        label=_("Confirm"),
        choices=[(AS_PROPOSED, _("As proposed")), *[(level.value, level.label) for level in Severity]],
        initial=AS_PROPOSED,
        widget=forms.RadioSelect,
    )
    reason = LongText(
        label=_("Reason"), required=False, rows=2, help_text=_("Needed when you confirm another level than proposed.")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    """The proposal that was on the screen when the form was sent."""

    SCALES = ("harm", "reversibility", "blast_radius", "exposure", "data_involved", "recurrence", "autonomy")
    MARKS = ("unsure", "active_exploitation", "regulator_inquiry", "near_miss", "caught")

    def inputs(self) -> dict[str, Any]:
        """The answers so far, as `severity.propose` takes them; unanswered questions are left out."""
        given = getattr(self, "cleaned_data", {})
        answered = {question(name): given[name] for name in self.SCALES if given.get(name)}
        return answered | {name: bool(given.get(name)) for name in self.MARKS}

    @classmethod
    def answers_of(cls, stored: dict[str, Any]) -> dict[str, Any]:
        """Initial values from the answers of an earlier assessment, with the mildest where it says nothing."""
        mildest = SeverityInputs()
        names = (*cls.SCALES, *cls.MARKS)
        return {name: stored.get(question(name), getattr(mildest, question(name))) for name in names}
