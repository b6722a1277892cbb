"""The page that shows the API, in a real browser under the real content policy."""

from typing import Any

import pytest
from django.conf import settings

from tests import people
from tests.signing_in import session_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_for_those_who_follow"),
]


def test_the_description_is_drawn_without_any_violation_of_the_content_policy(live_server: Any, page: Any) -> None:
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(people.risk()), "url": live_server.url}]
    )
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.wait_for_selector("#operations-incidents-incidents_create", timeout=60_000)
    page.click("#operations-incidents-incidents_create button.opblock-summary-control")
    page.wait_for_selector("#operations-incidents-incidents_create .model-example")
    page.click("#operations-incidents-incidents_create .tablinks >> nth=1")
    page.click("text=Authorize")
    page.wait_for_selector("#api-docs .dialog-ux")
    assert said == []
