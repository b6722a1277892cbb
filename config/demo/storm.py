"""The incident that is going on: valid storm claims are declined after a limit was lowered."""

from datetime import datetime, timedelta

from config.demo import outputs, proof, said
from config.demo.material import SERIOUS, upload
from incidents.models import Incident
from incidents.services import (
    containment,
    declaring,
    evidence,
    facts,
    linking,
    obligations,
    people,
    severity,
    timeline,
)
from registry.models import User, Workflow

LIMIT_LOG = "time,claim,score,limit,decision\n" + "".join(
    f"2026-11-19T18:{minute:02d}:00Z,CL-{7000 + minute},0.{86 + minute % 6},0.85,DECLINE\n" for minute in range(40, 60)
)
CONFIG = "# auto-decline-limit, release 1.8.1\nlimit: 0.85\nperil_codes: [storm, water, fire]\n"


def happened(cast: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> Incident:
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
    people.assign(incident, role="COMMUNICATIONS", person=comms, by=lead, at=after(7))
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
    said.to_customers(incident, cast, after=after)
    proof.asked(incident, cast, after=after, now=now)
    proof.pushed(incident, cast, after=after, now=now)
    proof.redacted(incident, cast, after=after)
    outputs.looked_into(incident, cast, after=after)
    outputs.waited(incident, cast, after=after)
    timeline.post(
        incident,
        by=lead,
        at=after(216),
        is_internal_update=True,
        text="All storm claims since 18:40 are in the manual queue. Backlog 412, nine handlers on shift.",
    )
    return incident


def linked(incident: Incident, earlier: Incident, cast: dict[str, User], *, now: datetime) -> None:
    linking.link(
        incident, to=earlier, kind="RELATED", by=cast["risk"], at=now,
        note="Both began with a release whose values nobody had compared with the ones before.",
    )  # fmt: skip
