"""What the registry knows beside each question of a playbook, as lines short enough for a telephone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry import communicating, decision_rights, escalation
from registry.decision_rights import Decision
from registry.models import OrganisationRules, Role, Surface, User, Workflow
from registry.organisation_rules import RulesKind
from registry.playbook_questions import MINIMUM_EVIDENCE, NORMAL_AGAIN, Question
from registry.reports.blast import paths
from registry.reports.organisation_rules import names_of
from registry.reports.rules_tables import after, span, who
from registry.reports.watching import in_order as signals_in_order
from registry.responsible import Responsible
from registry.severities import Severity
from registry.severity_scale import duties


@dataclass(frozen=True)
class Line:
    """`tone`: warn or bad where something is missing or old."""

    text: str
    detail: str = ""
    tone: str = ""
    severity: str = ""


@dataclass(frozen=True)
class Facts:
    """One list of lines. `none` is said where there is no line; `is_folded` where it is looked at second."""

    title: str
    lines: tuple[Line, ...]
    none: str = ""
    is_folded: bool = False
    severity: str = ""


@dataclass
class Reading:
    """What is read once for all questions of one workflow, when it is needed. `at`: the moment that is shown."""

    workflow: Workflow
    at: datetime

    @cached_property
    def rules(self) -> Mapping[str, OrganisationRules]:
        return OrganisationRules.objects.all_in_force(self.at)

    def definition(self, kind: RulesKind) -> Mapping[str, object]:
        found: Mapping[str, object] = self.rules[kind].definition
        return found

    @cached_property
    def signals(self) -> list[Line]:
        """In use, monitors first: name, when it fires, whose it is."""
        rows = signals_in_order(self.workflow.signals.filter(is_active=True).select_related("owner"))
        return [
            Line(row.name, f"{row.threshold} · {row.owner}", "warn" if row.is_proof_stale(self.at) else "")
            for row in rows
        ]

    def named(self, role: Responsible) -> str:
        """The role, with whoever has that place around the workflow."""
        person = {
            Responsible.BUSINESS: self.workflow.business_owner,
            Responsible.TECHNICAL: self.workflow.technical_owner,
            Responsible.DEPUTY: self.workflow.deputy,
        }.get(role)
        return f"{role.label}: {_still_here(person)}" if person else role.label


def _still_here(person: User) -> str:
    return str(person) if person.is_active else _("%(person)s (left)") % {"person": person}


def facts_of(question: Question, reading: Reading) -> list[Facts]:
    return _READERS[question](reading)


def _incident(reading: Reading) -> list[Facts]:
    scale = reading.definition(RulesKind.SEVERITY)
    levels = [(severity, duties(scale, severity)) for severity in Severity]
    return [
        Facts(
            _("Severity"),
            tuple(
                Line(
                    level.meaning,
                    _("a lead within %(span)s") % {"span": span(level.response_minutes)},
                    "",
                    severity.value,
                )
                for severity, level in levels
            ),
        ),
        Facts(_("Signals"), tuple(reading.signals), _("Blind: nothing would tell that it goes wrong.")),
    ]


def _containment(reading: Reading) -> list[Facts]:
    rows = reading.workflow.containment_options.filter(is_active=True).prefetch_related("named_executors")
    options = sorted(rows, key=lambda option: (option.rank, option.pk))
    lines = []
    for option in options:
        people = [
            *(str(Role(role).label) for role in option.executors),
            *(str(p) for p in option.named_executors.all()),
        ]
        minutes = ngettext("%(n)d min", "%(n)d min", option.expected_minutes) % {"n": option.expected_minutes}
        tone = "warn" if option.is_proof_stale(reading.at) else ""
        lines.append(
            Line(option.name, " · ".join([minutes, ", ".join(people), option.load_carrier]).rstrip(" ·"), tone)
        )
    decides = (Decision.CONTAIN, Decision.STOP, Decision.ROLL_BACK)
    return [
        Facts(
            _("Options, mildest first"), tuple(lines), _("No option is prepared. Stop it by hand and call the owners.")
        ),
        Facts(_("Who decides"), _rights(reading, decides), is_folded=True),
    ]


def _outputs(reading: Reading) -> list[Facts]:
    found = paths(reading.workflow.downstream_actions.filter(is_active=True))
    lines = (
        Line(
            f"{path.action.name} → {path.action.target_system}",
            f"{path.action.get_reversibility_display()} · {path.action.get_validation_display()}",
            "bad" if path.point.is_marked else "",
        )
        for path in found
    )
    return [Facts(_("What it sets off, worst first"), tuple(lines), _("No downstream action is recorded."))]


def _escalation(reading: Reading) -> list[Facts]:
    definition = reading.definition(RulesKind.ESCALATION)
    names = names_of(escalation.people_in(definition))
    return [
        Facts(
            _("Path at %(severity)s") % {"severity": severity.label},
            tuple(
                Line(
                    reading.named(step.role) if step.role else who(step, names),
                    f"{_soon(step.after_minutes)} · {step.by.label}",
                )
                for step in escalation.ladder(definition, severity)
            ),
            is_folded=severity is not Severity.SEV1,
            severity=severity.value,
        )
        for severity in Severity
    ]


def _soon(minutes: int) -> str:
    return _("after %(span)s") % {"span": span(minutes)} if minutes else after(minutes)


def _communication(reading: Reading) -> list[Facts]:
    lines = []
    for rule in communicating.rules_of(reading.definition(RulesKind.COMMUNICATION)):
        levels = ", ".join(level.label for level in rule.levels)
        approvers = _(" and ").join(role.label for role in rule.approved_by)
        detail = _("within %(span)s · words by %(approvers)s") % {
            "span": span(rule.within_minutes),
            "approvers": approvers,
        }
        lines.append(Line(f"{rule.audience.label}, {levels}: {rule.owed.label.lower()}", detail))
    return [
        Facts(_("Who is told"), tuple(lines)),
        Facts(_("Who decides"), _rights(reading, (Decision.CUSTOMERS, Decision.AUTHORITIES))),
    ]


def _evidence(reading: Reading) -> list[Facts]:
    rows = Surface.objects.filter(workflow=reading.workflow, is_active=True).select_related("current", "known_good")
    surfaces = tuple(
        Line(
            f"{row.get_kind_display()}: {row.name}",
            _("runs on %(version)s") % {"version": row.current.label} if row.current else _("version not recorded"),
            "" if row.current else "warn",
        )
        for row in rows
    )
    return [
        Facts(_("Keep before changing anything"), tuple(Line(str(text)) for text in MINIMUM_EVIDENCE)),
        Facts(_("Frozen by itself in an incident"), surfaces, _("No surface is recorded."), is_folded=True),
    ]


def _learning(reading: Reading) -> list[Facts]:
    scale = reading.definition(RulesKind.SEVERITY)
    reviews = [
        Line(_("Review within %(n)d days of resolving") % {"n": level.review_days}, severity=severity.value)
        for severity in Severity
        for level in [duties(scale, severity)]
        if level.review_required and level.review_days
    ]
    baselines = [
        Line(signal.name, signal.baseline)
        for signal in signals_in_order(reading.workflow.signals.filter(is_active=True))
    ]
    return [
        Facts(_("Always needed to return"), tuple(Line(str(text)) for text in NORMAL_AGAIN)),
        Facts(_("Signals back at"), tuple(baselines), _("No signal has a baseline."), is_folded=len(baselines) > 3),
        Facts(_("Who decides"), _rights(reading, (Decision.RESUME, Decision.ACCEPT)), is_folded=True),
        Facts(_("Afterwards"), tuple(reviews)),
    ]


def _rights(reading: Reading, wanted: tuple[Decision, ...]) -> tuple[Line, ...]:
    rights = decision_rights.rights_of(reading.definition(RulesKind.DECISIONS))
    return tuple(
        Line(
            right.decision.label,
            _("%(who)s; stands in: %(other)s")
            % {"who": reading.named(right.decides), "other": reading.named(right.stands_in)},
        )
        for right in rights
        if right.decision in wanted
    )


_READERS: Mapping[Question, Callable[[Reading], list[Facts]]] = {
    Question.INCIDENT: _incident,
    Question.CONTAINMENT: _containment,
    Question.OUTPUTS: _outputs,
    Question.ESCALATION: _escalation,
    Question.COMMUNICATION: _communication,
    Question.EVIDENCE: _evidence,
    Question.LEARNING: _learning,
}
