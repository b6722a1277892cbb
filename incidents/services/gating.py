"""The facts a gate asks about, read from the record, and what they leave unmet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from incidents.gates import GateFacts, Unmet, gate_unmet
from incidents.lifecycle import ACCEPT, TABLE, State
from incidents.models import ContainmentAction, Evidence, Incident, Moment, Obligation, OutputList
from incidents.policies.incidents import has_lead, may_move, may_override_gate
from incidents.services import returning
from incidents.services.duties import duties_of
from incidents.services.owed_messages import count_missing
from incidents.services.times import times_of
from registry.kernel.access.verdict import Verdict
from registry.kernel.transitions import Transition
from registry.models import User


@dataclass(frozen=True)
class Step:
    """One way on from the state at hand: whether this person may take it, and what is still missing.

    `override` says whether this person may take it all the same, with a reason.
    """

    transition: Transition
    verdict: Verdict
    unmet: tuple[Unmet, ...]
    override: Verdict


def facts_for(
    incident: Incident,
    at: datetime,
    *,
    by: User | None = None,
    review_approved: bool = False,
    open_actions: int = 0,
) -> GateFacts:
    """`by` is whoever is about to take the step: they approve a recovery if somebody else asked for it.

    What reviews know (`review_approved`, `open_actions`) comes from the caller.
    """
    duties = duties_of(incident, at)
    found = _found(incident)
    return GateFacts(
        has_lead=has_lead(incident),
        severity_confirmed=not incident.severity or Moment.Kind.CLASSIFIED in times_of(incident),
        has_confirmed_containment=found["contained"],
        has_validation_evidence=found["validated"],
        recovery_approved=by is not None and incident.recovery_asked_by_id not in {None, by.pk},
        custody_verified=not found["unverified"],
        signals_at_baseline=incident.baseline_confirmed_at is not None,
        watch_window_over=incident.watch_until_at is not None and at >= incident.watch_until_at,
        open_criteria=returning.open_criteria(incident) if incident.state == State.RECOVERING else 0,
        review_required=duties is not None and duties.review_required,
        review_approved=review_approved,
        open_obligations=found["owed"],
        owed_messages=count_missing(incident, at) if incident.state == State.RESOLVED else 0,
        open_actions=open_actions,
        undecided_outputs=found["undecided"],
        owed_outputs=found["to_put_right"],
    )


def _found(incident: Incident) -> dict[str, Any]:
    """What only the tables below the incident know, in one query."""
    actions = ContainmentAction.objects.filter(incident=OuterRef("pk"), status=ContainmentAction.Status.CONFIRMED)
    evidence = Evidence.objects.filter(incident=OuterRef("pk"))
    files = evidence.filter(file__isnull=False).exclude(custody=Evidence.Custody.VERIFIED)
    coming = OutputList.objects.filter(incident=OuterRef("pk"), status=OutputList.Status.WAITING).order_by()
    waiting = coming.values("incident").annotate(n=Sum(F("rows") - F("added") - F("known"))).values("n")
    found = Incident.objects.filter(pk=incident.pk).values(
        contained=Exists(actions),
        validated=Exists(evidence.filter(kind=Evidence.Kind.VALIDATION)),
        unverified=Exists(files),
        owed=Count("obligations", filter=Q(obligations__status=Obligation.Status.OPEN)),
        undecided=Coalesce(F("output_tally__undecided") + F("output_tally__ambiguous"), 0)
        + Coalesce(Subquery(waiting), 0),
        to_put_right=Coalesce(F("output_tally__owed"), 0),
    )
    return dict(found[0])


def unmet_for(incident: Incident, verb: str, facts: GateFacts) -> tuple[Unmet, ...]:
    """What stands in the way of `verb`. What is no incident is not worked like one, whatever anybody overrides."""
    if verb == ACCEPT and incident.category != Incident.Category.INCIDENT:
        sentence = _("This was reported as “%(category)s”. Make it an incident to work on it, or decline it.")
        known = {"category": Incident.Category(incident.category).label}
        return (Unmet("CATEGORY", sentence % known, overridable=False), *gate_unmet(verb, facts))
    return gate_unmet(verb, facts)


def options(
    incident: Incident, user: User, at: datetime, *, review_approved: bool = False, open_actions: int = 0
) -> list[Step]:
    """Every step the lifecycle knows from here, in its order."""
    facts = facts_for(incident, at, by=user, review_approved=review_approved, open_actions=open_actions)
    return [_step(incident, user, transition, facts) for transition in TABLE.verbs(incident.state)]


def _step(incident: Incident, user: User, transition: Transition, facts: GateFacts) -> Step:
    unmet = unmet_for(incident, transition.verb, facts)
    return Step(
        transition=transition,
        verdict=may_move(user, incident, transition.verb),
        unmet=unmet,
        override=may_override_gate(user, incident, [condition.key for condition in unmet]),
    )
