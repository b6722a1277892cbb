"""One record of everything, owned and led by known people, so that every address of the site can be opened."""

import copy
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from config.demo.material import upload
from incidents.happenings import Happening
from incidents.models import Incident, RetentionReview
from incidents.redacting import Passage
from incidents.reports.resting import sentences_of
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
    redacting,
    timeline,
    tying,
    webhook_endpoints,
    webhook_events,
)
from incidents.services.outputs import bringing
from intake.models import ReceivedSignal
from intake.services import deciding, receiving, turning
from intake.services import sources as intake_sources
from registry.kernel.access.tokens import issue
from registry.kernel.notify.tell import tell
from registry.models import AuditEntry, ChangeSet, Erasure, Receipt, SavedView, User, Workflow
from registry.organisation_rules import RulesKind
from registry.risk_areas import Area
from registry.services import (
    assessments,
    attestation_campaigns,
    baselines,
    changing,
    custom_fields,
    downstream,
    gap_acceptances,
    importing,
    organisation_rules,
    playbooks,
    signals,
    surfaces,
    tier_rules,
    vendor_answers,
    vendors,
    workflows,
)
from registry.services import containment as options
from registry.tiering import DEFAULT_RULE_SET
from reviews.services import actions, reporting, reviews
from tests import people as cast
from tests.control import standing
from tests.intake import messages
from tests.registry.gating import at_the_gate


@dataclass
class Site:
    """Who is who, and the record that stands for each first part of an address."""

    people: dict[str, User]
    objects: dict[str, Any] = field(default_factory=dict)


TOLD = '{"title":"Secretly wrong letters","text":"Twenty letters checked."}'
ROLES = ("member", "owner", "responder", "risk", "executive", "auditor", "administrator")


def build(*, is_restricted: bool = False) -> Site:
    now = timezone.now()
    site = Site({role: getattr(cast, role)() for role in ROLES})
    site.people["outsider"] = cast.owner("Olga Otherowner")
    workflow = _workflow(site, now)
    incident = _incident(site, workflow, now, is_restricted=is_restricted)
    _work(site, incident, now)
    _signals(site, workflow, incident, now)
    _review(site, incident, workflow, now)
    _kept(site, now)
    _record(site, now)
    site.objects["gates"], site.objects["gate-conditions"] = at_the_gate()
    return site


def _workflow(site: Site, now: Any) -> Workflow:
    risk, owner = site.people["risk"], site.people["owner"]
    vendor = vendors.add(by=risk, at=now, reason="Test", name="Model house", owner=owner)
    vendor_answers.answer(
        vendor, "ROLLBACK", by=owner, at=now, answer="Each version can be called by its name.",
        valid_until_date=(now + timedelta(days=200)).date(), upload=upload("versions.csv", "version\n4\n"),
    )  # fmt: skip
    workflow = workflows.register(
        by=risk,
        at=now,
        reason="Test",
        name="Letter assistant",
        stage="PRODUCTION",
        business_owner=owner,
        vendor=vendor,
        tags=["letters"],
    )
    answers = {str(area): {"level": "HIGH", "reason": "It acts alone."} for area in Area}
    assessment = assessments.assess(
        workflow, by=risk, at=now, answers=answers, ai_act_class="MINIMAL", override_tier="T2",
        override_reason="Two people read everything.", override_until_date=(now + timedelta(days=30)).date(),
    )  # fmt: skip
    accepting = gap_acceptances.ask(
        workflow, "ROLLBACK", by=owner, at=now, reason="Next release.", until_date=(now + timedelta(days=30)).date()
    )
    surface = surfaces.add_surface(workflow, by=risk, at=now, kind="PROMPT", name="letter", reason="Test")
    version = surfaces.record_version(surface, by=risk, at=now, label="1")
    option = options.add_option(
        workflow, by=risk, at=now, reason="Test", kind="FALL_BACK_TO_HUMAN", name="By hand",
        instructions="Route all to people.", expected_minutes=5, executors=["RESPONDER"],
    )  # fmt: skip
    signal = signals.add_signal(
        workflow, by=risk, at=now, reason="Test", kind="COMPLAINTS", name="Complaints", source="Mailbox", owner=owner,
        threshold="Three a week", baseline="One a month", cadence="WEEKLY",
    )  # fmt: skip
    set_off = downstream.add_action(
        workflow, by=risk, at=now, reason="Test", name="Send letter", target_system="Post", effect="A letter goes out",
        reversibility="IRREVERSIBLE", validation="NONE", reach="SOME_CUSTOMERS",
    )  # fmt: skip
    playbooks.begin(
        workflow,
        by=owner,
        at=now,
        owner=owner,
        reason="First",
        what_counts="A letter to the wrong person.",
        return_to_normal="Letters are right",
    )
    baseline = baselines.propose(workflow, by=owner, at=now, reason="First state")
    workflow.refresh_from_db()
    changed = changing.apply({workflow.pk: workflow.version}, {"topic": "Letters"}, by=risk, at=now, reason="Test")
    campaign = attestation_campaigns.start(
        by=risk, at=now, workflows=[workflow.pk], name="Yearly", statement="It is true.", parts=["RECORD"],
        due_date=(now + timedelta(days=20)).date(), remind_every_days=7, escalate_after_days=7, escalate_to=risk,
    )  # fmt: skip
    paths = copy.deepcopy(RulesKind.ESCALATION.shipped)
    paths["levels"]["SEV-3"].pop()
    agreed = organisation_rules.propose(
        by=risk, at=now, kind=RulesKind.ESCALATION, definition=paths, owner=risk, reason="Shorter"
    )
    rules = copy.deepcopy(dict(DEFAULT_RULE_SET))
    rules["rules"][0]["name"] = "A prohibited practice"
    control = standing.of_each(workflow, owner=owner, risk=risk, now=now)
    site.objects |= {
        "control/keys": control["key"], "control/restrictions": control["broken"],
        "control/callers": control["caller"], "control/callers/keys": control["unbound"],
        "signals": signal, "downstream": set_off, "rules/versions": agreed,
        "tier-rules": tier_rules.propose(by=risk, at=now, definition=rules, reason="Plainer words"),
        "custom-fields": custom_fields.define(by=risk, at=now, reason="Test", name="Region", kind="TEXT"),
        "change-sets": changed.change_set,
        "workflows": workflow, "assessments": assessment, "surfaces": surface, "surfaces/versions": version,
        "containment": option, "gap-acceptances": accepting, "baselines": baseline,
        "campaigns": campaign, "attestations": campaign.attestations.get(),
        "vendors": vendor,
    }  # fmt: skip
    return workflow


def _incident(site: Site, workflow: Workflow, now: Any, *, is_restricted: bool) -> Incident:
    lead = site.people["responder"]
    incident = declaring.declare(
        by=lead, at=now - timedelta(hours=2), title="Secretly wrong letters", summary="Letters name the wrong person.",
        workflow=workflow, is_restricted=is_restricted,
    )  # fmt: skip
    site.objects["incidents"] = incident
    return incident


def _work(site: Site, incident: Incident, now: Any) -> None:
    lead, risk = site.people["responder"], site.people["risk"]
    at = now - timedelta(hours=1)
    assignment = people.assign(incident, role="LEGAL", person=risk, by=lead, at=at)
    entry = timeline.post(incident, by=lead, at=at, text="Twenty letters checked.")
    action = containment.execute(incident, site.objects["containment"], by=lead, at=at, reason="Stop the letters.")
    item = evidence.add_file(
        incident, by=lead, at=at, upload=upload("letters.csv", "letter,name\n1,wrong\n"), kind="INTERACTION_LOG",
        title="Letters", method="Export", source="Print system", collected_at=at,
    )  # fmt: skip
    asked = evidence_requests.ask(
        incident, person=risk, by=lead, at=at, item="OUTPUT", reason="Before it is gone.",
        due_at=now + timedelta(hours=1),
    )  # fmt: skip
    copy = redacting.copy_from_text(
        item, by=lead, at=at, title="Letters, redacted", reason="Names", passages=[Passage("wrong")]
    )
    draft = communications.draft(
        incident, by=lead, at=at, audience="CUSTOMERS", subject="Your letter", text="It was wrong. A new one follows."
    )
    tied = tying.tie(draft, by=lead, at=at, sentence=sentences_of(draft)[0].key, kind="EVIDENCE", evidence=item.pk)
    bringing.bring_text(incident, by=lead, at=at, text="id,text\nL-1,Dear nobody\nL-2,Dear somebody\n")
    backlog.record(incident, by=lead, at=at, queue="By hand", length=40)
    owed = obligations.add(
        incident, by=risk, at=at, name="Notice", authority="Authority", starts_at=at, due_at=now + timedelta(days=2),
        owner=risk,
    )  # fmt: skip
    other = declaring.report_near_miss(
        by=lead, at=at, title="Held back in time", summary="A reader saw it.", workflow=site.objects["workflows"]
    )
    bound = linking.link(incident, to=other, kind="RELATED", by=risk, at=at)
    told, _secret = webhook_endpoints.add(
        by=site.people["administrator"], at=at, name="Pager", url="https://pager.example.test/in",
        owner=site.people["administrator"],
    )  # fmt: skip
    sent = webhook_events.delivery_of(
        told, uuid.uuid4(), Happening.DECLARED.type_name, TOLD, at=at,
        incident=incident,
    )  # fmt: skip
    sent.save()
    site.objects |= {
        "incident-links": bound, "webhooks": told, "webhooks/deliveries": sent,
        "assignments": assignment, "entries": entry, "containment-actions": action, "evidence": item,
        "evidence/requests": asked, "evidence/copies": copy,
        "communications": draft, "communications/ties": tied, "obligations": owed,
        "outputs": incident.outputs.earliest("pk"),
    }  # fmt: skip


def _signals(site: Site, workflow: Workflow, incident: Incident, now: Any) -> None:
    """One that waits, about the workflow, one that the incident came of, and a message that cannot be read."""
    source, _token = intake_sources.add(by=site.people["risk"], at=now, name="Alertmanager", kind="ALERTMANAGER")
    rows = [
        messages.alert("Waits", fingerprint="1", ai_workflow=workflow.slug),
        messages.alert("Tied", fingerprint="2"),
    ]
    taken = receiving.receive(source, messages.alertmanager(*rows), at=now)
    turning.turn(source.pk, at=now)
    waits, tied = ReceivedSignal.objects.order_by("pk")
    deciding.attach([tied], incident, by=site.people["responder"], at=now)
    lone = receiving.receive(source, b'{"alerts": "none"}', at=now)
    turning.turn(source.pk, at=now)
    site.objects |= {
        "signals/received": waits, "signals/sources": source, "signals/sources/tokens": source.tokens.get(),
        "signals/deliveries": lone.delivery, "signals/tied": taken.delivery,
    }  # fmt: skip


def _review(site: Site, incident: Incident, workflow: Workflow, now: Any) -> None:
    lead, owner = site.people["responder"], site.people["owner"]
    containment.confirm(site.objects["containment-actions"], by=lead, at=now - timedelta(minutes=30), proof="Seen.")
    incident.refresh_from_db()
    review = reviews.start(incident, by=lead, at=now)
    action = actions.create(
        by=lead, at=now, title="Compare names before print", category="DETECTION_GAP", assignee=owner,
        due_date=(now + timedelta(days=5)).date(), review=review, incident=incident, workflow=workflow,
    )  # fmt: skip
    reporting.request_incident_report(incident, by=lead, at=now - timedelta(minutes=10))
    document = reporting.request_incident_report(incident, by=lead, at=now)
    site.objects |= {"reviews": review, "actions": action, "reports": document}


def _kept(site: Site, now: Any) -> None:
    risk, member = site.people["risk"], site.people["member"]
    token, _secret = issue(risk, name="Pipeline")
    notice, _new = tell(key="test-notice", kind="TEST", recipient=risk, subject="Look", body="Please.", at=now, url="/")
    site.objects |= {
        "tokens": token,
        "notices": notice,
        "people": member,
        "workflows/views": SavedView.objects.create(page="register", name="Mine", owner=risk, query="tier=T1"),
    }


def _record(site: Site, now: Any) -> None:
    """What auditors look at, and what becomes of evidence whose keeping has ended."""
    entries = AuditEntry.objects.filter(object_type="registry.workflow")
    site.objects |= {
        "evidence/retention": RetentionReview.objects.create(evidence=site.objects["evidence"], due_date=now.date()),
        "audit/views": SavedView.objects.create(page="audit", name="Theirs", owner=site.people["auditor"], query=""),
        "audit/entries": entries.earliest("id"),
        "audit/erasures": _erasure(site.people["risk"], site.people["outsider"], now),
        "audit/ledger/receipts": Receipt(pk=1),  # no witness has answered: whoever may ask is told so
    }


def _erasure(by: User, person: User, now: Any) -> Erasure:
    """Asked for, of somebody who has left."""
    return Erasure.objects.create(
        object_type="registry.user", object_id=str(person.pk), fields=["title"], basis="NO_LONGER_NEEDED",
        reason="Left long ago.", asked_by=by, asked_at=now,
    )  # fmt: skip


def change_set(site: Site) -> ChangeSet:
    return importing.receive(
        by=site.people["risk"], at=timezone.now(), upload=upload("small.csv", "name,unit\nTriage,Claims\n"),
        filename="small.csv",
    )  # fmt: skip
