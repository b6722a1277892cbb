"""Which audiences are owed a message, by when, how far it is, and whose word it still needs. Pure.

The rules are the organisation's (`registry.communicating`). A duty arises when the severity is confirmed, or when it
is known whom it reached, whichever comes last; its minutes count from then. Another severity that the rules treat
otherwise lets another duty arise: what was said or decided before counts towards the old one only.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from django.utils.translation import gettext_lazy as _

from registry.communicating import Audience, Owed, Rule
from registry.labelled import Labelled
from registry.responsible import Responsible
from registry.severities import Severity


class Duty(Labelled):
    OWED = "OWED", _("Owed")
    DECIDE = "DECIDE", _("To be decided")
    NOT_OWED = "NOT_OWED", _("Not owed")


class Standing(Labelled):
    NOTHING = "NOTHING", _("Nothing yet")
    DRAFT = "DRAFT", _("Draft, waits for approval")
    APPROVED = "APPROVED", _("Approved, not sent")
    UNCONFIRMED = "UNCONFIRMED", _("Decided not to, waits for a second person")
    SENT = "SENT", _("Sent")
    DECIDED = "DECIDED", _("Decided not to")


SETTLED: Final = frozenset({Standing.SENT, Standing.DECIDED})
OUTSIDE_APPROVERS: Final = (Responsible.LEGAL, Responsible.COMMUNICATIONS)
"""Whose word a message outside needs where no rule speaks of its audience at this severity."""
INSIDE_APPROVERS: Final = (Responsible.LEAD,)


@dataclass(frozen=True)
class Judged:
    """From `at` on the confirmed severity was this."""

    at: datetime
    severity: Severity


@dataclass(frozen=True)
class Word:
    """What was known from `at` on about whether an audience was reached."""

    at: datetime
    audience: Audience
    is_reached: bool


@dataclass(frozen=True)
class Said:
    """A message, or a decision to say nothing (`is_decision`, made at `drafted_at`). `given`: as whom it is approved,
    or the decision confirmed.
    """

    pk: int
    audience: Audience
    drafted_at: datetime
    sent_at: datetime | None = None
    is_decision: bool = False
    given: frozenset[Responsible] = frozenset()


@dataclass(frozen=True)
class Line:
    """How one audience stands. `arose_at` and `due_at` are empty until the severity is confirmed."""

    audience: Audience
    duty: Duty
    standing: Standing
    rule: Rule | None
    is_reached: bool | None
    arose_at: datetime | None
    due_at: datetime | None
    message: int | None
    waits_for: tuple[Responsible, ...]
    is_overdue: bool

    @property
    def is_settled(self) -> bool:
        return self.standing in SETTLED or self.duty is Duty.NOT_OWED

    @property
    def is_missing(self) -> bool:
        """Owed, and neither sent nor decided: closing waits for it."""
        return self.duty is Duty.OWED and not self.is_settled


def rule_for(rules: Iterable[Rule], audience: Audience, severity: Severity | None) -> Rule | None:
    return next((rule for rule in rules if rule.audience is audience and severity in rule.levels), None)


def approvers(rules: Iterable[Rule], audience: Audience, severity: Severity | None) -> tuple[Responsible, ...]:
    """Whose word a message to `audience` needs at this severity, by the rule, else by the defaults above."""
    rule = rule_for(rules, audience, severity)
    if rule is not None:
        return rule.approved_by
    return INSIDE_APPROVERS if audience is Audience.STAFF else OUTSIDE_APPROVERS


def still_missing(needed: Iterable[Responsible], given: Collection[Responsible]) -> tuple[Responsible, ...]:
    return tuple(role for role in needed if role not in given)


def duty_by(rule: Rule | None, is_reached: bool | None) -> Duty:
    """Whether it reached them or not decides only where the rule says so; not knowing is a thing to be decided."""
    if rule is None or (rule.owed is Owed.IF_REACHED and is_reached is False):
        return Duty.NOT_OWED
    if rule.owed is Owed.ALWAYS or (rule.owed is Owed.IF_REACHED and is_reached):
        return Duty.OWED
    return Duty.DECIDE


def owed_list(
    rules: Sequence[Rule],
    *,
    severity: Severity | None,
    judged: Sequence[Judged],
    words: Sequence[Word],
    said: Sequence[Said],
    now: datetime,
) -> tuple[Line, ...]:
    """A line for every audience that a rule speaks of at the severity in force, or that was written to or decided
    about, what is due soonest first. `severity` is the one in force; without any confirmed (`judged`) nothing is due.
    """
    record = _Record(
        rules,
        severity,
        [each for each in judged if each.at <= now],
        [each for each in words if each.at <= now],
        said,
        now,
    )
    lines = (_line(audience, record) for audience in Audience)
    return tuple(sorted((line for line in lines if line is not None), key=_urgency))


def _urgency(line: Line) -> tuple[bool, bool, float]:
    """What is not settled first, of that what is due soonest."""
    due = line.due_at
    return line.is_settled, due is None, due.timestamp() if due is not None else 0


@dataclass(frozen=True)
class _Record:
    """All that is known by `now`."""

    rules: Sequence[Rule]
    severity: Severity | None
    judged: Sequence[Judged]
    words: Sequence[Word]
    said: Sequence[Said]
    now: datetime


def _line(audience: Audience, record: _Record) -> Line | None:
    rule = rule_for(record.rules, audience, record.severity)
    said = [each for each in record.said if each.audience is audience]
    if rule is None and not said:
        return None
    words = [each for each in record.words if each.audience is audience]
    is_reached = _latest(words, record.now)
    duty = duty_by(rule, is_reached)
    is_asked = rule is not None and duty is not Duty.NOT_OWED
    arose = _arose(audience, record, words, (duty, rule)) if is_asked else None
    due = arose + timedelta(minutes=rule.within_minutes) if arose is not None and rule is not None else None
    needed = approvers(record.rules, audience, record.severity)
    standing, message = _standing(duty, said, arose, needed)
    return Line(
        audience=audience,
        duty=duty,
        standing=standing,
        rule=rule,
        is_reached=is_reached,
        arose_at=arose,
        due_at=due,
        message=message.pk if message else None,
        waits_for=_waits_for(standing, needed, message),
        is_overdue=due is not None and due < record.now and standing not in SETTLED,
    )


def _latest(words: Sequence[Word], at: datetime) -> bool | None:
    """The newest word by then; of two at once the one said last."""
    told = [each for each in words if each.at <= at]
    return max(enumerate(told), key=lambda pair: (pair[1].at, pair[0]))[1].is_reached if told else None


def _arose(
    audience: Audience, record: _Record, words: Sequence[Word], now_is: tuple[Duty, Rule | None]
) -> datetime | None:
    """Since when, without a break, the same rule has asked the same."""
    judged = record.judged
    if not judged:
        return None
    first = min(each.at for each in judged)
    changes = {each.at for each in judged} | {each.at for each in words}
    moments = sorted((at for at in changes if at >= first), reverse=True)

    def asked_at(moment: datetime) -> tuple[Duty, Rule | None]:
        rule = rule_for(record.rules, audience, _severity_at(judged, moment))
        return duty_by(rule, _latest(words, moment)), rule

    return min(takewhile(lambda moment: asked_at(moment) == now_is, moments), default=None)


def _severity_at(judged: Sequence[Judged], at: datetime) -> Severity:
    known = [(each.at, number, each.severity) for number, each in enumerate(judged) if each.at <= at]
    return max(known, key=lambda each: each[:2])[2]


def _standing(
    duty: Duty, said: Sequence[Said], arose: datetime | None, needed: tuple[Responsible, ...]
) -> tuple[Standing, Said | None]:
    """What settles comes first; else the newest word. A message drafted after a decision takes it back."""
    since = [each for each in said if arose is None or each.drafted_at >= arose]
    messages = [each for each in said if not each.is_decision]
    sent = [each for each in messages if each.sent_at is not None and (arose is None or each.sent_at >= arose)]
    if sent:
        return Standing.SENT, sent[-1]
    newest = max(since, key=lambda each: (each.drafted_at, each.pk), default=None)
    if newest is not None and newest.is_decision:
        counts = bool(newest.given) or duty is not Duty.OWED
        return (Standing.DECIDED if counts else Standing.UNCONFIRMED), newest
    waiting = [each for each in messages if each.sent_at is None]
    if not waiting:
        return Standing.NOTHING, None
    furthest = min(waiting, key=lambda each: (len(still_missing(needed, each.given)), -each.pk))
    return (Standing.DRAFT if still_missing(needed, furthest.given) else Standing.APPROVED), furthest


def _waits_for(standing: Standing, needed: tuple[Responsible, ...], message: Said | None) -> tuple[Responsible, ...]:
    if standing is Standing.UNCONFIRMED:
        return needed
    if message is None or standing not in {Standing.DRAFT, Standing.APPROVED}:
        return ()
    return still_missing(needed, message.given)
