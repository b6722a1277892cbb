"""The seven areas and the EU AI Act class on one page; asking for another tier; deciding on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from registry.ai_act import AiActClass
from registry.forms.workflows import a_day
from registry.kernel.http.forms import OnceMixin, PlainForm, take_problems
from registry.models import TierAssessment
from registry.models.workflows import Tier
from registry.risk_areas import Area, Level
from registry.services.assessments_checking import checked_answers

CLASS_MEANINGS = {
    AiActClass.PROHIBITED: _("A practice of Article 5, such as social scoring or manipulation. It may not be used."),
    AiActClass.HIGH_RISK: _("A safety component of a regulated product, or an area listed in Annex III."),
    AiActClass.LIMITED: _("People meet it directly and must be told: Article 50."),
    AiActClass.MINIMAL: _("None of the above."),
    AiActClass.NOT_ASSESSED: _("Nobody has looked yet. This is not the same as minimal."),
}


@dataclass(frozen=True)
class AreaQuestion:
    """One area as the page shows it."""

    label: str
    question: str
    level: forms.BoundField
    reason: forms.BoundField


class OverrideFields(forms.Form):
    override_tier = forms.ChoiceField(
        label=_("Tier asked for"), choices=[("", _("The tier by the rules")), *Tier.choices], required=False
    )
    override_reason = forms.CharField(
        label=_("Why the rules do not fit this case"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    override_until_date = forms.DateField(
        label=_("Until"), required=False, widget=a_day(), help_text=_("At most one year ahead.")
    )


class AssessmentForm(PlainForm, OverrideFields, OnceMixin):
    ai_act_class = forms.ChoiceField(
        label=_("Class under the EU AI Act"),
        widget=forms.RadioSelect(),
        choices=[
            (member.value, format_html("<span><b>{}</b> <span class='hint'>{}</span></span>", member.label, meaning))
            for member, meaning in CLASS_MEANINGS.items()
        ],
    )
    ai_act_reason = forms.CharField(
        label=_("Which provision, and why"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed above minimal."),
    )

    def __init__(self, *args: Any, newest: TierAssessment | None = None, **kwargs: Any) -> None:
        """Begins with the answers of the `newest` assessment, where there is one."""
        super().__init__(*args, **kwargs)
        for area in Area:
            self._add(area, newest.answers.get(area, {}) if newest else {})
        vars(self.fields["ai_act_reason"])["needed_later"] = True
        if newest:
            self.initial.setdefault("ai_act_class", newest.ai_act_class)
            self.initial.setdefault("ai_act_reason", newest.ai_act_reason)

    def _add(self, area: Area, answer: dict[str, str]) -> None:
        self.fields[f"{area}_level"] = forms.ChoiceField(
            label=area.question,
            widget=forms.RadioSelect(),
            choices=[
                (
                    level.value,
                    format_html("<span><b>{}</b> <span class='hint'>{}</span></span>", level.label, area.signal(level)),
                )
                for level in Level
            ],
            initial=answer.get("level", ""),
            error_messages={"required": _("Choose an answer.")},
        )
        self.fields[f"{area}_reason"] = forms.CharField(
            label=_("Reason"),
            max_length=2000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            initial=answer.get("reason", ""),
            help_text=_("Needed above low."),
        )
        vars(self.fields[f"{area}_reason"])["needed_later"] = True

    @property
    def areas(self) -> Iterator[AreaQuestion]:
        for area in Area:
            yield AreaQuestion(area.label, area.question, self[f"{area}_level"], self[f"{area}_reason"])

    def answers(self) -> dict[str, dict[str, str]]:
        """Area → level and reason, as far as they are valid."""
        given = self.cleaned_data
        return {
            area.value: {"level": given.get(f"{area}_level", ""), "reason": given.get(f"{area}_reason", "")}
            for area in Area
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        try:
            checked_answers(self.answers(), given.get("ai_act_class", ""), given.get("ai_act_reason", ""))
        except ValidationError as refused:
            fresh = {name: errors for name, errors in refused.error_dict.items() if name not in self.errors}
            if fresh:
                take_problems(self, ValidationError(fresh))
        return self.cleaned_data


class OverrideForm(PlainForm, OverrideFields, OnceMixin):
    """Asks for another tier without answering the seven areas again."""

    field_order = ["override_tier", "override_reason", "override_until_date"]

    def __init__(self, *args: Any, computed: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tier: Any = self.fields["override_tier"]
        tier.choices = [pair for pair in Tier.choices if pair[0] != computed]
        for name in ("override_tier", "override_reason", "override_until_date"):
            self.fields[name].required = True


class DecisionForm(PlainForm):
    """Approve or refuse; the verb comes from the button pressed."""

    verb = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")], widget=forms.HiddenInput())
    reason = forms.CharField(
        label=_("Reason for the decision"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the assessment, with your name."),
    )
