"""Gates of the demonstration: one went live under a condition, one waits for a decision with an accepted gap."""

from datetime import datetime, timedelta

from registry.models import User, Workflow
from registry.services import gates, gates_deciding


def passed(people: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    _live(people, workflows["Meeting minutes drafter"], now)
    gates.ask(
        workflows["Supplier query answering"], by=people["f.adeyemi"], at=now - timedelta(days=4), kind="GO_LIVE",
        reason="Ten weeks of pilot: 640 answers sent, two corrected, none complained of. The desk asks for the rest.",
    )  # fmt: skip


def _live(people: dict[str, User], workflow: Workflow, now: datetime) -> None:
    asked = gates.ask(
        workflow, by=people["s.lindgren"], at=now - timedelta(days=16), kind="GO_LIVE",
        reason="Thirty meetings in the pilot; whoever chaired changed a line in four of them.",
    )  # fmt: skip
    gates_deciding.decide(
        asked, by=people["risk"], at=now - timedelta(days=14), approve=True,
        reason="Minutes stay inside and are corrected by whoever chaired.",
        conditions=[
            {
                "text": "Recordings are deleted thirty days after the minutes are signed",
                "due_date": (now + timedelta(days=16)).date(),
                "owner": people["t.zielinski"],
            }
        ],
    )  # fmt: skip
    gates.use(asked, by=people["s.lindgren"], at=now - timedelta(days=13))
