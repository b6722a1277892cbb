"""Does it change after a failure? Sources: the operating loop's last step and the postmortem's action items."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.readiness.asked import asked
from registry.readiness.check import ALL, UPPER, Check, does_not_apply, met, named, not_met, stale
from registry.readiness.facts import ActionFact, Facts, IncidentFact
from registry.readiness.outcome import Evidence, Outcome, Part
from registry.readiness.references import BUILDERS, FUNDING, iso, nist

REVIEW_WITHIN: Final = timedelta(days=30)
"""From the declaration of a serious incident to its approved review. The scale asks for it within days of the end;
after thirty days it is late however long the incident took.
"""


def looked_at(facts: Facts, now: datetime) -> Outcome:
    if facts.review_until is None:
        return not_met(_("No day is set by which the entry is looked at again."))
    day = [
        Evidence(
            "day", "next_review_date", str(_("Next review")), facts.review_until, is_stale=now > facts.review_until
        )
    ]
    if now > facts.review_until:
        return stale(_("The day by which it should have been looked at has passed."), day)
    return met(_("It is settled when it is looked at again."), day)


def learned(facts: Facts, now: datetime) -> Outcome:
    owed = [incident for incident in facts.incidents if not incident.is_reviewed and now > incident.review_until]
    reviewed = [_review(incident) for incident in facts.incidents if incident.is_reviewed]
    if owed:
        words = ngettext(
            "%(n)d serious incident has no approved review.",
            "%(n)d serious incidents have no approved review.",
            len(owed),
        )
        return not_met(
            words % {"n": len(owed)}, reviewed, [named("incident", incident, incident.at) for incident in owed]
        )
    if reviewed:
        return met(_("Every serious incident was reviewed."), reviewed)
    return does_not_apply(_("No serious incident is over that would have had to be reviewed by now."))


def on_time(facts: Facts, now: datetime) -> Outcome:
    late = [action for action in facts.actions if action.due_until is not None and now > action.due_until]
    others = [_action(action) for action in facts.actions if action not in late]
    if late:
        words = ngettext("%(n)d action item is late.", "%(n)d action items are late.", len(late))
        return not_met(words % {"n": len(late)}, others, [named("action", action, action.due_until) for action in late])
    if others:
        return met(_("No action item is late."), others)
    return does_not_apply(_("There is no action item."))


def fixes_hold(facts: Facts, now: datetime) -> Outcome:
    failed = [named("action", action) for action in facts.actions if action.has_recurred]
    held = [_action(action) for action in facts.actions if action.is_verified and not action.has_recurred]
    if failed:
        return not_met(_("It happened again after the change that should have prevented it."), held, failed)
    if held:
        return met(_("Changes were made and verified, and it did not happen again."), held)
    return does_not_apply(_("No change had to be verified yet."))


def conditions_kept(facts: Facts, now: datetime) -> Outcome:
    late = [row for row in facts.conditions if row.due_until is not None and now > row.due_until]
    others = [named("gate", row, row.due_until) for row in facts.conditions if row not in late]
    if late:
        words = ngettext(
            "%(n)d condition of an approval is late.", "%(n)d conditions of approvals are late.", len(late)
        )
        return not_met(words % {"n": len(late)}, others, [named("gate", row, row.due_until) for row in late])
    if others:
        return met(_("No condition of an approval is late."), others)
    return does_not_apply(_("It was let through no gate under a condition."))


def _review(incident: IncidentFact) -> Evidence:
    if incident.review is not None:
        return Evidence("review", incident.review, incident.name, incident.at)
    return named("incident", incident, incident.at)


def _action(action: ActionFact) -> Evidence:
    return named("action", action, action.at)


CHECKS: Final = (
    Check(
        "LOOKED_AT",
        Part.IMPROVED,
        _("A day for the next look"),
        _("It is settled when the entry is looked at again, and that day has not passed."),
        looked_at,
        "stage",
        production=UPPER,
        references=(nist("GOVERN 1.5"), iso("Clause 9")),
    ),
    Check(
        "LEARNED",
        Part.IMPROVED,
        _("Serious incidents were reviewed"),
        _("Each SEV-1 and SEV-2 incident has an approved review within thirty days."),
        learned,
        "incidents",
        pilot=ALL,
        questions=(FUNDING[9],),
        references=(nist("MANAGE 4.3"), iso("Clause 10.2")),
    ),
    Check(
        "ON_TIME",
        Part.IMPROVED,
        _("Action items are on time"),
        _("None that is still open is past its day."),
        on_time,
        "actions",
        pilot=ALL,
        questions=(FUNDING[9],),
        references=(nist("MANAGE 4.2"), iso("Clause 10.2")),
    ),
    Check(
        "HOLDS",
        Part.IMPROVED,
        _("Changes had the effect"),
        _("No change was made after which it happened again all the same."),
        fixes_hold,
        "actions",
        pilot=UPPER,
        references=(nist("MANAGE 4.2"),),
    ),
    Check(
        "CONDITIONS",
        Part.IMPROVED,
        _("Conditions of approvals are kept"),
        _("None under which it was let through a gate is open past its day."),
        conditions_kept,
        "gates",
        pilot=ALL,
        references=(nist("MANAGE 1.3"),),
    ),
    Check(
        "LESSONS",
        Part.IMPROVED,
        _("Ways to learn that the assessment asks for"),
        _("Evaluation update, root-cause remediation, post-incident review, recovery plan."),
        asked("EVAL_UPDATE", "ROOT_CAUSE_REMEDIATION", "POST_INCIDENT_REVIEW", "RECOVERY_PLAN"),
        "gaps",
        pilot=(),
        production=UPPER,
        questions=(BUILDERS[5], BUILDERS[7], FUNDING[9]),
        references=(nist("MANAGE 4.2"),),
    ),
)
