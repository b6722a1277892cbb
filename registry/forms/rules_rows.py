"""The kinds of rules with as many lines as one needs: escalation paths, communication rules, message templates.

A line whose first field is left empty is no line: a row is added by filling the last one, and removed by emptying it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from registry import communicating, escalation, message_templates
from registry.communicating import Audience, Owed
from registry.escalation import Channel
from registry.forms.organisation_rules import Group, Line, RulesForm
from registry.message_templates import Occasion
from registry.models import User
from registry.placed import Place
from registry.responsible import Responsible
from registry.severities import Severity

NOBODY = [("", "–")]


class RowsForm(RulesForm):
    """Rows are numbered as they stand on the page; `kept` are the numbers of those that say something."""

    has_rows = True

    def add_rows(self, prefix: str, stored: list[dict[str, Any]], most: int) -> None:
        count = self.bound_rows(f"{prefix}-rows", len(stored), most)
        self.counts[f"{prefix}-rows"] = count
        for number in range(count):
            for name, field in self.row_fields().items():
                self.fields[f"{prefix}-{number}-{name}"] = field
                if number < len(stored):
                    self.initial[f"{prefix}-{number}-{name}"] = stored[number][name]

    def row_fields(self) -> dict[str, forms.Field]:
        """In the order of the page; new for each row."""
        raise NotImplementedError

    def lines(self, prefix: str, title: str) -> Iterator[Line]:
        for number in self.rows(prefix):
            yield Line(
                title % {"n": number + 1}, [self[f"{prefix}-{number}-{name}"] for name in self.row_fields()], number + 1
            )

    def rows(self, prefix: str) -> range:
        return range(self.counts[f"{prefix}-rows"])

    def kept(self, prefix: str) -> list[int]:
        return [number for number in self.rows(prefix) if self.says_something(f"{prefix}-{number}")]

    def says_something(self, row: str) -> bool:
        raise NotImplementedError

    def typed(self, row: str, name: str) -> Any:
        return self.cleaned_data.get(f"{row}-{name}")


class PathsForm(RowsForm):
    needs_people = True

    def build(self, definition: Mapping[str, Any]) -> None:
        people = {person.pk: person.email for person in User.objects.filter(pk__in=escalation.people_in(definition))}
        for severity in Severity:
            steps = [self._stored(step, people) for step in definition["levels"][severity.value]]
            self.add_rows(severity.value, steps, escalation.MOST_STEPS)

    @staticmethod
    def _stored(step: Mapping[str, Any], people: Mapping[int, str]) -> dict[str, Any]:
        return {
            "role": step["role"] or "",
            "to": people.get(step["person"] or 0, ""),
            "after_minutes": step["after_minutes"],
            "by": step["by"],
        }

    def row_fields(self) -> dict[str, forms.Field]:
        address = forms.EmailInput(attrs={"list": "people", "autocomplete": "off"})
        return {
            "role": forms.ChoiceField(label=_("Role"), choices=[*NOBODY, *Responsible.choices()], required=False),
            "to": forms.EmailField(label=_("or person, by address"), required=False, widget=address),
            "after_minutes": forms.IntegerField(
                label=_("After, in minutes"), min_value=0, max_value=escalation.LONGEST_MINUTES, required=False
            ),
            "by": forms.ChoiceField(label=_("By"), choices=Channel.choices(), required=False),
        }

    def groups(self) -> list[Group]:
        return [
            Group(
                _("Path at %(severity)s") % {"severity": severity.label},
                severity.value,
                list(self.lines(severity.value, _("Step %(n)d"))),
            )
            for severity in Severity
        ]

    def says_something(self, row: str) -> bool:
        return bool(self.typed(row, "role") or self.typed(row, "to") or f"{row}-to" in self.errors)

    def clean(self) -> dict[str, Any]:
        super().clean()
        typed = {str(value).lower() for name, value in self.cleaned_data.items() if name.endswith("-to") and value}
        self._people = {person.email: person.pk for person in User.objects.active().filter(email__in=typed)}
        for severity in Severity:
            for number in self.kept(severity.value):
                self._check(f"{severity.value}-{number}")
        return self.cleaned_data

    def _check(self, row: str) -> None:
        address = str(self.typed(row, "to") or "").lower()
        if address and self.typed(row, "role"):
            self.add_error(f"{row}-to", _("Name a role or a person, not both."))
        elif address and address not in self._people:
            self.add_error(f"{row}-to", _("Nobody who is active has this address."))
        if self.typed(row, "after_minutes") is None and f"{row}-after_minutes" not in self.errors:
            self.add_error(f"{row}-after_minutes", _("Say after how many minutes; 0 is at once."))

    def definition(self) -> dict[str, Any]:
        return {"levels": {severity.value: list(self._steps(severity.value)) for severity in Severity}}

    def _steps(self, level: str) -> Iterator[dict[str, Any]]:
        for number in self.kept(level):
            row = f"{level}-{number}"
            yield {
                "role": self.typed(row, "role") or None,
                "person": self._people.get(str(self.typed(row, "to")).lower()),
                "after_minutes": self.typed(row, "after_minutes"),
                "by": self.typed(row, "by"),
            }

    def field_at(self, place: Place) -> str | None:
        if len(place) < 2:
            return None
        level = str(place[1])
        if len(place) == 2:
            return f"{level}-0-role"
        name = str(place[3]) if len(place) > 3 else "to"
        row = f"{level}-{self.kept(level)[int(place[2])]}"
        return f"{row}-role" if name == "to" and self.typed(row, "role") else f"{row}-{name}"


class CommunicationForm(RowsForm):
    def build(self, definition: Mapping[str, Any]) -> None:
        self.add_rows("rule", [self._stored(rule) for rule in definition["rules"]], communicating.MOST_RULES)

    @staticmethod
    def _stored(rule: Mapping[str, Any]) -> dict[str, Any]:
        approvers = [*rule["approved_by"], ""]
        return {**rule, "approved_by": approvers[0], "second_approver": approvers[1]}

    def row_fields(self) -> dict[str, forms.Field]:
        roles = [*NOBODY, *Responsible.choices()]
        return {
            "audience": forms.ChoiceField(
                label=_("Who is told"), choices=[*NOBODY, *Audience.choices()], required=False
            ),
            "levels": forms.MultipleChoiceField(
                label=_("At"), choices=Severity.choices(), required=False, widget=forms.CheckboxSelectMultiple()
            ),
            "owed": forms.ChoiceField(label=_("Owed"), choices=Owed.choices(), required=False),
            "within_minutes": forms.IntegerField(
                label=_("Within, in minutes"), min_value=1, max_value=communicating.LONGEST_MINUTES, required=False
            ),
            "approved_by": forms.ChoiceField(label=_("Words approved by"), choices=roles, required=False),
            "second_approver": forms.ChoiceField(label=_("and by"), choices=roles, required=False),
            "note": forms.CharField(label=_("To keep in mind"), max_length=500, required=False),
        }

    def groups(self) -> list[Group]:
        return [Group(_("Rules"), "", list(self.lines("rule", _("Rule %(n)d"))))]

    def says_something(self, row: str) -> bool:
        return bool(self.typed(row, "audience"))

    def definition(self) -> dict[str, Any]:
        return {"rules": [self._rule(f"rule-{number}") for number in self.kept("rule")]}

    def _rule(self, row: str) -> dict[str, Any]:
        approvers = (self.typed(row, "approved_by"), self.typed(row, "second_approver"))
        return {
            "audience": self.typed(row, "audience"),
            "levels": self.typed(row, "levels"),
            "owed": self.typed(row, "owed"),
            "within_minutes": self.typed(row, "within_minutes"),
            "approved_by": [role for role in approvers if role],
            "note": self.typed(row, "note"),
        }

    def field_at(self, place: Place) -> str | None:
        if len(place) < 2:
            return None
        name = str(place[2]) if len(place) > 2 else "audience"
        return f"rule-{self.kept('rule')[int(place[1])]}-{name}"


class TemplatesForm(RowsForm):
    def build(self, definition: Mapping[str, Any]) -> None:
        self.add_rows("template", list(definition["templates"]), message_templates.MOST_TEMPLATES)

    def row_fields(self) -> dict[str, forms.Field]:
        known = ", ".join(f"{{{name}}}" for name in message_templates.PLACEHOLDERS)
        return {
            "audience": forms.ChoiceField(
                label=_("Who is told"), choices=[*NOBODY, *Audience.choices()], required=False
            ),
            "occasion": forms.ChoiceField(label=_("Occasion"), choices=[*NOBODY, *Occasion.choices()], required=False),
            "subject": forms.CharField(
                label=_("Subject"), max_length=message_templates.LONGEST_SUBJECT, required=False
            ),
            "text": forms.CharField(
                label=_("Text"),
                max_length=message_templates.LONGEST_TEXT,
                required=False,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text=_("Placeholders: %(known)s.") % {"known": known},
            ),
        }

    def groups(self) -> list[Group]:
        return [Group(_("Templates"), "", list(self.lines("template", _("Template %(n)d"))))]

    def says_something(self, row: str) -> bool:
        return bool(self.typed(row, "audience"))

    def definition(self) -> dict[str, Any]:
        names = ("audience", "occasion", "subject", "text")
        rows = (f"template-{number}" for number in self.kept("template"))
        # Browsers send the ends of lines as two characters.
        typed = ({name: str(self.typed(row, name) or "") for name in names} for row in rows)
        return {"templates": [{name: text.replace("\r\n", "\n") for name, text in row.items()} for row in typed]}

    def field_at(self, place: Place) -> str | None:
        if len(place) < 2:
            return None
        name = str(place[2]) if len(place) > 2 else "audience"
        return f"template-{self.kept('template')[int(place[1])]}-{name}"
