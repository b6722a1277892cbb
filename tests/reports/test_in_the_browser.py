"""The pages that ask for reports, in a real browser: no barrier, no complaint, no sideways scrolling."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page

from registry.kernel.ledger import sequencing
from tests import people as cast
from tests.api import world as worlds
from tests.signing_in import session_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("reports", "report-new-incident", "report-new-dossier", "report-new-inventory", "report-new-audit-pack")


@pytest.mark.parametrize("width", [1440, 390, 320])
def test_every_asking_page_can_be_used(
    page: Page, live_server: Any, csp_log: list[str], axe: Callable[[Page], None], width: int
) -> None:
    worlds.build()
    sequencing.advance()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(cast.risk()), "url": live_server.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.set_viewport_size({"width": width, "height": 900})
    for name in NAMES:
        page.goto(live_server.url + reverse(name))
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert csp_log == []
