"""Two playbooks of the invented insurer: one in use and reviewed, one begun with the words that the registry offers."""

from datetime import datetime, timedelta

from registry.models import User, Workflow
from registry.reports.playbook_drafts import drafts_for
from registry.services import playbooks

TRIAGE = {
    "what_counts": (
        "A decline or a letter that no rule of the policy supports, seen twice or once with a vulnerable customer. "
        "A single wrong queue is no incident; send it back and note it."
    ),
    "containment": (
        "1. **Stop automatic declines** first: nothing leaves, handlers go on.\n"
        "2. If wrong letters are out already, **everything to the manual queue**.\n"
        "3. Switch the assistant off only if payments are touched, or at SEV-1."
    ),
    "output_review": (
        "Take the decision log since the last good hour, by rule and by model version. Two handlers read a tenth; "
        "above 2 % wrong, all of it. Letters that went out come first."
    ),
    "escalation": "Claims operations hold the nine handlers: Luca Moretti decides who drops what. At night call him before the owner.",
    "communication": "Policyholders whose claim was declined hear from their handler by telephone before the letter. Brokers hear it the same day.",
    "evidence": "Decision ids and traces are in claims-trace, kept 13 months. The letter archive keeps each letter as sent. Ask for both before 1.8.0 is restored.",
    "return_to_normal": "Decline rate below 3 % for four hours\n40 replayed cases right\nLuca and Ines agree in the room",
    "learning": "A failed case becomes a replay case the same week. The third of a kind goes to the design review.",
}


def written(people: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    triage = workflows["Claims triage assistant"]
    first = playbooks.begin(
        triage,
        by=people["owner"],
        at=now - timedelta(days=75),
        owner=people["owner"],
        reason="Before go-live of version 1.8",
        **{**TRIAGE, "containment": "Switch the assistant off."},
    )
    second = playbooks.write(
        first,
        by=people["l.moretti"],
        at=now - timedelta(days=41),
        reason="The October drill: stopping declines was enough and took five minutes",
        opened_version=1,
        containment=TRIAGE["containment"],
    )
    playbooks.review(second, by=people["risk"], at=now - timedelta(days=38), reason="Held against the October drill")
    renewal = workflows["Renewal price explanation"]
    playbooks.begin(
        renewal,
        by=people["risk"],
        at=now - timedelta(days=9),
        owner=people["s.lindgren"],
        reason="Asked for by the review of the letters",
        **drafts_for(renewal),
    )
