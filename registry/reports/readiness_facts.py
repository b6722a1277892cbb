"""Reading from the register what readiness is judged by, for many workflows at once.

Two queries, however many workflows: what belongs to each comes as lists beside it. Inside a block that reads the past,
the facts are those of then. The register is open to everyone, so restricted incidents and what follows from them are
no facts here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, JSONObject

from registry.approvals import HELD
from registry.capabilities import CAPABILITIES
from registry.gaps import Standing
from registry.models import (
    Baseline,
    CapabilityRecord,
    ContainmentOption,
    DownstreamAction,
    GateCondition,
    Playbook,
    Signal,
    Surface,
    TierAssessment,
    User,
    Workflow,
)
from registry.models.workflow_words import OWNERS
from registry.playbook_questions import FIELDS
from registry.readiness import Facts
from registry.readiness.facts import DownstreamFact, Person, SurfaceFact
from registry.reports.days import end_of
from registry.reports.readiness_above import above, actions, exercises, incidents
from registry.reports.readiness_rows import (
    Row,
    assessment_of,
    baseline_of,
    capability_of,
    condition_of,
    labels_of,
    option_of,
    playbook_of,
    signal_of,
    standing_of,
)
from registry.reports.reassessing import Marks, changes, marks

Below = Mapping[str, Sequence[Row]]
DESCRIBED = ("purpose", "outputs", "affected_people")
PROOF = {"key": "pk", "kind": "kind", "name": "name", "proven_at": "proven_at", "how": "proven_how"}
OF_IT = OuterRef("pk")
WHOLE = ~Q(_connector=Q.OR, **dict.fromkeys(FIELDS, ""))
"""Of a playbook: no question is left open."""


def facts_of(workflows: Sequence[Workflow], now: datetime) -> list[tuple[Facts, list[Standing], Marks]]:
    """For each workflow, in their order: its facts, what is said of each capability asked for, and assessing again.

    Fields of the workflow are taken as they are on the instance, saved or not; who is here, as of `now`.
    """
    keys = [workflow.pk for workflow in workflows if workflow.pk is not None]
    people = _people(workflows, now)
    names = {capability.key: str(capability.name) for capability in CAPABILITIES}
    rows = {**_below(), **above(OF_IT), "again": changes(OF_IT)}
    columns = {f"of_{name}": ArraySubquery(found) for name, found in rows.items()}
    found = Workflow.objects.filter(pk__in=keys).order_by().values("pk", **columns)
    below: dict[Any, Any] = {row["pk"]: {name.removeprefix("of_"): rows for name, rows in row.items()} for row in found}
    return [_one(workflow, people, names, below.get(workflow.pk, {}), now) for workflow in workflows]


def _below() -> dict[str, QuerySet[Any, Any]]:
    options = ContainmentOption.objects.filter(workflow=OF_IT, is_active=True).order_by("pk")
    surfaces = Surface.objects.filter(workflow=OF_IT, is_active=True).order_by("pk")
    capabilities = CapabilityRecord.objects.required().filter(workflow=OF_IT).order_by("pk")
    said = ("is_met", "met_at", "evidence", "evidence_url", "due_date", "accepted_until_date", "proof_until_date")
    return {
        "signals": _told(Signal.objects.filter(workflow=OF_IT, is_active=True).order_by("pk"), **PROOF),
        "options": _told(
            options, **PROOF, minutes=Coalesce("proven_minutes", "expected_minutes"), carrier="load_carrier"
        ),
        "surfaces": _told(
            surfaces, key="pk", kind="kind", name="name", version="current__label", known_good="known_good__label"
        ),
        "baselines": _told(
            Baseline.objects.approved().filter(workflow=OF_IT), key="pk", number="number", approved_at="decided_at"
        ),
        "downstream": _told(
            DownstreamAction.objects.filter(workflow=OF_IT, is_active=True).order_by("pk"),
            key="pk", name="name", reversibility="reversibility", validation="validation",
        ),
        "assessments": _told(
            TierAssessment.objects.filter(workflow=OF_IT).order_by("-id"),
            key="pk", assessed_at="assessed_at", answers="answers", ai_act_class="ai_act_class",
        )[:1],
        "conditions": _told(
            GateCondition.objects.filter(request__workflow=OF_IT, request__status__in=HELD).order_by("pk"),
            key="request_id", name="text", due_date="due_date", met_at="met_at",
        ),
        "playbooks": _told(
            Playbook.objects.filter(workflow=OF_IT),
            key="pk", version="version", is_whole=ExpressionWrapper(WHOLE, BooleanField()), reviewed_at="reviewed_at",
        ),
        "capabilities": _told(capabilities, key="capability", **{name: name for name in said}),
    }  # fmt: skip


def _told(rows: Any, **columns: Any) -> QuerySet[Any, Any]:
    told: QuerySet[Any, Any] = rows.values(told=JSONObject(**columns))
    return told


def _one(
    workflow: Workflow, people: Mapping[int, Person], names: Mapping[str, str], rows: Below, now: datetime
) -> tuple[Facts, list[Standing], Marks]:
    owner, technical, deputy = (people.get(getattr(workflow, f"{name}_id")) for name in OWNERS)
    review, asked = workflow.next_review_date, workflow.attestation_due_date
    capabilities = rows.get("capabilities", ())
    facts = Facts(
        tier=workflow.tier,
        stage=workflow.stage,
        described=frozenset(name for name in DESCRIBED if getattr(workflow, name).strip()),
        business_owner=owner,
        technical_owner=technical,
        deputy=deputy,
        review_until=end_of(review) if review is not None else None,
        signals=tuple(signal_of(row) for row in rows.get("signals", ())),
        options=tuple(option_of(row) for row in rows.get("options", ())),
        surfaces=tuple(SurfaceFact(**{**row, **labels_of(row)}) for row in rows.get("surfaces", ())),
        baseline=next((baseline_of(row, workflow) for row in rows.get("baselines", ())), None),
        downstream=tuple(DownstreamFact(**row) for row in rows.get("downstream", ())),
        assessment=next((assessment_of(row) for row in rows.get("assessments", ())), None),
        capabilities=tuple(capability_of(row, names) for row in capabilities),
        incidents=tuple(incidents(rows.get("incidents", ()))),
        playbook=next((playbook_of(row) for row in rows.get("playbooks", ())), None),
        attested_at=workflow.attested_at,
        attest_until=end_of(asked) if asked is not None else None,
        exercise=next(exercises(rows.get("exercises", ())), None),
        actions=tuple(actions(rows.get("actions", ()))),
        basis=workflow.production_basis,
        conditions=tuple(condition_of(row) for row in rows.get("conditions", ())),
    )
    again = marks(next(iter(rows.get("again", ())), None), workflow, now)
    return facts, [standing_of(row) for row in capabilities], again


def _people(workflows: Sequence[Workflow], now: datetime) -> dict[int, Person]:
    named = {key for workflow in workflows for key in workflow.owner_ids}
    rows = User.objects.filter(pk__in=named).values_list("pk", "name", "is_active", "access_until")
    return {
        pk: Person(pk, name, is_active and (until is None or until > now), until) for pk, name, is_active, until in rows
    }
