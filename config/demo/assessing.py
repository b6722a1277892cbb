"""An assessment under way, one by the questions of the EU AI Act, and a change of the tier rules that waits."""

import copy
from datetime import datetime, timedelta

from registry.models import Surface, User, Workflow
from registry.services import assessment_drafts, assessments, surfaces, tier_rules
from registry.tiering import DEFAULT_RULE_SET

ACT = {
    "PROHIBITED": {"points": [], "reason": ""},
    "PRODUCT": {"points": [], "reason": ""},
    "LISTED": {"points": ["III 5(c)"], "reason": "Its ranking is read when health cover is priced."},
    "EXEMPTION": {"points": ["6(3)(d)"], "reason": "It sorts the file; an underwriter prices it from the documents."},
    "PROFILING": {"points": [], "reason": ""},
    "TRANSPARENCY": {"points": ["50(2)"], "reason": "It writes the summary that stands on top of the file."},
}


def furnish(people: dict[str, User], workflows: dict[str, Workflow], *, at: datetime) -> None:
    triage = workflows["Claims triage assistant"]
    _by_the_act(workflows["Underwriting evidence summariser"], people["risk"], at=at - timedelta(days=20))
    _changed_since(triage, people["risk"], at=at - timedelta(days=2))
    _under_way(triage, people["risk"], at=at - timedelta(hours=3))
    _rules(people["risk"], at=at - timedelta(days=1))


def _by_the_act(workflow: Workflow, risk: User, *, at: datetime) -> None:
    newest = assessments.newest_assessment(workflow)
    if newest is not None:
        assessments.assess(workflow, by=risk, at=at, answers=newest.answers, ai_act_answers=ACT)


def _under_way(workflow: Workflow, risk: User, *, at: datetime) -> None:
    draft = assessment_drafts.begin(workflow, by=risk, at=at)
    assessment_drafts.answer_area(
        draft, by=risk, at=at + timedelta(minutes=4), area="CUSTOMER_EXPOSURE", level="ELEVATED",
        reason="Every letter is read by a clerk before it leaves since the last review.",
        evidence=["https://wiki.example.org/claims/two-eyes-rule"],
    )  # fmt: skip


def _changed_since(workflow: Workflow, risk: User, *, at: datetime) -> None:
    surfaces.add_surface(
        workflow, by=risk, at=at, kind=Surface.Kind.PERMISSIONS, name="Write access to the case file",
        reason="Found in the access review",
    )  # fmt: skip


def _rules(risk: User, *, at: datetime) -> None:
    changed = copy.deepcopy(dict(DEFAULT_RULE_SET))
    changed["rules"].insert(
        4,
        {
            "tier": "T1",
            "name": "Sensitive data that the public can reach",
            "when": {
                "all": [
                    {"at_least": {"area": "DATA_SENSITIVITY", "level": "HIGH"}},
                    {"at_least": {"area": "CUSTOMER_EXPOSURE", "level": "ELEVATED"}},
                ]
            },
        },
    )
    tier_rules.propose(
        by=risk, at=at, definition=changed,
        reason="The letters of last spring: what customers can reach and what is confidential should not be one tier apart.",
    )  # fmt: skip
