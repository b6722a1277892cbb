"""Incidents of the demonstration: one that is going on at SEV-1, one closed with its review, one small, one near miss."""

import hashlib
import tempfile
from datetime import datetime, timedelta

from django.conf import settings

from incidents.models import Incident
from incidents.services import (
    communications,
    containment,
    declaring,
    evidence,
    facts,
    moving,
    obligations,
    people,
    restricting,
    severity,
    timeline,
    times,
)
from registry.kernel.files import HashedUpload
from registry.models import User, Workflow
from reviews.services import actions, closing, reviews

LIMIT_LOG = "time,claim,score,limit,decision\n" + "".join(
    f"2026-11-19T18:{minute:02d}:00Z,CL-{7000 + minute},0.{86 + minute % 6},0.85,DECLINE\n" for minute in range(40, 60)
)
CONFIG = "# auto-decline-limit, release 1.8.1\nlimit: 0.85\nperil_codes: [storm, water, fire]\n"


def upload(name: str, content: str) -> HashedUpload:
    """A small text file as if it had been received."""
    data = content.encode()
    sink = tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False)  # noqa: SIM115
    sink.write(data)
    sink.flush()
    sink.seek(0)
    return HashedUpload(sink, name, "text/plain", len(data), hashlib.sha256(data).hexdigest())


SERIOUS = {
    "harm": "MATERIAL",
    "reversibility": "AT_A_COST",
    "blast_radius": "WORKFLOW",
    "exposure": "MANY_OR_PUBLIC",
    "data": "PERSONAL",
    "recurrence": "FIRST",
    "autonomy": "ACTS_ALONE",
    "unsure": False,
}
SMALL = {**SERIOUS, "harm": "DEGRADED", "blast_radius": "ONE_CASE", "exposure": "INTERNAL", "autonomy": "RECOMMENDS"}


def storm(cast: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> Incident:
    """Valid storm claims are declined after a limit was lowered; contained, not yet recovered."""
    lead, risk, tech, comms = cast["responder"], cast["risk"], cast["t.zielinski"], cast["m.ostrowski"]
    begun = now - timedelta(hours=3, minutes=42)

    def after(minutes: int) -> datetime:
        return begun + timedelta(minutes=minutes)

    claims = workflows["Claims triage assistant"]
    incident = declaring.declare(
        by=lead,
        at=begun,
        title="Claims triage declining valid storm claims",
        summary="Handlers overrode 31.2 % of the assistant's declines since 18:40; the limit is 8 %.",
        harm_seen="Policyholders may have been told that a valid claim is declined.",
        workflow=claims,
        kind="DRIFT",
        detected_at=begun - timedelta(minutes=9),
    )
    people.assign(incident, role="LEGAL", person=risk, by=lead, at=after(6))
    people.assign(incident, role="TECHNICAL", person=tech, by=lead, at=after(8))
    timeline.post(
        incident,
        by=tech,
        at=after(14),
        kind="OBSERVATION",
        text="Release 1.8.1 lowered the decline limit from 0.92 to 0.85; storm codes score low for lack of history.",
    )
    fallback = claims.containment_options.get(kind="FALL_BACK_TO_HUMAN")
    taken = containment.execute(
        incident, fallback, by=lead, at=after(19), reason="Stop wrong declines before the cause is known."
    )
    containment.confirm(
        taken, by=tech, at=after(27), proof="Two test claims arrived in the manual queue within 40 seconds."
    )
    severity.assess(
        incident,
        by=lead,
        at=after(58),
        inputs=SERIOUS,
        confirmed="SEV-1",
        reason="More than 1,000 decisions affected and customers already told.",
    )
    timeline.post(
        incident,
        by=lead,
        at=after(96),
        kind="DECISION",
        text="Automated declines stay off until a two-person check of 200 sampled claims passes.",
        data={
            "consulted": "Hannah Osei, Tomasz Zielinski",
            "rejected": "Raise the limit to 0.95",
            "revisit_at": after(480).isoformat(),
        },
    )
    evidence.add_file(
        incident,
        by=tech,
        at=after(110),
        upload=upload("decision-log-1840-2130.csv", LIMIT_LOG),
        kind="INTERACTION_LOG",
        title="Decision log 18:40 to 21:30",
        method="Export by a read-only account",
        source="Decision service, production",
        collected_at=after(108),
        retention="REGULATORY",
    )
    item = evidence.add_file(
        incident,
        by=tech,
        at=after(116),
        upload=upload("auto-decline-limit-1.8.1.yaml", CONFIG),
        kind="CONFIGURATION",
        title="Configuration of release 1.8.1",
        method="Copied from the release archive",
        source="Release archive",
        collected_at=after(115),
    )
    evidence.verify(item, by=risk, at=after(140))
    obligations.add(
        incident,
        by=risk,
        at=after(60),
        name="DORA initial notice",
        authority="Financial authority",
        starts_at=after(29),
        due_at=now + timedelta(minutes=47),
        owner=risk,
    )
    obligations.add(
        incident,
        by=risk,
        at=after(61),
        name="GDPR Article 33 notification",
        authority="Data protection authority",
        starts_at=begun,
        due_at=begun + timedelta(hours=72),
        owner=risk,
    )
    communications.draft(
        incident,
        by=comms,
        at=after(150),
        audience="CUSTOMERS",
        subject="We are looking at your storm claim again",
        text="We may have declined your claim by mistake. A person is looking at it again. You need do nothing.",
    )
    facts.confirm_facts(
        incident,
        by=lead,
        at=after(200),
        opened_version=None,
        facts={
            "Decisions affected": "1,284 since 18:40",
            "People told": "312 policyholders, 19 of them flagged as vulnerable",
            "Cause so far": "Limit lowered to 0.85 in release 1.8.1; storm codes score low",
        },
    )
    timeline.post(
        incident,
        by=lead,
        at=after(216),
        is_internal_update=True,
        text="All storm claims since 18:40 are in the manual queue. Backlog 412, nine handlers on shift.",
    )
    return incident


def letters(cast: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> Incident:
    """A closed incident with review and action items, one of them overdue, one waiting for verification."""
    lead, risk, second = cast["responder"], cast["risk"], cast["r.menon"]
    owner, service = cast["owner"], cast["s.lindgren"]
    begun = now - timedelta(days=41)

    def after(hours: float) -> datetime:
        return begun + timedelta(hours=hours)

    renewal = workflows["Renewal price explanation"]
    incident = declaring.declare(
        by=lead,
        at=begun,
        title="Renewal letters quoted last year's price",
        workflow=renewal,
        kind="HARMFUL_OUTPUT",
        summary="A customer rang about a letter whose price did not match the invoice.",
        harm_seen="Some 300 letters were sent.",
        detected_at=begun - timedelta(hours=1),
    )
    times.set_time(
        incident,
        kind="STARTED",
        value=begun - timedelta(hours=20),
        by=lead,
        at=after(1),
        source="Print log",
        precision="HOUR",
        confidence="CONFIRMED",
    )
    severity.assess(
        incident,
        by=lead,
        at=after(0.4),
        inputs={**SERIOUS, "exposure": "SOME_CUSTOMERS", "blast_radius": "SEGMENT", "autonomy": "ACTS_AFTER_APPROVAL"},
        confirmed="SEV-2",
        reason="Three hundred letters, all correctable by a second letter.",
    )
    option = renewal.containment_options.get(kind="DEGRADE")
    action = containment.execute(
        incident, option, by=lead, at=after(0.6), reason="No letter with a generated paragraph leaves."
    )
    containment.confirm(action, by=service, at=after(0.9), proof="Print sample of 20 letters shows the standard text.")
    found = evidence.add_file(
        incident,
        by=lead,
        at=after(2),
        upload=upload("validation-replay.txt", "400 letters replayed, 0 differences\n"),
        kind="VALIDATION",
        title="Replay of 400 letters",
        method="Replay in staging",
        source="Staging",
        collected_at=after(2),
    )
    evidence.verify(found, by=risk, at=after(3))
    communications.decide_not_to(
        incident, audience="PRESS", by=risk, at=after(4), reason="Everyone concerned was written to within two days."
    )
    moving.ask_recovery(incident, by=lead, at=after(26), note="Replay of 400 letters without a difference.")
    moving.move(incident, "recover", by=risk, at=after(27), reason="Replay accepted.")
    moving.confirm_baseline(incident, by=service, at=after(30), note="No wrong price in 1,200 letters.")
    moving.move(incident, "resolve", by=risk, at=after(31), reason="Watched for three hours.")
    review = reviews.start(incident, by=lead, at=after(72))
    incident.refresh_from_db()
    reviews.save_answers(
        review,
        by=lead,
        at=after(90),
        opened_version=None,
        what_happened="The price table was loaded after the letters were made, so that the model explained last year's price.",
        causes=["RETRIEVAL", "VALIDATION"],
        root_cause="Letter run and table load had no order between them; the figure check compared with the same stale table.",
        detection="Twenty hours, by a customer's call. No signal compares letter and invoice.",
        first_signal="A telephone call to customer service.",
        containment="The standard paragraph took effect in eighteen minutes. Nothing would have been faster.",
        blast_radius="312 letters. Batch size amplified it.",
        controls="The figure check used the same source as the letter.",
        went_well="The standard paragraph had been proven in a drill.",
    )
    today = now.date()
    actions.create(
        by=lead,
        at=after(91),
        title="Compare every letter's price with the invoice before print",
        category="DETECTION_GAP",
        assignee=owner,
        due_date=today - timedelta(days=4),
        review=review,
        incident=incident,
        workflow=renewal,
        description="The comparison runs before the print file is released and stops it on any difference.",
    )
    claimed = actions.create(
        by=lead,
        at=after(92),
        title="Give the price table a version and load it before the letter run",
        category="VERSIONING",
        assignee=service,
        due_date=today + timedelta(days=2),
        review=review,
        incident=incident,
        workflow=renewal,
    )
    actions.create(
        by=lead,
        at=after(93),
        title="Print in batches of fifty with a sample check between them",
        category="CONSTRAINT",
        assignee=cast["l.moretti"],
        due_date=today + timedelta(days=6),
        review=review,
        incident=incident,
        workflow=renewal,
    )
    reviews.submit(review, by=lead, at=after(95))
    reviews.decide(review, by=second, at=after(120), approve=True, note="Clear, and the items are dated.")
    actions.start(claimed, by=service, at=now - timedelta(days=3))
    actions.claim_done(
        claimed,
        by=service,
        at=now - timedelta(days=1),
        proof="Version 2026-11 loaded before the run of 18 November; log attached to the change.",
    )
    incident.refresh_from_db()
    closing.close(
        incident, by=risk, at=now - timedelta(days=20), reason="Reviewed; the open items are owned and dated."
    )
    return incident


def small_ones(cast: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    """One SEV-3 in the open, one restricted, two near misses."""
    lead, member = cast["responder"], cast["s.lindgren"]
    summary = declaring.declare(
        by=cast["l.moretti"],
        at=now - timedelta(hours=26),
        title="Call summaries leave out the callback promise",
        summary="Three of twenty sampled summaries lacked a promise the agent had made.",
        workflow=workflows["Call summary and next action"],
        kind="HARMFUL_OUTPUT",
    )
    severity.assess(
        summary,
        by=cast["l.moretti"],
        at=now - timedelta(hours=25),
        inputs={**SMALL, "data": "NONE", "reversibility": "EASY"},
        confirmed="SEV-3",
        reason="Corrected by hand; agents read the call note before ringing back.",
    )
    sensitive = declaring.declare(
        by=cast["risk"],
        at=now - timedelta(hours=9),
        title="Investigator note appeared in a broker e-mail",
        summary="A retrieved passage from a fraud file was quoted in a draft to a broker. The draft was stopped.",
        workflow=workflows["Fraud referral scoring"],
        kind="DATA_EXPOSURE",
        is_restricted=True,
    )
    restricting.let_in(
        sensitive, person=cast["t.zielinski"], by=cast["risk"], at=now - timedelta(hours=8), reason="Technical lead"
    )
    declaring.report_near_miss(
        by=member,
        at=now - timedelta(days=2),
        title="Draft reply promised a refund",
        summary="The reviewer saw it and struck it out.",
        workflow=workflows["Complaint routing and drafting"],
    )
    declaring.report_near_miss(
        by=lead,
        at=now - timedelta(days=5),
        title="Invoice coded to a closed account",
        category="QUALITY_ISSUE",
        summary="Parked by the ledger, no posting.",
        workflow=workflows["Invoice coding agent"],
    )
