"""What every page of an incident room shows around its content: header, clocks, tracks, sections, next step."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.gates import Unmet
from incidents.lifecycle import CLOSE, NEEDS_REASON, RECOVER, State
from incidents.models import RoleAssignment
from incidents.policies import incidents as policies
from incidents.services import moving
from incidents.services.outputs.tallying import tally_of
from incidents.services.owed_messages import count_missing
from incidents.services.presence import people_in
from incidents.services.times import times_of
from incidents.severity import Category
from incidents.views.clocks import Clocks, address, clocks_of, timed
from incidents.views.moments import moments_of
from incidents.views.tracks import Track, tracks_of
from registry.kernel.access.verdict import Verdict
from registry.models import User

FORWARD = ("accept", "contain", "recover", "resolve", "close", "reopen")
"""Verbs that lead on; the first that the state allows is the primary button."""


@dataclass(frozen=True)
class Section:
    key: str
    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True)
class NextStep:
    """The primary button: one step, whether it may be taken, and what is missing."""

    verb: str
    label: str
    url: str
    verdict: Verdict
    unmet: tuple[Unmet, ...]
    override: Verdict
    asks: bool
    """Whether a page comes first: for a reason, or to see what is missing."""


def sections_of(incident: Any, now: datetime) -> list[Section]:
    def section(key: str, label: str, name: str, count: int | None = None) -> Section:
        return Section(key, label, reverse(name, args=[incident.pk]), count)

    hour = [section("first-hour", _("First hour"), "incident-first-hour")]
    return [
        section("timeline", _("Timeline"), "incident", incident.entries_all),
        *(hour if incident.category == Category.INCIDENT else []),
        section("containment", _("Containment"), "incident-containment"),
        *([Section("signals", _("Signals"), signals)] if (signals := address("incident-signals", incident.pk)) else []),
        section("evidence", _("Evidence"), "incident-evidence", incident.evidence_total),
        section("outputs", _("Affected outputs"), "incident-outputs", tally_of(incident).total),
        section("backlog", _("Backlog"), "incident-backlog", incident.backlog_total or None),
        section("facts", _("Facts and times"), "incident-facts"),
        section("severity", _("Severity"), "incident-severity"),
        section("people", _("People"), "incident-people"),
        section("communication", _("Communication"), "incident-communications", count_missing(incident, now) or None),
        section("obligations", _("Obligations"), "incident-obligations", len(incident.obligations.all())),
        section("recovery", _("Recovery"), "incident-recovery"),
        section("history", _("History"), "incident-history"),
    ]


def steps_of(incident: Any, user: User, now: datetime) -> list[NextStep]:
    """Every step the state allows, the one that leads on first."""
    found = []
    for step in moving.options(incident, user, now):
        verb = step.transition.verb
        if verb == CLOSE and (closing := address("incident-close", incident.pk)):
            # Whether it may be closed is known where reviews are; that page says what is missing.
            found.append(NextStep(verb, str(step.transition.label), closing, step.verdict, (), step.override, True))
            continue
        page = "incident-recovery" if verb == RECOVER and incident.recovery_asked_by_id is None else "incident-move"
        url = reverse(page, args=[incident.pk] if page == "incident-recovery" else [incident.pk, verb])
        label = _("Ask for return to normal") if page == "incident-recovery" else str(step.transition.label)
        # Asking needs nothing yet: what the approver will need is shown there.
        unmet = () if page == "incident-recovery" else step.unmet
        asks = verb in NEEDS_REASON or bool(unmet) or page == "incident-recovery"
        found.append(NextStep(verb, label, url, step.verdict, unmet, step.override, asks))
    return sorted(found, key=lambda step: FORWARD.index(step.verb) if step.verb in FORWARD else len(FORWARD))


def standing(incident: Any, now: datetime) -> dict[str, Any]:
    """What all readers of the header see alike, and `step_mark`, which changes when their next step may be another."""
    times = times_of(incident)
    held = policies.held(incident)
    clocks: Clocks = clocks_of(incident, times, now)
    tracks: list[Track] = tracks_of(incident, times, now)
    # What was caught before it harmed has nothing to contain until somebody makes it an incident.
    needs_containment = (
        incident.category == Category.INCIDENT
        and incident.state in (State.TRIAGE, State.OPEN)
        and not incident.in_force
    )
    return {
        "incident": incident,
        "now": now,
        "clocks": clocks,
        "tracks": tracks,
        "times": times,
        "lead": next((row for row in held if row.role == RoleAssignment.Role.LEAD), None),
        "needs_containment": needs_containment,
        "step_mark": step_mark(incident),
    }


def step_mark(incident: Any) -> str:
    """Two that are alike say that nothing happened on which a next step depends: state, severity, who sees it and who
    holds a role, containment, and what was asked for.
    """
    roles = sorted((row.role, row.person_id, bool(row.accepted_at)) for row in policies.held(incident))
    told = [
        incident.state, incident.severity, incident.category, incident.visibility, roles, bool(incident.in_force),
        bool(incident.unconfirmed), incident.recovery_asked_by_id, incident.baseline_confirmed_at,
    ]  # fmt: skip
    return sha256(repr(told).encode()).hexdigest()[:12]


def frame(incident: Any, user: User, section: str, now: datetime) -> dict[str, Any]:
    """The context of `incidents/room/base.html`. `incident` comes from `opening.opened`."""
    steps = steps_of(incident, user, now)
    held = policies.held(incident)
    return standing(incident, now) | {
        "section": section,
        "sections": sections_of(incident, now),
        "state_label": State(incident.state).label,
        "primary": steps[0] if steps and steps[0].verb in FORWARD else None,
        "others": steps[1:] if steps and steps[0].verb in FORWARD else steps,
        "held": {row.role: row for row in held},
        "my_roles": [row for row in held if row.person_id == user.pk],
        "obligations": timed(list(incident.obligations.all()), now),
        "links": list(incident.links.all()),
        "output_tally": tally_of(incident),
        "is_over": not incident.is_active,
        "present": people_in(incident, at=now),
        "may": {
            "work": policies.may_work(user, incident),
            "severity": policies.may_assess_severity(user, incident),
            "restrict": policies.may_restrict(user, incident),
        },
        "report_url": address("incident-report", incident.pk),
        "summary_url": address("incident-summary", incident.pk),
        "review_url": address("incident-review", incident.pk),
        "action_url": address("action-new"),
        "moments": moments_of(incident),
    }
