"""Workflows of the demonstration that are ready, or were: most others are not, as in every real inventory."""

from datetime import datetime, timedelta

from registry.models import User, Workflow
from registry.services import capabilities, gap_acceptances, workflows

EVIDENCE = {
    "Broker e-mail extraction": {
        "EVIDENCE_CONTROLS": "E-mails and forms stay in the intake system under its own access rules.",
        "REDACTION": "Copies for training leave out names; tried on the October sample.",
        "ACCESS_LIMITS": "Six clerks and the service account; reviewed in July.",
        "RETENTION_POLICY": "Intake e-mails are kept for two years, extraction logs for six months.",
        "SEVERITY_MODEL": "Severity scale 2 agreed with underwriting.",
        "EXECUTIVE_ESCALATION": "The head of underwriting is called for SEV-1; her deputy is named.",
        "POST_INCIDENT_REVIEW": "Reviews are held with the intake desk; the last one in spring.",
    },
    "Supplier query answering": {
        "REVIEW_QUEUE": "Every draft waits in the clerk's queue; none has left it unread in ten weeks.",
        "ESCALATION_PATH": "Accounts payable, then the finance duty desk; numbers in the supplier handbook.",
        "COMMUNICATION_PLAN": "A wrong answer is corrected by telephone the same day, by the clerk who sent it.",
        "EVIDENCE_CONTROLS": "Drafts, ledger rows and what was sent are kept together under the ticket number.",
        "REDACTION": "Bank details are masked before anything is kept for tests.",
        "ACCESS_LIMITS": "Four clerks and the service account, which reads the ledger and writes nothing.",
    },
}
"""What shows that they have what their answers ask for."""


def stand(people: dict[str, User], found: dict[str, Workflow], *, now: datetime) -> None:
    at = now - timedelta(days=25)
    for name, evidence in EVIDENCE.items():
        for key, words in evidence.items():
            capabilities.meet(found[name], key, by=people["f.adeyemi"], at=at, evidence=words)
    _lived_with(found["Supplier query answering"], people, now)
    _late(found["Broker e-mail extraction"], people, now)


def _lived_with(workflow: Workflow, people: dict[str, User], now: datetime) -> None:
    asked = gap_acceptances.ask(
        workflow, "RETENTION_POLICY", by=people["f.adeyemi"], at=now - timedelta(days=20),
        until_date=(now + timedelta(days=80)).date(),
        reason="The retention schedule of accounts payable comes in February. Until then nothing is deleted.",
    )  # fmt: skip
    gap_acceptances.decide(
        asked, by=people["r.menon"], at=now - timedelta(days=18), accept=True,
        reason="Keeping too long harms nobody here; the schedule is drafted.",
    )  # fmt: skip


def _late(workflow: Workflow, people: dict[str, User], now: datetime) -> None:
    """Everything is there, but the day by which it should have been looked at has passed."""
    workflows.edit(
        workflow, by=people["risk"], at=now - timedelta(days=40), reason="Agreed in the portfolio meeting",
        opened_version=None, next_review_date=(now - timedelta(days=6)).date(),
    )  # fmt: skip
