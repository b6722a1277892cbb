"""A small world with one record of every kind, so that every address has something to lead to."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from incidents.models import Escalation, Incident, RetentionReview
from incidents.services import (
    backlog,
    communications,
    containment,
    declaring,
    evidence,
    evidence_requests,
    linking,
    obligations,
    people,
    timeline,
    webhook_endpoints,
    webhook_redelivery,
)
from incidents.services.outputs import bringing
from intake.models import ReceivedSignal
from intake.services import receiving, turning
from intake.services import sources as intake_sources
from registry.kernel.ledger import sequencing
from registry.models import (
    AuditEntry,
    BusinessUnit,
    Checkpoint,
    Erasure,
    IntegrityCheck,
    Notice,
    OrganisationRules,
    Receipt,
    SavedView,
    SurfaceVersion,
    TierRuleSet,
    User,
    Vendor,
    Workflow,
)
from registry.services import (
    assessment_drafts,
    assessments,
    attestation_campaigns,
    baselines,
    changing,
    custom_fields,
    downstream,
    gap_acceptances,
    signals,
    surfaces,
    workflows,
)
from registry.services import containment as options
from registry.tiering import Area
from reviews.models import Review
from reviews.services import actions, extensions, reporting
from tests import people as cast
from tests.control import standing
from tests.intake import messages
from tests.registry.gating import at_the_gate
from tests.shipped import restore

LOW = {area.value: {"level": "LOW", "reason": ""} for area in Area}
SOON = timedelta(days=30)


@dataclass
class World:
    """`keys` is the name of a path parameter's collection → the key of the record in it."""

    risk: User
    second: User
    owner: User
    responder: User
    workflow: Workflow
    incident: Incident
    keys: dict[str, Any] = field(default_factory=dict)


def workflow_of(owner: User, name: str = "Claims triage", **fields: Any) -> Workflow:
    made: Workflow = workflows.register(
        by=cast.risk(),
        at=timezone.now(),
        reason="Registered",
        name=name,
        stage="PRODUCTION",
        business_owner=owner,
        **fields,
    )
    return made


def incident_of(workflow: Workflow | None, by: User, title: str = "Letters cite no policy", **fields: Any) -> Incident:
    return declaring.declare(
        by=by, at=timezone.now(), title=title, summary="Eleven letters since morning.", workflow=workflow, **fields
    )


def build() -> World:
    restore()
    risk, second, owner, responder = cast.risk(), cast.risk("Second Risk"), cast.owner(), cast.responder()
    now = timezone.now()
    unit = BusinessUnit.objects.create(name="Claims")
    vendor = Vendor.objects.create(name="Model house")
    workflow = workflow_of(owner, business_unit=unit, vendor=vendor)
    alone = {**LOW, "AUTONOMY": {"level": "HIGH", "reason": "Sends letters alone"}}
    assessment = assessments.assess(workflow, by=risk, at=now, answers=alone, ai_act_class="MINIMAL")
    accepting = gap_acceptances.ask(
        workflow, "ROLLBACK", by=owner, at=now, reason="Comes with the next release", until_date=now.date() + SOON
    )
    workflow.refresh_from_db()
    changed = changing.apply({workflow.pk: workflow.version}, {"topic": "Letters"}, by=risk, at=now, reason="Round")
    draft = assessment_drafts.begin(workflow, by=risk, at=now)
    surface = surfaces.add_surface(workflow, by=risk, at=now, kind="PROMPT", name="Letter prompt", reason="Inventory")
    version: SurfaceVersion = surfaces.record_version(surface, by=risk, at=now, label="1.0", note="First")
    baseline = baselines.propose(workflow, by=owner, at=now, reason="First state")
    option = options.add_option(
        workflow, by=risk, at=now, reason="Prepared", kind="KILL_SWITCH", name="Stop it all", instructions="Pull it.",
        executors=["RESPONDER", "RISK"], expected_minutes=5,
    )  # fmt: skip
    signal = signals.add_signal(
        workflow, by=risk, at=now, reason="Prepared", kind="OUTPUT_DISTRIBUTION", name="Share of declines",
        source="Metrics", owner=owner, threshold="More than 9 %", baseline="2 %", cadence="HOURLY",
    )  # fmt: skip
    set_off = downstream.add_action(
        workflow, by=risk, at=now, reason="Prepared", name="Send letter", target_system="Post",
        effect="A letter goes out", reversibility="IRREVERSIBLE", validation="NONE", reach="SOME_CUSTOMERS",
    )  # fmt: skip
    campaign = attestation_campaigns.start(
        by=risk, at=now, workflows=[workflow.pk], name="Yearly", statement="It is true.", parts=["RECORD"],
        due_date=now.date() + SOON, remind_every_days=7, escalate_after_days=7, escalate_to=second,
    )  # fmt: skip
    incident = incident_of(workflow, responder)
    legal = people.assign(incident, role="LEGAL", person=second, by=responder, at=now)
    entry = timeline.post(incident, by=responder, at=timezone.now(), text="Looking at it")
    carried_out = containment.execute(incident, option, by=responder, at=timezone.now(), reason="Stop the harm")
    piece = evidence.add_note(
        incident, by=responder, at=timezone.now(), kind="TRACE", title="Trace", method="Export", source="Tracing",
        collected_at=now, note="Trace of one letter",
    )  # fmt: skip
    wanted = evidence_requests.ask(
        incident, person=owner, by=responder, at=timezone.now(), item="OUTPUT", reason="Before it is gone"
    )
    message = communications.draft(
        incident, by=responder, at=timezone.now(), audience="CUSTOMERS", subject="What happened", text="We are sorry."
    )
    owed = obligations.add(
        incident, by=responder, at=timezone.now(), name="Authority", starts_at=now, due_at=now + timedelta(days=3)
    )
    listed = bringing.bring_text(incident, by=responder, at=timezone.now(), text="L-1\nL-2\n")
    waiting = backlog.record(incident, by=responder, at=timezone.now(), queue="By hand", length=40)
    asked, condition = at_the_gate()
    today = timezone.localdate()
    control = standing.of_each(workflow, owner=owner, risk=risk, now=now)
    item = actions.create(
        by=risk, at=now, title="Alert on unknown paragraphs", category="DETECTION_GAP", assignee=owner,
        due_date=today + SOON, incident=incident,
    )  # fmt: skip
    review = Review.objects.create(incident=incident, author=responder, started_at=now)
    more_time = extensions.ask_extension(
        item, by=owner, at=now, new_due_date=today + SOON + SOON, reason="Parts are late"
    )
    other = incident_of(None, responder, "The same again", is_restricted=True)
    bound = linking.link(incident, to=other, kind="RELATED", by=risk, at=now)
    told, _secret = webhook_endpoints.add(
        by=cast.administrator(), at=now, name="Pager", url="https://pager.example.test/in", owner=owner
    )
    tested = webhook_redelivery.send_test(told, by=cast.administrator(), at=now)
    document = reporting.request_incident_report(incident, by=risk, at=timezone.now())
    source, _token = intake_sources.add(by=risk, at=now, name="Alertmanager", kind="ALERTMANAGER")
    taken = receiving.receive(source, messages.alertmanager(), at=now)
    turning.turn(source.pk, at=now)
    keys = {
        "signal-sources": source.pk,
        "signal-source-tokens": source.tokens.get().pk,
        "received-signals": ReceivedSignal.objects.get().pk,
        "signal-deliveries": taken.delivery.pk,
        "workflows": workflow.pk,
        "tier-assessments": assessment.pk,
        "assessment-drafts": draft.pk,
        "tier-rules": TierRuleSet.objects.values_list("pk", flat=True)[0],
        "organisation-rules": OrganisationRules.objects.values_list("pk", flat=True)[0],
        "capabilities": "KILL_SWITCH",
        "change-sets": changed.change_set.pk if changed.change_set else 0,
        "custom-fields": custom_fields.define(by=risk, at=now, reason="Asked", name="Note", kind="TEXT").pk,
        "gap-acceptances": accepting.pk,
        "gate-requests": asked.pk,
        "gate-conditions": condition.pk,
        "attestation-campaigns": campaign.pk,
        "attestations": campaign.attestations.get().pk,
        "surfaces": surface.pk,
        "versions": version.pk,
        "baselines": baseline.pk,
        "containment-options": option.pk,
        "containment-templates": "agent",
        "signals": signal.pk,
        "control-keys": control["key"].pk,
        "control-callers": control["caller"].pk,
        "restrictions": control["broken"].pk,
        "downstream-actions": set_off.pk,
        "business-units": unit.pk,
        "vendors": vendor.pk,
        "questions": "ROLLBACK",
        "people": owner.pk,
        "notices": Notice.objects.filter(recipient=owner).values_list("pk", flat=True)[0],
        "incidents": incident.pk,
        "severity-assessments": incident.severity_assessments.values_list("pk", flat=True)[0],
        "timeline": entry.pk,
        "roles": legal.pk,
        "containment-actions": carried_out.pk,
        "evidence": piece.pk,
        "evidence-requests": wanted.pk,
        "retention-reviews": RetentionReview.objects.create(evidence=piece, due_date=today).pk,
        "moments": incident.moments.values_list("pk", flat=True)[0],
        "communications": message.pk,
        "obligations": owed.pk,
        "escalations": _escalated(incident, responder, now).pk,
        "affected-outputs": incident.outputs.values_list("pk", flat=True)[0],
        "output-lists": listed.pk,
        "backlog": waiting.pk,
        "snapshots": incident.snapshots.values_list("pk", flat=True)[0],
        "links": bound.pk,
        "webhooks": told.pk,
        "webhook-deliveries": tested.pk,
        "reviews": review.pk,
        "action-items": item.pk,
        "extensions": more_time.pk,
        "documents": document.pk,
        "audit": AuditEntry.objects.order_by("pk").values_list("pk", flat=True)[0],
        "erasures": _erasure(risk, owner),
        "imports": _change_set(risk),
        "register-views": SavedView.objects.create(page="register", name="Critical", owner=risk, is_shared=True).pk,
        "exports": "signals",
        "frameworks": "oecd",
        "views": SavedView.objects.create(page="audit", name="Sign-ins", owner=risk, is_shared=True).pk,
        **_ledger(now),
    }
    return World(risk, second, owner, responder, workflow, incident, keys)


def _change_set(by: User) -> int:
    from registry.models import ChangeSet, StoredFile

    stored = StoredFile.objects.create(sha256="0" * 64, size=0, stored_at=timezone.now())
    made = ChangeSet.objects.create(
        title="inventory.csv", file=stored, filename="inventory.csv", asked_by=by, asked_at=timezone.now()
    )
    return int(made.pk)


def some_day() -> date:
    return timezone.localdate() + SOON


def _erasure(by: User, person: User) -> int:
    """Asked for, and waiting for a second person."""
    return Erasure.objects.create(
        object_type="registry.user", object_id=str(person.pk), fields=["title"], basis="NO_LONGER_NEEDED",
        reason="No longer needed.", asked_by=by, asked_at=timezone.now(),
    ).pk  # fmt: skip


def _ledger(at: datetime) -> dict[str, int]:
    sequencing.advance()
    newest = Checkpoint.objects.latest("size")
    receipt = Receipt.objects.create(checkpoint=newest, witness="https://witness.example.test/", answer=b"taken")
    check = IntegrityCheck.objects.create(subject="LEDGER", started_at=at, findings=["A difference."], findings_count=1)
    return {"receipts": int(receipt.pk), "checks": int(check.pk)}


def _escalated(incident: Incident, person: User, at: datetime) -> Escalation:
    return Escalation.objects.create(
        incident=incident, occasion="NO_LEAD", since=at, person=person, channel="CALL", at=at
    )
