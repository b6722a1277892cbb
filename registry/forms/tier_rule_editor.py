"""The tier rules as a form of readable rows; each problem stands at the field it is about."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from registry.ai_act import AiActClass
from registry.forms.tier_rule_rows import LONGEST_WRITTEN, Join, Kind, Line, Rule, definition_of
from registry.forms.tier_rules import ProposalForm, numbered
from registry.reports.tier_rules import words
from registry.risk_areas import Area, Level
from registry.tiering import validate
from registry.tiering_rules import LONGEST_NAME, TIERS


@dataclass(frozen=True)
class ShownLine:
    """One condition on the page. `said`: in words, where the page cannot take it apart."""

    number: int
    kind: str
    fields: Sequence[BoundField]
    said: str = ""


@dataclass(frozen=True)
class ShownRule:
    number: int
    kinds: str
    tier: BoundField
    name: BoundField
    join: BoundField
    lines: Sequence[ShownLine]
    is_last: bool


class RowsForm(ProposalForm):
    """Built from rows, and shows them as they were typed, right or not."""

    def __init__(self, *args: Any, rows: Sequence[Rule], is_trial: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, is_trial=is_trial, **kwargs)
        self.rows = list(rows)
        for at, rule in enumerate(self.rows):
            self._add_rule(f"rule-{at}", rule)
            for name in [name for name in self.fields if name.startswith(f"rule-{at}-")]:
                vars(self.fields[name])["place"] = _("Rule %(number)d") % {"number": at + 1}

    @property
    def definition(self) -> dict[str, Any]:
        return definition_of(self.rows)

    def shown(self) -> Iterator[ShownRule]:
        for at, rule in enumerate(self.rows):
            row = f"rule-{at}"
            yield ShownRule(
                at,
                ",".join(rule_line.kind.value for rule_line in rule.lines),
                self[f"{row}-tier"],
                self[f"{row}-name"],
                self[f"{row}-join"],
                [self._line(f"{row}-{n}", n, line) for n, line in enumerate(rule.lines)],
                at == len(self.rows) - 1,
            )

    def own(self) -> list[BoundField]:
        return [self["reason"], self["effective_at"]]

    def clean(self) -> dict[str, Any]:
        """What no field says already is asked of the rules as a whole: above all, whether every answer gets a tier."""
        super().clean()
        self._check_names()
        self._check_order()
        if not any(name.startswith("rule-") for name in self.errors):
            for number, problem in numbered(validate(self.definition)):
                field = f"rule-{number - 1}-join"
                self.add_error(field if field in self.fields else None, problem)
        return self.cleaned_data

    def _add_rule(self, row: str, rule: Rule) -> None:
        name = forms.CharField(label=_("Name, read as the reason"), max_length=LONGEST_NAME)
        self._add(f"{row}-tier", forms.ChoiceField(label=_("Tier"), choices=[("", "–"), *_tiers()]), rule.tier)
        self._add(f"{row}-name", name, rule.name)
        self._add(f"{row}-join", forms.ChoiceField(label=_("When"), choices=_joins()), rule.join)
        has_when = rule.join != Join.ALWAYS
        for number, line in enumerate(rule.lines):
            self._add_line(f"{row}-{number}", line, required=has_when)
        if has_when != bool(rule.lines):
            self.fields[f"{row}-join"].validators.append(_refuse_no_lines if has_when else _refuse_lines)

    def _add_line(self, row: str, line: Line, *, required: bool) -> None:
        for name, field in _fields_of(line.kind).items():
            field.required = required
            vars(field)["needed_later"] = True
            self._add(f"{row}-{name}", field, getattr(line, name))

    def _add(self, name: str, field: forms.Field, value: Any) -> None:
        self.fields[name] = field
        self.initial[name] = list(value) if isinstance(value, tuple) else value

    def _line(self, row: str, number: int, line: Line) -> ShownLine:
        fields = [self[f"{row}-{name}"] for name in _fields_of(line.kind)]
        is_sound = line.kind is Kind.WRITTEN and not validate(_alone(line))
        return ShownLine(number, line.kind.value, fields, words(_alone(line)["rules"][0]["when"]) if is_sound else "")

    def _check_names(self) -> None:
        names = Counter(rule.name.strip() for rule in self.rows)
        for at, rule in enumerate(self.rows):
            if rule.name.strip() and names[rule.name.strip()] > 1 and f"rule-{at}-name" not in self.errors:
                self.add_error(f"rule-{at}-name", _("Another rule has this name."))

    def _check_order(self) -> None:
        """Said where the order breaks: one rule in the wrong place is one problem, however many stand below it."""
        above = ""
        for at, rule in enumerate(self.rows):
            if rule.tier not in TIERS:
                continue
            if rule.tier < above:
                sentence = _("Stands below a rule for %(tier)s. The most serious tier comes first.")
                self.add_error(f"rule-{at}-tier", sentence % {"tier": above})
            above = rule.tier


def _fields_of(kind: Kind) -> dict[str, forms.Field]:
    """In the order of the page; new for each line."""
    boxes = forms.CheckboxSelectMultiple
    level = forms.ChoiceField(label=_("is"), choices=_levels())
    if kind is Kind.AREA:
        return {"area": forms.ChoiceField(label=_("Question"), choices=[("", "–"), *Area.choices()]), "level": level}
    if kind is Kind.COUNT:
        most = len(Area)
        number = forms.TypedChoiceField(label=_("At least"), choices=[(str(n), str(n)) for n in range(1, most + 1)])
        areas = forms.MultipleChoiceField(label=_("of these questions"), choices=Area.choices(), widget=boxes())
        return {"number": number, "areas": areas, "level": level}
    if kind is Kind.CLASS:
        label = _("The EU AI Act class is one of")
        return {"classes": forms.MultipleChoiceField(label=label, choices=AiActClass.choices(), widget=boxes())}
    return {"written": forms.CharField(max_length=LONGEST_WRITTEN, widget=forms.HiddenInput())}


def _tiers() -> list[tuple[str, str]]:
    return [(tier, _("Tier %(number)s") % {"number": tier[1:]}) for tier in TIERS]


def _joins() -> list[tuple[str, str]]:
    return [
        (Join.ANY.value, _("any of these holds")),
        (Join.ALL.value, _("all of these hold")),
        (Join.ALWAYS.value, _("no rule above holds")),
    ]


def _levels() -> list[tuple[str, str]]:
    return [(Level.HIGH.value, _("high")), (Level.ELEVATED.value, _("elevated or high"))]


def _alone(line: Line) -> dict[str, Any]:
    """The line as the one condition of a rule that catches everything otherwise, to look at it by itself."""
    always = Rule("T4", _("The rest"), Join.ALWAYS.value, ())
    return definition_of([Rule("T1", "-", Join.ALL.value, (line,)), always])


def _refuse_no_lines(_value: object) -> None:
    raise forms.ValidationError(_("Add at least one condition, or choose “no rule above holds”."))


def _refuse_lines(_value: object) -> None:
    raise forms.ValidationError(
        _("Such a rule has no conditions of its own. Remove them, or choose any or all of them.")
    )
