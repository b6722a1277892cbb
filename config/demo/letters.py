"""The incident that is over: letters with last year's price, closed with a review and action items, one overdue."""

from datetime import datetime, timedelta

from config.demo.material import SERIOUS, upload
from incidents.models import Incident
from incidents.services import (
    communications,
    containment,
    declaring,
    evidence,
    loosening,
    moving,
    returning,
    severity,
    times,
)
from registry.models import User, Workflow
from reviews.services import actions, closing, reviews


def happened(cast: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> Incident:
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
    loosening.ask_revert(action, by=lead, at=after(30.2), reason="Prices match the table in 1,200 letters.")
    for each in returning.criteria_of(incident):
        returning.check(
            incident,
            key=each.key,
            is_met=True,
            note="Comparison run of 1,200 letters, no difference.",
            by=lead,
            at=after(30.3),
        )
    loosening.revert(action, by=risk, at=after(30.4), note="Looked at the comparison run; no difference.")
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
