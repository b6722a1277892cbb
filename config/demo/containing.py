"""A catalogue begun from a template and not proven yet, and a kill switch whose proof has gone stale."""

from datetime import datetime, timedelta

from registry.containment_templates import template
from registry.models import User, Workflow
from registry.services import capabilities, containment_templates


def prepared(people: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    support = template("decision-support")
    assert support is not None  # noqa: S101 - shipped
    containment_templates.add_from(
        support,
        workflows["Vulnerable customer flagging"],
        by=people["risk"],
        at=now - timedelta(days=6),
        reason="Before the pilot grows",
        chosen={
            "segment": {"name": "Leave out bereavement cases", "load_carrier": "Customer service reads the file"},
            "blind": {},
            "limits": {"expected_minutes": 20},
            "hand": {"name": "Flag by hand, from the checklist"},
        },
    )
    capabilities.meet(
        workflows["Credit line review"],
        "KILL_SWITCH",
        by=people["f.adeyemi"],
        at=now - timedelta(days=190),
        evidence="Flag credit-proposals-off, tried with the night shift.",
    )
