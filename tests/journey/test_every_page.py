"""Every page as four people see it: nothing for axe to find, nothing the security policy stops, nothing too wide."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from tests.access.addresses import addresses
from tests.access.dataset import Site, build, change_set
from tests.browser import barriers, overflow
from tests.journey.visitor import Visitor
from tests.signing_in import signed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(900),
]

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 640}
OF_LIBRARIES = (
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "usersessions_list",
    "api:docs",
)
BESIDES = ("/no-such-page/", "/workflows/?q=nothing+like+it", "/incidents/?tab=all", "/actions/?tab=all")
SIGNED_OUT = ("account_login", "account_reset_password")


def pages(site: Site, client: Client) -> Iterator[tuple[str, str]]:
    """Name and address of all that answers with a whole page: no downloads, parts of pages, or ways to elsewhere."""
    found = [(address.name, address.url) for address in addresses(site)]
    found += [(name, reverse(name)) for name in OF_LIBRARIES]
    found += [(url, url) for url in BESIDES]
    for name, url in found:
        answer: Any = client.get(url)
        if not answer.streaming and b"<html" in answer.content:
            yield name, url


def findings(page: Page, url: str, complaints: list[str]) -> Iterator[str]:
    complaints.clear()
    answer = page.goto(url, wait_until="load")
    if answer is None or answer.status not in {200, 403, 404}:
        yield f"status {answer.status if answer else None}"
    if answer is not None and answer.status == 404 and url != BESIDES[0]:
        yield "not found"
    if (headings := page.locator("h1").count()) != 1:
        yield f"{headings} h1"
    if not page.title().split("–")[0].strip():
        yield "no title"
    if (excess := overflow(page)) > 0:
        yield f"{excess} pixels too wide"
    yield from barriers(page)
    yield from complaints


def sweep(somebody: Visitor, found: list[tuple[str, str]]) -> dict[str, list[str]]:
    every = {name: list(findings(somebody.page, url, somebody.complaints)) for name, url in found}
    return {name: wrong for name, wrong in every.items() if wrong}


@pytest.mark.parametrize(
    ("role", "options"),
    [
        ("risk", {"viewport": WIDE, "color_scheme": "light"}),
        ("responder", {"viewport": PHONE, "has_touch": True}),
        ("auditor", {"viewport": WIDE, "color_scheme": "dark"}),
        ("owner", {"viewport": SMALL}),
    ],
)
def test_every_page_is_without_fault(role: str, options: dict[str, Any], visitor: Callable[..., Visitor]) -> None:
    site = build()
    site.objects["imports"] = change_set(site)
    user = site.people[role]
    somebody = visitor(**options)
    somebody.is_let_in(user)
    found = list(pages(site, signed_in(user)))
    assert len(found) > 50
    assert sweep(somebody, found) == {}


@pytest.mark.parametrize("options", [{"viewport": SMALL}, {"viewport": WIDE, "color_scheme": "dark"}])
def test_pages_for_whoever_is_not_signed_in_are_without_fault(
    options: dict[str, Any], visitor: Callable[..., Visitor]
) -> None:
    assert sweep(visitor(**options), [(name, reverse(name)) for name in SIGNED_OUT]) == {}
