"""The required capabilities of a workflow in words: what each is, which answer asks for it, how it stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from registry.capabilities import CAPABILITIES, Capability
from registry.containment_proof import NEVER
from registry.gaps import GapState, Judged, judge
from registry.models import CapabilityRecord, GapAcceptance, TierAssessment, Workflow
from registry.risk_areas import Area, Level

KNOWN: Mapping[str, Capability] = {capability.key: capability for capability in CAPABILITIES}


@dataclass(frozen=True)
class Need:
    """One capability that the newest assessment asks for. `acceptance`: the one in force, else the one waiting.

    `renewal`: the one that waits to follow what is in force.
    """

    capability: Capability
    record: CapabilityRecord
    judged: Judged
    on: date
    answer: Mapping[str, str]
    """Level and reason of the area that asks for it."""
    acceptance: GapAcceptance | None = None
    renewal: GapAcceptance | None = None

    @property
    def state(self) -> GapState:
        return self.judged.state

    @property
    def is_missing(self) -> bool:
        return self.judged.is_missing

    @property
    def days_late(self) -> int:
        """Of what was never met; a proof that has gone stale has no day of its own."""
        return 0 if self.record.is_met else self.judged.standing.days_late(self.on)

    @property
    def proof_ended(self) -> date | None:
        """The last day of a proof that has gone stale; nothing where no option was ever tried."""
        until = self.record.proof_until_date
        return until if self.state is GapState.STALE and until != NEVER else None

    @property
    def level(self) -> str:
        symbol = self.answer.get("level", "")
        return Level(symbol).label if symbol in list(Level) else ""

    @property
    def why(self) -> str:
        """The reason typed at the answer."""
        return self.answer.get("reason", "")

    @property
    def waiting(self) -> GapAcceptance | None:
        """What a second person has to decide on."""
        is_asked = self.acceptance is not None and self.acceptance.status == GapAcceptance.Status.ASKED
        return self.acceptance if is_asked else self.renewal

    @property
    def is_waiting(self) -> bool:
        return self.waiting is not None

    @property
    def urgency(self) -> tuple[int, date]:
        """Late ones first, then by the day they are due; without a day last."""
        return list(GapState).index(self.state), self.record.due_date or date.max


@dataclass(frozen=True)
class Needs:
    """All that one workflow must have, in the order of the areas."""

    all: tuple[Need, ...]

    @cached_property
    def missing(self) -> list[Need]:
        """The most urgent first."""
        return sorted((need for need in self.all if need.is_missing), key=lambda need: need.urgency)

    @property
    def overdue(self) -> list[Need]:
        return [need for need in self.missing if need.state is GapState.OVERDUE]

    @property
    def accepted(self) -> list[Need]:
        return [need for need in self.all if need.state is GapState.ACCEPTED]

    @property
    def met(self) -> list[Need]:
        return [need for need in self.all if need.state is GapState.MET]

    def of(self, key: str) -> Need | None:
        return next((need for need in self.all if need.capability.key == key), None)


def needs_of(workflow: Workflow, newest: TierAssessment | None, on: date) -> Needs:
    """`newest`: the newest assessment of the workflow. Two queries where it asks for anything."""
    return needs_of_many([(workflow, newest)], on)[workflow.pk]


def needs_of_many(pairs: Sequence[tuple[Workflow, TierAssessment | None]], on: date) -> dict[int, Needs]:
    """By workflow, each beside its newest assessment. Two queries, however many workflows."""
    asked = {
        workflow.pk: keys
        for workflow, newest in pairs
        if newest is not None and (keys := newest.explanation.get("capabilities", ()))
    }
    records, live = (_records(asked), _live(asked, on)) if asked else ({}, {})
    return {
        workflow.pk: Needs(tuple(_needs(workflow, newest, asked.get(workflow.pk, ()), records, live, on=on)))
        for workflow, newest in pairs
    }


Keyed = Mapping[tuple[int, str], Any]
"""By workflow and capability."""


def _needs(
    workflow: Workflow, newest: TierAssessment | None, asked: Sequence[str], records: Keyed, live: Keyed, *, on: date
) -> Iterator[Need]:
    answers = newest.answers if newest is not None else {}
    own = (records.get((workflow.pk, key)) for key in asked)
    for judged in judge(asked, (record.standing for record in own if record is not None), on):
        key = judged.standing.capability
        if key in KNOWN:
            at = (workflow.pk, key)
            record = records.get(at) or CapabilityRecord(workflow=workflow, capability=key)
            record.workflow = workflow
            yield Need(KNOWN[key], record, judged, on, answers.get(KNOWN[key].area, {}), *live.get(at, ()))


def _records(workflows: Iterable[int]) -> dict[tuple[int, str], CapabilityRecord]:
    rows = CapabilityRecord.objects.filter(workflow__in=list(workflows)).select_related("owner", "met_by")
    return {(row.workflow_id, row.capability): row for row in rows}


def _live(workflows: Iterable[int], on: date) -> dict[tuple[int, str], list[GapAcceptance]]:
    """The one in force and the one waiting, as far as there are any. What has run out counts no more."""
    rows = GapAcceptance.objects.filter(workflow__in=list(workflows), status__in=["ASKED", "ACCEPTED"])
    found: dict[tuple[int, str], list[GapAcceptance]] = {}
    rows = rows.filter(lapsed_at__isnull=True).select_related("asked_by", "decided_by").order_by("status", "id")
    for row in rows:
        if row.status == GapAcceptance.Status.ASKED or row.is_in_force(on):
            found.setdefault((row.workflow_id, row.capability), []).append(row)
    return found


def acceptances_of(workflow: Workflow, key: str) -> list[GapAcceptance]:
    """All that were ever asked for, newest first."""
    rows = GapAcceptance.objects.filter(workflow=workflow, capability=key)
    return list(rows.select_related("workflow", "asked_by", "decided_by", "withdrawn_by").order_by("-id"))


def area_label(key: str) -> str:
    return Area(KNOWN[key].area).label if key in KNOWN else ""


def dossier(needs: Needs) -> list[dict[str, Any]]:
    """As plain data, ready to be frozen: what is missing first."""
    in_order = [*needs.missing, *needs.accepted, *needs.met]
    return [_told(need) for need in in_order]


def _told(need: Need) -> dict[str, Any]:
    record, acceptance = need.record, need.acceptance
    is_accepted = need.state is GapState.ACCEPTED and acceptance is not None
    return {
        "name": str(need.capability.name),
        "meaning": str(need.capability.meaning),
        "area": need.capability.area.label,
        "level": need.level or None,
        "state": need.state.label,
        "is_met": record.is_met,
        "is_stale": need.state is GapState.STALE,
        "evidence": record.evidence or None,
        "evidence_url": record.evidence_url or None,
        "met_by": record.met_by.name if record.met_by else None,
        "met_at": record.met_at,
        "owner": record.owner.name if record.owner else None,
        "due_date": record.due_date,
        "days_late": need.days_late if need.is_missing else 0,
        "accepted_until": record.accepted_until_date if is_accepted else None,
        "accepted_by": acceptance.decided_by.name if is_accepted and acceptance and acceptance.decided_by else None,
        "acceptance_reason": acceptance.reason if is_accepted and acceptance else None,
    }
