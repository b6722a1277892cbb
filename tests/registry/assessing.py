"""Answering the questionnaire in tests."""

from typing import Any

from django.test import Client

from registry.models import Workflow
from registry.risk_areas import Area

ACT_NONE = {
    "PROHIBITED": {"points": [], "reason": ""},
    "PRODUCT": {"points": [], "reason": ""},
    "LISTED": {"points": [], "reason": ""},
    "TRANSPARENCY": {"points": [], "reason": ""},
}


def page(workflow: Workflow, step: str) -> str:
    return f"/workflows/{workflow.pk}/tier/assess/{step.lower().replace('_', '-')}/"


def begin(client: Client, workflow: Workflow) -> None:
    assert client.post(f"/workflows/{workflow.pk}/tier/assess/", {"verb": "begin"}).status_code == 302


def answer(client: Client, workflow: Workflow, area: str, level: str = "LOW", **more: Any) -> Any:
    reason = "Because" if level != "LOW" else ""
    return client.post(page(workflow, area), {"level": level, "reason": reason, "verb": "save", **more})


def answer_all(client: Client, workflow: Workflow, **levels: str) -> None:
    """Every area LOW unless `levels` say otherwise, and nothing of the EU AI Act."""
    begin(client, workflow)
    for area in Area:
        assert answer(client, workflow, area, levels.get(area, "LOW")).status_code == 302
    for question in ACT_NONE:
        sent = client.post(page(workflow, question), {"points": ["NONE"], "verb": "save"})
        assert sent.status_code == 302, sent.context["form"].errors
