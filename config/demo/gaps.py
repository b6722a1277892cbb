"""What the workflows of the demonstration lack, what they have, and what is lived with for a time."""

from datetime import datetime, timedelta

from registry.models import User, Workflow
from registry.services import capabilities, gap_acceptances

EVIDENCE = {
    "ESCALATION_PATH": "Duty roster and call tree in the operations handbook, called through in October.",
    "COMMUNICATION_PLAN": "Letters for declined and delayed claims agreed with legal; communications approves each use.",
    "REVIEW_QUEUE": "The decline path can be set to refer; 40 cases held and released in the September drill.",
    "EVIDENCE_CONTROLS": "Traces go into Holdfast under hash; read access is limited to claims operations and risk.",
    "REDACTION": "Redacted copies are made by the evidence desk; the original stays untouched.",
    "ACCESS_LIMITS": "Service account and nine named handlers; reviewed in the access round of July.",
    "KILL_SWITCH": "Flag claims-triage-off, used in the August drill: 2 minutes until the last decision.",
    "APPROVAL_GATE": "Every decline can be made to wait for a handler by one setting.",
    "ROLLBACK": "Model, prompt and limit are pinned by version; return to 1.8.0 rehearsed in 15 minutes.",
    "STRICT_CONTAINMENT": "Letters leave through a queue of their own, which can be closed by itself.",
    "HUMAN_APPROVAL": "Payments above 5,000 and every decline of a vulnerable customer are signed by a handler.",
    "RECOVERY_PLAN": "Re-run of declined claims from the decision log, with corrected letters; rehearsed on 400 cases.",
    "SEVERITY_MODEL": "Severity scale 2 agreed with claims, risk and legal before the pilot ended.",
    "EXECUTIVE_ESCALATION": "The chief risk officer is called for SEV-1 at any hour; the deputy is named.",
    "POST_INCIDENT_REVIEW": "A review follows every incident; its actions are chased here.",
    "TRACE_IDS": "The claim number and a decision id run through model call, tools and letter.",
    "LOGS": "Prompts, retrieved passages, model answers and decisions are kept for 13 months.",
    "VERSION_RECORDS": "The release pipeline records each version of every surface.",
    "EVIDENCE_PACKAGE": "One command collects everything about a decision id in under a minute.",
    "MONITORING_ALERT": "Override rate and decline rate alert the duty handler at twice the usual level.",
    "ROOT_CAUSE_REMEDIATION": "The second failure of a kind opens an action with an owner; two so far, both closed.",
}
"""Of the claims triage assistant, whose answers ask for everything."""


def stand(people: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    _triage(workflows["Claims triage assistant"], people, now)
    _others(people, workflows, now)


def _triage(workflow: Workflow, people: dict[str, User], now: datetime) -> None:
    """Two gaps, one of them late; one accepted for a time; everything else met."""
    owner, begun = people["owner"], now - timedelta(days=80)
    for place, (key, words) in enumerate(EVIDENCE.items()):
        url = "https://handbook.northgate.test/claims/kill-switch" if key == "KILL_SWITCH" else ""
        at = begun + timedelta(days=3 * place)
        capabilities.meet(workflow, key, by=owner, at=at, evidence=words, evidence_url=url)
    capabilities.state(
        workflow, "EVAL_UPDATE", by=owner, at=begun, owner=people["t.zielinski"],
        due_date=(now - timedelta(days=12)).date(), reason="Agreed in the monthly review",
    )  # fmt: skip
    capabilities.state(
        workflow, "RETENTION_POLICY", by=owner, at=now - timedelta(days=20), owner=people["l.moretti"],
        due_date=(now + timedelta(days=9)).date(), reason="Legal has the draft",
    )  # fmt: skip
    asked = gap_acceptances.ask(
        workflow, "TOOL_LOGGING", by=owner, at=now - timedelta(days=30), until_date=(now + timedelta(days=5)).date(),
        reason="The letter service logs its calls without arguments until its next release. Each letter is kept in full.",
    )  # fmt: skip
    gap_acceptances.decide(
        asked, by=people["exec"], at=now - timedelta(days=28), accept=True,
        reason="Every letter can be read afterwards; the release is planned.",
    )  # fmt: skip
    longer = gap_acceptances.ask(
        workflow, "TOOL_LOGGING", by=owner, at=now - timedelta(days=4), until_date=(now + timedelta(days=45)).date(),
        reason="The release of the letter service moved by a month. Each letter is still kept in full.",
    )  # fmt: skip
    gap_acceptances.decide(
        longer, by=people["exec"], at=now - timedelta(days=3), accept=True, reason="The new day is firm."
    )


def _others(people: dict[str, User], workflows: dict[str, Workflow], now: datetime) -> None:
    fraud, complaints = workflows["Fraud referral scoring"], workflows["Complaint routing and drafting"]
    technical, service = people["t.zielinski"], people["s.lindgren"]
    capabilities.state(
        fraud, "KILL_SWITCH", by=technical, at=now - timedelta(days=15), owner=technical,
        due_date=(now + timedelta(days=3)).date(), reason="Neutral score is built, the drill is booked",
    )  # fmt: skip
    capabilities.meet(
        fraud, "EVIDENCE_CONTROLS", by=technical, at=now - timedelta(days=15),
        evidence="Fraud files stay in the case system, under its own access rules.",
    )  # fmt: skip
    capabilities.state(
        complaints, "REVIEW_QUEUE", by=service, at=now - timedelta(days=40), owner=service,
        due_date=(now - timedelta(days=4)).date(), reason="Waits for two more reviewers",
    )  # fmt: skip
    gap_acceptances.ask(
        complaints, "COMMUNICATION_PLAN", by=service, at=now - timedelta(days=1),
        until_date=(now + timedelta(days=90)).date(),
        reason="The plan for the whole service line comes in February. Until then each draft is read by a person.",
    )  # fmt: skip
