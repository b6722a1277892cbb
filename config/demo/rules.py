"""The rules of the invented organisation: two kinds in a second version, one change that waits, one nobody owns yet."""

import copy
from datetime import datetime, timedelta
from typing import Any

from registry.models import User
from registry.organisation_rules import RulesKind
from registry.services import organisation_rules


def agreed(people: dict[str, User], *, now: datetime) -> None:
    scale = _of(RulesKind.SEVERITY)
    scale["levels"]["SEV-3"]["meaning"] = (
        "A single claim or letter put right before it mattered, a near miss worth a look, or an odd figure without confirmed harm."
    )
    paths = _of(RulesKind.ESCALATION)
    operations = {"role": None, "person": people["l.moretti"].pk, "after_minutes": 10, "by": "CALL"}
    paths["levels"]["SEV-1"].insert(2, operations)
    _approved(RulesKind.SEVERITY, scale, people, "risk", reason="Says what a small one is with us", now=now)
    _approved(
        RulesKind.ESCALATION,
        paths,
        people,
        "l.moretti",
        reason="Claims operations are called before the owners",
        now=now,
    )
    rights = _of(RulesKind.DECISIONS)
    rights["decisions"]["CUSTOMERS"]["stands_in"] = "COMMUNICATIONS"
    rights["decisions"]["CUSTOMERS"]["note"] = "Legal approves the words. Silence is a decision too, and is recorded."
    organisation_rules.propose(
        by=people["risk"],
        at=now - timedelta(days=2),
        kind=RulesKind.DECISIONS,
        definition=rights,
        owner=people["r.menon"],
        reason="In the October drill nobody reached the executive within the hour",
    )


def _of(kind: RulesKind) -> dict[str, Any]:
    return copy.deepcopy(kind.shipped)


def _approved(
    kind: RulesKind, definition: dict[str, Any], people: dict[str, User], owner: str, *, reason: str, now: datetime
) -> None:
    proposed = organisation_rules.propose(
        by=people["risk"],
        at=now - timedelta(days=70),
        kind=kind,
        definition=definition,
        owner=people[owner],
        reason=reason,
    )
    organisation_rules.decide(
        proposed, by=people["exec"], at=now - timedelta(days=68), approve=True, reason="Agreed in the risk committee."
    )
