"""The page that shows the API, in a real browser under the real content policy."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests import people
from tests.browser import PATIENCE, overflow
from tests.signing_in import session_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_for_those_who_follow"),
]
CREATE = "#operations-vendors-vendors_create"
"""Of a group that is not as long as that of incidents: every sign of it is looked at."""


@pytest.fixture
def docs(page: Page, live_server: Any, csp_log: list[str]) -> Page:
    session = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(people.risk()), "url": live_server.url}
    page.context.add_cookies([session])  # type: ignore[list-item]
    page.set_default_timeout(PATIENCE)
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.click("#operations-tag-vendors")
    page.wait_for_selector(CREATE)
    return page


def test_the_description_is_drawn_without_any_violation_of_the_content_policy(docs: Page, csp_log: list[str]) -> None:
    docs.click(f"{CREATE} button.opblock-summary-control")
    docs.wait_for_selector(f"{CREATE} .model-example")
    docs.click(f"{CREATE} .tablinks >> nth=1")
    docs.click("text=Authorize")
    docs.wait_for_selector("#api-docs .dialog-ux")
    assert csp_log == []


def test_it_fits_a_narrow_screen_and_has_no_barriers(docs: Page, axe: Callable[[Page], None]) -> None:
    docs.set_viewport_size({"width": 320, "height": 640})
    assert overflow(docs) == ""
    axe(docs)
    docs.click(f"{CREATE} button.opblock-summary-control")
    docs.wait_for_selector(f"{CREATE} .highlight-code")
    assert overflow(docs) == ""
    axe(docs)
