"""Evidence of the incident that is going on: asked of people, pushed by the tracing system, and one redacted copy."""

from datetime import datetime, timedelta

from config.demo.material import upload
from config.demo.outputs import After
from incidents.models import Incident
from incidents.redacting import Passage
from incidents.services import evidence, evidence_answers, evidence_requests, pushing, redacting
from registry.models import User

TRACE_ID, SPAN_ID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
NOTES = (
    "18:52 Call from Walter Brandt, policy NG-204-118. Roof damage on the 19th, declined within a minute.\n"
    "19:05 Walter Brandt called again; his mother, Irma Brandt, lives on the upper floor.\n"
    "19:20 Handler overrode the decline. Walter Brandt was told that the claim is looked at again.\n"
)


def asked(incident: Incident, cast: dict[str, User], *, after: After, now: datetime) -> None:
    """One is late, one is open, one was answered; a link waits to be fetched."""
    lead, tech = cast["responder"], cast["t.zielinski"]
    evidence_requests.ask(
        incident, person=cast["l.moretti"], by=lead, at=after(124), item="RETRIEVED", due_at=after(184),
        wanted="Weather records that the assistant was given for CL-7041 to CL-7059",
        reason="Shows whether the storm was known to it. The cache is emptied at midnight.",
    )  # fmt: skip
    evidence_requests.ask(
        incident, person=cast["owner"], by=lead, at=after(190), due_at=now + timedelta(minutes=40),
        wanted="Which of the 312 letters have left, with the time of dispatch", kind="DOWNSTREAM_ACTION",
        reason="Letters that have not left can still be stopped.",
    )  # fmt: skip
    prompt = evidence_requests.ask(
        incident, person=tech, by=lead, at=after(125), item="PROMPT", due_at=after(160),
        reason="Release 1.8.1 is rolled back soon.",
    )  # fmt: skip
    evidence.add_file(
        incident, by=tech, at=after(141), upload=upload("triage-prompt-1.8.1.txt", "Decline below the limit.\n"),
        kind="SYSTEM_PROMPT", title="Instructions of release 1.8.1", method="Handed in on request",
        source="Release archive", collected_at=after(139), request=prompt,
    )  # fmt: skip
    prompt.refresh_from_db()
    evidence_answers.accept(prompt, by=lead, at=after(150))


def pushed(incident: Incident, cast: dict[str, User], *, after: After, now: datetime) -> None:
    tech = cast["t.zielinski"]
    trace = pushing.push(
        incident, by=tech, at=after(130), kind="TRACE", source="Tracing, production", title="Trace of claim CL-7044",
        key="claims-run-7044", trace_id=TRACE_ID, span_id=SPAN_ID, run_id="claims-2026-11-19-1844",
        observed_at=after(1), link=f"https://traces.northgate.test/trace/{TRACE_ID}",
    )  # fmt: skip
    evidence_requests.ask_to_fetch(
        trace.piece, person=tech, by=cast["responder"], at=after(133), due_at=now + timedelta(hours=6),
        reason="Traces are kept for seven days; export it with its spans.",
    )  # fmt: skip


def redacted(incident: Incident, cast: dict[str, User], *, after: After) -> None:
    """Notes of calls stay with those who work on it; everybody else reads the copy."""
    lead, risk = cast["responder"], cast["risk"]
    notes = evidence.add_file(
        incident, by=lead, at=after(152), upload=upload("calls-brandt.txt", NOTES), kind="COMMUNICATION",
        title="Notes of the calls of Walter Brandt", method="Copied from the call system", source="Call system",
        collected_at=after(151), retention="SHORT", is_restricted=True,
    )  # fmt: skip
    copy = redacting.copy_from_text(
        notes, by=lead, at=after(156), title="Notes of calls, redacted", filename="calls-redacted.txt",
        reason="The regulator and the auditors need what was said, not who.",
        passages=[
            Passage("Walter Brandt", "policyholder"), Passage("Irma Brandt", "relative"),
            Passage("NG-204-118", "policy"),
        ],
    )  # fmt: skip
    redacting.approve(copy, by=risk, at=after(163), note="Compared line by line.")
