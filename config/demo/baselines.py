"""What the workflows of the demonstration may run on: one approved and drifting, one waiting for a decision."""

from datetime import datetime, timedelta

from registry.models import User, Workflow
from registry.services import baselines, deployments, surfaces

LIMITS = (
    "Declines on its own only above a confidence of 0.92 and below 2,000 in value.\n"
    "Claims of policyholders flagged as vulnerable always go to a person."
)


def approved(people: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    _retired(workflows["Claims triage assistant"], people["owner"], now=now)
    triage = baselines.propose(
        workflows["Claims triage assistant"],
        by=people["owner"],
        at=now - timedelta(days=80),
        reason="The state after the summer replay of 400 cases",
        limits=LIMITS,
    )
    baselines.decide(
        triage,
        by=people["risk"],
        at=now - timedelta(days=79),
        approve=True,
        reason="Replay report read, limits agreed.",
    )
    hasty = baselines.propose(
        workflows["Credit line review"],
        by=people["f.adeyemi"],
        at=now - timedelta(days=5),
        reason="First baseline",
    )
    baselines.withdraw(
        hasty, by=people["f.adeyemi"], at=now - timedelta(days=4), reason="Without limits nobody can approve it."
    )
    baselines.propose(
        workflows["Credit line review"],
        by=people["f.adeyemi"],
        at=now - timedelta(days=3),
        reason="First baseline, after the model review of November",
        limits="A credit officer signs every line.",
    )


def _retired(workflow: Workflow, by: User, *, now: datetime) -> None:
    rules = surfaces.add_surface(
        workflow,
        by=by,
        at=now - timedelta(days=110),
        kind="POLICY",
        name="Storm season rules",
        reason="In use since May",
    )
    reason = "The rules stand in the triage prompt now."
    surfaces.retire(rules, by=by, at=now - timedelta(days=85), reason=reason)


def drifted(people: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    """The release pipeline deploys another prompt than the one approved."""
    deployments.deploy(
        workflows["Claims triage assistant"],
        by=people["owner"],
        at=now - timedelta(hours=20),
        kind="PROMPT",
        name="triage-system",
        label="42",
        digest="sha256:5f0c1e7d4a93b2c86e17f0a9d3b45c21887e6fd0a2c9b41e73d85f6a0b9c1e24",
        source_url="https://git.northgate.example/claims/triage/commit/5f0c1e7",
        author="Release pipeline",
        note="Shorter refusals; asks for photographs of storm damage first.",
    )
