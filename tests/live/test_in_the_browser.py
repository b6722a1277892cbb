"""The room in a real browser: typing goes on while entries arrive, they are read out, and a lost connection is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from incidents.models import Incident
from incidents.services import moving, timeline
from registry.models import User
from tests import browser as looking
from tests import people, shipped
from tests.control.world import served
from tests.custody.serving import Site, cookies_of
from tests.incidents import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


READ = """() => [...document.querySelectorAll("ol.tl > li")]
  .map(line => [line.id, line.getBoundingClientRect().top]).find(([_id, top]) => top > 320)"""
"""A line in the middle of the window, and where it stands."""


@pytest.fixture
def incident(transactional_db: None) -> Incident:
    shipped.restore()
    made = making.declared(at=timezone.now())
    for number in range(30):
        post(made, f"Earlier entry {number}")
    return made


@pytest.fixture
def site(incident: Incident, tmp_path: Path) -> Iterator[Site]:
    with served(tmp_path / "site") as running:
        yield running


def post(incident: Incident, text: str) -> int:
    return timeline.post(incident, by=people.risk(), at=timezone.now(), text=text).pk


def opened(
    browser: Browser, site: Site, user: User, path: str, *, width: int = 1280, height: int = 800
) -> tuple[BrowserContext, Page]:
    address = f"http://127.0.0.1:{site.port}"
    context = browser.new_context(viewport={"width": width, "height": height})
    for pair in cookies_of(user).split("; "):
        name, _sign, value = pair.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    page.goto(address + path)
    return context, page


def test_typing_survives_what_arrives_and_the_lines_read_stay_where_they_are(
    incident: Incident, site: Site, browser: Browser
) -> None:
    context, page = opened(browser, site, people.responder(), f"/incidents/{incident.pk}/")
    said = looking.complaints(page)
    here = page.locator("[data-here] > summary")
    expect(here).to_contain_text("1 person in the room now: Rae Responder")
    bar = page.get_by_label("Post an update").first
    bar.click()
    page.keyboard.type("The queue is ")
    expect(here).to_contain_text("Rae Responder (writing)")
    number = post(incident, "Payments are held.")
    expect(page.locator(f"#entry-{number}")).to_be_visible()
    expect(page.locator("live-room [role=status]")).to_have_text("1 new entry: Update, Rita Risk: Payments are held.")
    page.keyboard.type("empty")
    assert bar.input_value() == "The queue is empty"
    assert page.locator("ol.tl > li").first.get_attribute("id") == f"entry-{number}"
    assert page.locator('[data-count="all"]').first.inner_text() == str(incident.timeline.count())

    page.evaluate("document.activeElement.blur()")
    page.mouse.wheel(0, 900)
    page.wait_for_timeout(300)
    line, top = page.evaluate(READ)
    late = post(incident, "One more.")
    expect(page.locator(f"#entry-{late}")).to_be_attached()
    assert abs(page.evaluate(f"document.getElementById('{line}').getBoundingClientRect().top") - top) < 2

    menu = page.locator(f"#{line} details")
    menu.locator("summary").click()
    moving.move(incident, "decline", by=people.risk(), at=timezone.now(), reason="A test of the alert.")
    expect(page.get_by_text("What you can do next may have changed.")).to_be_visible()
    expect(page.locator("[data-part=state]")).to_contain_text("Not an incident")
    assert menu.get_attribute("open") is not None
    menu.locator("summary").click()
    menu_form = page.locator(f"#entry-{late} form")
    assert menu_form.locator("[name=csrfmiddlewaretoken]").count() == 1
    assert list(looking.barriers(page)) == []
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_text("What you can do next may have changed.")).to_have_count(0)
    assert page.locator(f"#entry-{late}").count() == 1
    assert bar.input_value() == "The queue is empty"
    assert said == []
    context.close()


def test_other_pages_count_what_is_new_and_a_lost_connection_is_told_and_caught_up(
    incident: Incident, site: Site, browser: Browser, tmp_path: Path
) -> None:
    context, page = opened(browser, site, people.auditor(), f"/incidents/{incident.pk}/facts/", width=390, height=844)
    room, first = opened(browser, site, people.responder(), f"/incidents/{incident.pk}/")
    expect(page.locator("[data-here] > summary")).to_contain_text("Axel Auditor")
    page.locator("[data-here] > summary").click()
    expect(page.locator("[data-here] .pop")).to_contain_text("Auditor")
    post(incident, "Counted.")
    expect(page.get_by_role("link", name="1 new entry")).to_be_visible()
    assert looking.overflow(page) == ""
    assert list(looking.barriers(page)) == []

    lost = first.locator(".pills").get_by_text("Not connected since")
    site.process.kill()
    site.process.wait()
    expect(lost).to_be_visible(timeout=20_000)
    missed = post(incident, "Missed.")
    with served(tmp_path / "again", port=site.port):
        expect(first.locator(f"#entry-{missed}")).to_be_attached(timeout=60_000)
        expect(lost).to_have_count(0)
        assert first.locator(f"#entry-{missed}").count() == 1
        context.close()
        room.close()
