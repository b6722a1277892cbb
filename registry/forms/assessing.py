"""The pages of the questionnaire: an area, a question about the EU AI Act, and submitting what was answered."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.ai_act_questions import Point, Question
from registry.forms.assessments import OverrideFields
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.reports.ai_act import citation, since
from registry.risk_areas import Area, Level
from registry.services.assessments_checking import area_problems, tidied

NONE = "NONE"


class DraftPage(PlainForm):
    """Carries the version of the draft at which the page was opened."""

    opened_version = forms.IntegerField(widget=forms.HiddenInput(), required=False)


class AreaForm(DraftPage):
    level = forms.ChoiceField(
        widget=forms.RadioSelect(), error_messages={"required": gettext_lazy("Choose an answer.")}
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed above low."),
    )
    evidence = forms.CharField(
        label=gettext_lazy("Links to evidence"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "inputmode": "url", "spellcheck": "false"}),
        help_text=gettext_lazy("One https address a line."),
    )

    def __init__(self, *args: Any, area: Area, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.area = area
        level: Any = self.fields["level"]
        level.label = area.question
        level.choices = [
            (one.value, format_html("<span><b>{}</b> <span class='hint'>{}</span></span>", one.label, area.signal(one)))
            for one in Level
        ]
        vars(self.fields["reason"])["needed_later"] = True

    def answer(self) -> dict[str, Any]:
        """What was typed, as far as it can be read; also while something is still wrong with it."""
        typed: Any = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}
        return tidied({**typed, "evidence": str(typed.get("evidence", "")).splitlines()})

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name, problem in area_problems(self.area, self.answer()).items():
            field = name.removeprefix(f"{self.area}_")
            if field not in self.errors:
                self.add_error(field, problem)
        return self.cleaned_data

    @staticmethod
    def initial_of(answer: Mapping[str, Any]) -> dict[str, Any]:
        links = "\n".join(answer.get("evidence", ()))
        return {"level": answer.get("level", ""), "reason": answer.get("reason", ""), "evidence": links}


class OneOf(forms.RadioSelect):
    """One answer, handed over as the list that a question of several points hands over."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        value = super().value_from_datadict(data, files, name)
        return [value] if value else []


class ActForm(DraftPage):
    """Several points to tick, or one to answer with yes or no; “none” is an answer of its own."""

    points = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple())
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Needed where a point holds: which system or use, and why."),
    )

    def __init__(self, *args: Any, question: Question, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points: Any = self.fields["points"]
        if len(question.points) == 1:
            points.widget = OneOf()
        points.label, points.help_text = question.text, question.hint
        points.choices = list(_choices(question, on))
        vars(points)["needed_later"] = vars(self.fields["reason"])["needed_later"] = True

    def answer(self) -> dict[str, Any] | None:
        """The points that hold and why; nothing while neither a point nor “none” is chosen."""
        typed: Any = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}
        chosen = typed.get("points", [])
        if not chosen:
            return None
        return {"points": [key for key in chosen if key != NONE], "reason": str(typed.get("reason", "")).strip()}

    def clean(self) -> dict[str, Any]:
        super().clean()
        answer = self.answer()
        if "points" not in self.errors:
            if answer is None:
                self.add_error("points", _("Choose what holds, or the last answer when nothing does."))
            elif answer["points"] and NONE in self.cleaned_data["points"]:
                self.add_error("points", _("Choose either points or the last answer, not both."))
        if answer and answer["points"] and not answer["reason"] and "reason" not in self.errors:
            self.add_error("reason", _("Say why these points hold."))
        return self.cleaned_data

    @staticmethod
    def initial_of(answer: Mapping[str, Any]) -> dict[str, Any]:
        if not answer:
            return {}
        return {"points": list(answer["points"]) or [NONE], "reason": answer.get("reason", "")}


class SubmitForm(PlainForm, OverrideFields, OnceMixin):
    """`seen` names the newer assessment by somebody else that stands on the page, where there is one."""

    seen = forms.IntegerField(widget=forms.HiddenInput(), required=False)


def _choices(question: Question, on: date) -> Iterator[tuple[str, Any]]:
    groups: dict[str, list[tuple[str, Any]]] = {}
    for point in question.points:
        groups.setdefault(str(point.group), []).append((point.key, _label(point, on)))
    for group, choices in groups.items():
        if group:
            yield group, choices
        else:
            yield from choices
    yield NONE, question.none


def _label(point: Point, on: date) -> Any:
    hints = [citation(point.key), since(point, on) if point.key.startswith("5(") else ""]
    hint = ". ".join(part.rstrip(".") for part in hints if part)
    return format_html("<span>{} <span class='hint'>{}</span></span>", point.text, hint)
