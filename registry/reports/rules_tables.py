"""The organisation's rules as tables that people read, on pages and on paper."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry import communicating, decision_rights, escalation, message_templates
from registry.organisation_rules import RulesKind
from registry.severities import Severity
from registry.severity_scale import Duties, duties

Names = Mapping[int, str]


@dataclass(frozen=True)
class Row:
    head: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """`severity` where all of it is about one level; `heads` name the cells, not the first column."""

    caption: str
    severity: str
    first: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def labelled(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Each row with its cells, and each cell with the name of its column."""
        return [(row.head, list(zip(self.heads, row.cells, strict=True))) for row in self.rows]


def tables_of(kind: RulesKind, definition: Mapping[str, Any], names: Names) -> list[Table]:
    """A definition that nothing is wrong with. `names`: the people it names, see `names_in`."""
    return {
        RulesKind.SEVERITY: _scale,
        RulesKind.ESCALATION: _paths,
        RulesKind.COMMUNICATION: _rules,
        RulesKind.DECISIONS: _rights,
        RulesKind.MESSAGES: _templates,
    }[kind](definition, names)


def span(minutes: int) -> str:
    """In the largest unit that leaves nothing over: 90 minutes, 4 hours, 3 days."""
    if minutes and minutes % 1440 == 0:
        return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
    if minutes and minutes % 60 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def _scale(definition: Mapping[str, Any], _names: Names) -> list[Table]:
    levels = [duties(definition, severity) for severity in Severity]
    rows = [Row(str(head), tuple(told(level) for level in levels)) for head, told in _SCALE]
    heads = tuple(severity.label for severity in Severity)
    return [Table(_("What each level sets in motion"), "", _("Aspect"), heads, tuple(rows))]


def _called(level: Duties) -> str:
    return ", ".join(role.label for role in level.called)


def _review(level: Duties) -> str:
    if not level.review_required or level.review_days is None:
        return _("Not required")
    days = level.review_days
    return ngettext("Within %(n)d day of resolving", "Within %(n)d days of resolving", days) % {"n": days}


_SCALE = (
    (gettext_lazy("Meaning"), lambda level: level.meaning),
    (gettext_lazy("A lead is at work within"), lambda level: span(level.response_minutes)),
    (gettext_lazy("Called"), _called),
    (gettext_lazy("Containment"), lambda level: level.containment_default),
    (gettext_lazy("Contain before diagnosing"), lambda level: _("Yes") if level.containment_first else _("No")),
    (gettext_lazy("Internal update every"), lambda level: span(level.update_minutes)),
    (gettext_lazy("Telling people outside"), lambda level: level.external_communication.label),
    (gettext_lazy("Review"), _review),
)


def _paths(definition: Mapping[str, Any], names: Names) -> list[Table]:
    return [
        Table(
            _("Path at %(severity)s") % {"severity": severity.label},
            severity.value,
            _("Step"),
            (_("Who"), _("After"), _("By")),
            tuple(
                Row(_("Step %(n)d") % {"n": number}, (who(step, names), after(step.after_minutes), step.by.label))
                for number, step in enumerate(escalation.ladder(definition, severity), start=1)
            ),
        )
        for severity in Severity
    ]


def who(step: escalation.Step, names: Names) -> str:
    return step.role.label if step.role else names.get(step.person or 0, _("somebody not known"))


def after(minutes: int) -> str:
    return span(minutes) if minutes else _("at once")


def _rules(definition: Mapping[str, Any], _names: Names) -> list[Table]:
    heads = (_("Owed"), _("Within"), _("Words approved by"), _("What to keep in mind"))
    return [Table(_("Who outside the room is told"), "", _("Who, at"), heads, tuple(_rule_rows(definition)))]


def _rule_rows(definition: Mapping[str, Any]) -> Iterator[Row]:
    for rule in communicating.rules_of(definition):
        levels = ", ".join(level.label for level in rule.levels)
        approvers = _(" and ").join(role.label for role in rule.approved_by)
        cells = (rule.owed.label, span(rule.within_minutes), approvers, rule.note)
        yield Row(f"{rule.audience.label}: {levels}", cells)


def _rights(definition: Mapping[str, Any], _names: Names) -> list[Table]:
    rows = (
        Row(right.decision.label, (right.decides.label, right.stands_in.label, right.note))
        for right in decision_rights.rights_of(definition)
    )
    heads = (_("Decides"), _("Stands in"), _("What to keep in mind"))
    return [Table(_("Whose decision it is"), "", _("Decision"), heads, tuple(rows))]


def _templates(definition: Mapping[str, Any], _names: Names) -> list[Table]:
    rows = (
        Row(f"{each.audience.label}: {each.occasion.label}", (each.subject, each.text))
        for each in message_templates.templates_of(definition)
    )
    return [Table(_("Words to begin with"), "", _("Who, when"), (_("Subject"), _("Text")), tuple(rows))]
