"""At night, on a phone: two taps from the incident to a stopped workflow, and the page says that it has arrived."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests import browser as looking
from tests import people, shipped
from tests.control import world
from tests.control.world import Asking
from tests.custody.serving import Site, cookies_of
from tests.incidents import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def scene(transactional_db: None, tmp_path: Path) -> Iterator[tuple[Site, str, Any]]:
    shipped.restore()
    claims = world.workflow()
    secret = world.key(claims)[1]
    world.option(claims, name="Switch the assistant off")
    incident = world.incident(claims)
    with world.served(tmp_path / "site") as site:
        yield site, secret, incident


def test_two_taps_stop_it_and_the_page_says_when_it_has_arrived(scene: tuple[Site, str, Any], browser: Browser) -> None:
    site, secret, incident = scene
    modes: list[str] = []
    done = threading.Event()

    def run() -> None:
        asking = Asking(site, secret)
        while not done.wait(0.1):
            modes.append(asking.mode())

    runner = threading.Thread(target=run, daemon=True)
    runner.start()
    while not modes:
        time.sleep(0.05)
    address = f"http://127.0.0.1:{site.port}"
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    for pair in cookies_of(people.responder()).split("; "):
        name, _sign, value = pair.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    said = looking.complaints(page)
    page.goto(f"{address}/incidents/{incident.pk}/containment/")
    page.get_by_role("link", name="Switch the assistant off").tap()
    assert page.get_by_label("Why now").input_value() != ""
    page.get_by_role("button", name="Stop it now").tap()
    expect(page.get_by_text("Confirmed by 1 of 1 in")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Mode: Stopped").first).to_be_visible()
    assert modes[-1] == "killed"
    assert list(looking.barriers(page)) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert said == []
    done.set()
    runner.join()
    context.close()
    assert making.again(incident).state == "OPEN"  # the worker, which confirms, does not run here
