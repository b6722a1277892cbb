"""Proposing a change of the tier rules: what is always asked, and the rules as JSON, with what is wrong by its line."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.tiering import validate

LONGEST = 60_000


class ProposalForm(PlainForm, OnceMixin):
    """What is asked however the rules are written: why, from when, and the version they started from."""

    reason = forms.CharField(
        label=gettext_lazy("Why the rules should change"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    effective_at = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("Left empty: as soon as a second person approves it."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, is_trial: bool = False, **kwargs: Any) -> None:
        """`is_trial`: only the rules are looked at, to show what they would move."""
        super().__init__(*args, **kwargs)
        if is_trial:
            self.fields["reason"].required = False
            vars(self.fields["reason"])["needed_later"] = True

    @property
    def definition(self) -> dict[str, Any]:
        """What was typed. Only after `is_valid`."""
        raise NotImplementedError


class ProposeForm(ProposalForm):
    """`rules` is the list alone; the version number is given when it is proposed."""

    rules = forms.CharField(
        label=gettext_lazy("Rules"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 26, "class": "mono", "spellcheck": "false", "wrap": "off"}),
        help_text=gettext_lazy("The first rule that holds decides, so the most serious tier comes first."),
    )
    field_order = ("rules",)

    def clean_rules(self) -> list[dict[str, Any]]:
        text = self.cleaned_data["rules"]
        rules = _parsed(text)
        problems = validate({"version": "next", "rules": rules})
        if problems:
            lines = _lines(text)
            raise ValidationError([_placed(problem, number, lines) for number, problem in numbered(problems)])
        found: list[dict[str, Any]] = rules
        return found

    @property
    def definition(self) -> dict[str, Any]:
        return {"version": "next", "rules": self.cleaned_data["rules"]}


class RuleDecisionForm(PlainForm):
    """Approve, refuse or withdraw; the verb comes from the button pressed."""

    verb = forms.ChoiceField(
        choices=[("approve", "approve"), ("refuse", "refuse"), ("withdraw", "withdraw")], widget=forms.HiddenInput()
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for the decision"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


def written(definition: Mapping[str, Any]) -> str:
    """Rules as they stand in the form: one rule a paragraph, its conditions on lines of their own."""
    rules = [
        "  {\n"
        f'    "tier": {_json(rule["tier"])},\n'
        f'    "name": {_json(rule["name"])},\n'
        f'    "when": {_condition(rule["when"])}\n'
        "  }"
        for rule in definition["rules"]
    ]
    return "[\n" + ",\n".join(rules) + "\n]"


def _condition(condition: Mapping[str, Any]) -> str:
    """Several conditions stand below one another."""
    ((kind, body),) = condition.items()
    if kind not in {"all", "any"}:
        return _json(condition)
    parts = ",\n".join(f"      {_json(part)}" for part in body)
    return f'{{"{kind}": [\n{parts}\n    ]}}'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as unreadable:
        words = {"line": unreadable.lineno, "column": unreadable.colno, "problem": unreadable.msg}
        raise ValidationError(_("Line %(line)d, column %(column)d: %(problem)s.") % words) from unreadable
    except RecursionError as too_deep:
        raise ValidationError(_("Conditions stand inside one another too deeply.")) from too_deep


def numbered(problems: list[str]) -> Iterator[tuple[int, str]]:
    """The number of the rule that a problem begins with, by the count that `validate` gives it; else 0."""
    for problem in problems:
        head = problem.partition(":")[0].rpartition(" ")[2]
        yield (int(head) if head.isdigit() else 0), problem


def _placed(problem: str, number: int, lines: list[int]) -> str:
    if not 0 < number <= len(lines):
        return problem
    return _("Line %(line)d. %(problem)s") % {"line": lines[number - 1], "problem": problem}


def _lines(text: str) -> list[int]:
    """The line on which each element of the list begins; the text is known to be well-formed."""
    decoder, found = json.JSONDecoder(), []
    place = _skip(text, 0)
    if text[place : place + 1] != "[":
        return []
    place = _skip(text, place + 1)
    while text[place] != "]":
        found.append(text.count("\n", 0, place) + 1)
        _value, end = decoder.raw_decode(text, place)
        place = _skip(text, end)
    return found


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n,":
        place += 1
    return place
