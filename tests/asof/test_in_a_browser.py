"""Pages of the past in a browser: wide and narrow, light and dark, without script, and the way there and back."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from incidents.models import Incident
from incidents.services import evidence, obligations, severity, timeline
from registry.models import User
from registry.services import workflows
from reviews.services import actions
from tests import people
from tests.asof.conftest import START, Clock
from tests.browser import barriers, overflow
from tests.incidents import making
from tests.journey.conftest import _shipped_rows, enter, site, visitor
from tests.journey.visitor import Visitor

__all__ = ["_shipped_rows", "enter", "site", "visitor"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}
THEN = "2026-03-02T12:00Z"
Open = Callable[..., Visitor]


@pytest.fixture
def incident(site: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Incident:
    at = clock(-24)
    affected = making.workflow("Claims triage", tier="T1")
    making.option(affected)
    at = clock(0)
    found = making.declared(at=at, workflow=affected)
    lead, at = found.declared_by, clock(1)
    severity.assess(found, by=lead, at=at, inputs=making.CONFIRMED, confirmed="SEV-1", reason="Many people")
    evidence.add_file(found, by=lead, upload=making.upload(), **making.about(at=at, collected_at=at))
    obligations.add(
        found,
        by=lead,
        at=at,
        name="First notice",
        authority="Supervisor",
        starts_at=at,
        due_at=START + timedelta(hours=4),
        owner=lead,
    )
    for n in range(3):
        timeline.post(
            found, by=lead, at=clock(2 + n / 10), text=f"Update {n}: letters quote a missing policy.", kind="UPDATE"
        )
    actions.create(
        by=people.risk(),
        at=clock(2.5),
        title="Alert on quotes of missing policies",
        category="DETECTION_GAP",
        assignee=lead,
        due_date=START.date(),
        description="See the **review**.",
        incident=found,
        workflow=affected,
    )
    affected.refresh_from_db()
    workflows.edit(
        affected, by=people.risk(), at=clock(5), opened_version=affected.version, name="Claims sorter", reason="Renamed"
    )
    timeline.post(found, by=lead, at=clock(6), text="It has stopped.", kind="UPDATE")
    monkeypatch.undo()
    return making.again(found)


def addresses(incident: Incident) -> dict[str, str]:
    workflow, item = incident.workflows.get(), incident.actions.get()
    then = {
        "incident": incident.get_absolute_url(),
        **{
            name: reverse(name, args=[workflow.pk])
            for name in ("workflow", "workflow-tier", "workflow-surfaces", "workflow-containment", "workflow-incidents")
        },
        "action": item.get_absolute_url(),
        **{name: reverse(name) for name in ("register", "incidents", "actions")},
    }
    two = f"?from={THEN}&to=2026-03-02T16:00Z"
    return {
        **{name: f"{url}?at={THEN}" for name, url in then.items()},
        "difference": reverse("incident-difference", args=[incident.pk]) + two,
        "workflow-difference": reverse("workflow-difference", args=[workflow.pk]) + two,
        "unknown": f"{incident.get_absolute_url()}?at=2026-03-01T12:00Z",
        "future": f"{incident.get_absolute_url()}?at=2999-01-01T00:00Z",
        "report": reverse("incident-report", args=[incident.pk]) + f"?at={THEN}",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("window", [WIDE, PHONE], ids=["wide", "phone"])
def test_nothing_stands_in_the_way_of_reading_the_past(
    incident: Incident, visitor: Open, scheme: str, window: dict[str, int]
) -> None:
    reader = visitor(viewport=window, color_scheme=scheme)
    reader.is_let_in(people.risk())
    found: list[str] = []
    for name, url in addresses(incident).items():
        reader.page.goto(url)
        _picture(reader.page, f"{name}-{scheme}-{window['width']}")
        found += [f"{name}: {barrier}" for barrier in barriers(reader.page)]
        found += [f"{name}: {wide}" for wide in [overflow(reader.page)] if wide]
    assert found == []
    assert reader.complaints == []


def test_somebody_goes_back_in_time_and_returns(incident: Incident, visitor: Open) -> None:
    reader: Any = visitor(java_script_enabled=False)
    risk: User = people.risk()
    reader.is_let_in(risk)
    page = reader.page
    page.goto(incident.get_absolute_url())
    reader.sees("It has stopped.")
    page.locator(".timetravel > summary").click()
    _picture(page, "control")
    page.get_by_label("Date and time").fill("2026-03-02T13:00")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?at=2026-03-02T12:00Z$"))
    reader.sees("As known at 2 Mar 2026, 12:00 UTC")
    expect(page.get_by_text("It has stopped.")).to_have_count(0)
    page.get_by_role("link", name="Compare with now").click()
    reader.sees("It has stopped.")
    page.goto(incident.get_absolute_url() + f"?at={THEN}")
    page.get_by_role("link", name="Back to now").first.click()
    expect(page).to_have_url(re.compile(re.escape(incident.get_absolute_url()) + "$"))


def _picture(page: Any, name: str) -> None:
    """For people to look at, where a folder for pictures is named."""
    if folder := os.environ.get("HOLDFAST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
