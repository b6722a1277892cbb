"""The tracks strip: how far each parallel line of work is, in a word, a shape and a colour."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.backlog import Trend
from incidents.owed_messages import Standing
from incidents.services.backlog import queues_of
from incidents.services.owed_messages import owed_of
from incidents.severity import Category, Severity
from incidents.times import TimeKind


@dataclass(frozen=True)
class Track:
    label: str
    tone: str
    icon: str
    text: str
    url_name: str


def clock_of(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "H:i") if at else ""


def containment(incident: Any) -> Track:
    label, page = _("Containment"), "incident-containment"
    if incident.category != Category.INCIDENT and not incident.unconfirmed and not incident.in_force:
        return Track(label, "mut", "circle-dashed", _("Caught before harm"), page)
    if incident.in_force:
        return Track(label, "ok", "circle-check", _("Contained %(at)s") % {"at": clock_of(incident.contained_at)}, page)
    if incident.unconfirmed:
        return Track(label, "act", "circle-dot", _("Carried out, not confirmed"), page)
    tone = "bad" if incident.severity == Severity.SEV1 and incident.is_active else "mut"
    return Track(label, tone, "circle-dashed", _("Not contained"), page)


def severity(incident: Any, times: dict[TimeKind, datetime]) -> Track:
    label, page = _("Severity"), "incident-severity"
    if incident.category != Category.INCIDENT:
        return Track(label, "mut", "circle-dashed", _("None for a near miss or quality issue"), page)
    classified = times.get(TimeKind.CLASSIFIED)
    if classified:
        return Track(label, "ok", "circle-check", _("Confirmed %(at)s") % {"at": clock_of(classified)}, page)
    return Track(label, "warn", "circle-dot", _("Not confirmed yet"), page)


def evidence(incident: Any) -> Track:
    label, page = _("Evidence"), "incident-evidence"
    total, verified = incident.evidence_total, incident.evidence_verified
    if incident.evidence_bad:
        count = incident.evidence_bad
        return Track(label, "bad", "circle-x", ngettext("%(n)s altered", "%(n)s altered", count) % {"n": count}, page)
    if not total:
        return Track(label, "mut", "circle-dashed", _("None yet"), page)
    text = _("%(verified)s of %(total)s verified") % {"verified": verified, "total": total}
    return Track(
        label, "ok" if verified == total else "act", "shield-check" if verified == total else "circle-dot", text, page
    )


def obligations(incident: Any, now: datetime) -> Track:
    label, page = _("Obligations"), "incident-obligations"
    rows = list(incident.obligations.all())
    still = [row for row in rows if row.status == row.Status.OPEN]
    if not rows:
        return Track(label, "mut", "circle-dashed", _("None entered"), page)
    text = _("%(done)s of %(total)s settled") % {"done": len(rows) - len(still), "total": len(rows)}
    if not still:
        return Track(label, "ok", "circle-check", text, page)
    late = any(row.due_at < now for row in still)
    return Track(label, "bad" if late else "act", "alarm-clock" if late else "circle-dot", text, page)


def communication(incident: Any, now: datetime) -> Track:
    label, page = _("Communication"), "incident-communications"
    lines = owed_of(incident, now)
    if any(line.is_overdue and line.is_missing for line in lines):
        return Track(label, "bad", "alarm-clock", _("A message is overdue"), page)
    if any(line.standing is Standing.APPROVED for line in lines):
        return Track(label, "warn", "send", _("Approved, not sent"), page)
    if any(line.standing is Standing.DRAFT for line in lines):
        return Track(label, "act", "circle-dot", _("Waits for approval"), page)
    if missing := sum(line.is_missing for line in lines):
        return Track(label, "warn", "circle-dot", ngettext("%(n)s owed", "%(n)s owed", missing) % {"n": missing}, page)
    if incident.said_done:
        return Track(label, "ok", "circle-check", _("Decided"), page)
    return Track(label, "mut", "circle-dashed", _("Not started"), page)


def backlog(incident: Any) -> list[Track]:
    """Only where somebody took a reading; a queue that grows is the one that is told."""
    if not incident.backlog_total:
        return []
    queues = queues_of(incident)
    worst = queues[0]
    words = {"length": worst.newest.length, "trend": worst.outlook.trend.label.lower()}
    tone, icon = {Trend.GROWING: ("bad", "arrow-up"), Trend.SHRINKING: ("ok", "arrow-down")}.get(
        worst.outlook.trend, ("mut", "circle-dashed")
    )
    return [Track(_("Backlog"), tone, icon, _("%(length)s waiting, %(trend)s") % words, "incident-backlog")]


def tracks_of(incident: Any, times: dict[TimeKind, datetime], now: datetime) -> list[Track]:
    """Everything but the internal update, which is a clock and drawn as one."""
    return [
        containment(incident),
        severity(incident, times),
        evidence(incident),
        obligations(incident, now),
        communication(incident, now),
        *backlog(incident),
    ]
