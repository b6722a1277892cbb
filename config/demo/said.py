"""What is said outside of the incident that is going on: one message waits for its second approval, one is overdue."""

from collections.abc import Callable
from datetime import datetime

from incidents.models import Evidence, Incident
from incidents.reports.resting import sentences_of
from incidents.services import approving, communications, tying
from registry.models import User

TEXT = (
    "We may have declined your storm claim by mistake. The fault began on the evening of the storm and we have stopped it."
    "\n\nA person is looking at your claim again. You need do nothing. We write to you again within two days."
)


def to_customers(incident: Incident, cast: dict[str, User], *, after: Callable[[int], datetime]) -> None:
    """Drafted by the lead and approved by communications; legal has it before them. Staff are told nothing yet."""
    lead, comms = cast["responder"], cast["m.ostrowski"]
    message = communications.draft(
        incident, by=lead, at=after(150), audience="CUSTOMERS", subject="We are looking at your storm claim again",
        text=TEXT,
    )  # fmt: skip
    keys = [each.key for each in sentences_of(message)]
    log = Evidence.objects.filter(incident=incident, kind="INTERACTION_LOG").earliest("pk")
    tying.tie(message, by=lead, at=after(201), sentence=keys[0], kind="FACT", name="Decisions affected")
    tying.tie(message, by=lead, at=after(202), sentence=keys[1], kind="EVIDENCE", evidence=log.pk)
    tying.tie(message, by=lead, at=after(202), sentence=keys[1], kind="TIME", name="CONTAINED")
    decided = incident.timeline.filter(kind="DECISION").earliest("pk")
    tying.tie(message, by=lead, at=after(203), sentence=keys[2], kind="ENTRY", entry=decided.pk)
    tying.tie(
        message, by=comms, at=after(206), sentence=keys[3], kind="NOTHING",
        reason="it says what the reader should do, and that is nothing.",
    )  # fmt: skip
    approving.approve(
        message, by=comms, at=after(207), opened_version=message.version,
        note="Two days are what claims operations promised; the promise is kept by hand.",
    )  # fmt: skip
