"""What else goes on: one SEV-3, one restricted incident, a near miss and a quality issue."""

from datetime import datetime, timedelta

from config.demo.material import SMALL
from incidents.services import declaring, restricting, severity
from registry.models import User, Workflow


def happened(cast: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
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
