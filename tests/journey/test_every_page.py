"""Every page as each role sees it: nothing axe finds, nothing the security policy stops, nothing too wide or narrow."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from registry.kernel.ledger import sequencing
from tests.access.addresses import addresses
from tests.access.dataset import Site, build
from tests.browser import barriers, overflow, squeezed
from tests.journey.visitor import Visitor
from tests.registry_imports.making import file_of, row, tried
from tests.signing_in import signed_in

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(1800),
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
MISSING = "/no-such-page/"
BESIDES = (
    "/workflows/?q=nothing+like+it", "/incidents/?tab=all", "/actions/?tab=all", "/audit/?kind=E",
    "/tags/rename/?tag=letters", "/search/?q=letter",
    "/signals/?tab=ALL",
)  # fmt: skip
REFUSED = {
    MISSING: 404, "action-proof": 404, "incident-move": 409, "report-download": 409, "report-issued": 409,
    "ledger-consistency": 409, "ledger-answer": 404,
    "audit-view-edit": 404, "audit-view-delete": 404, "report-as-stranger": 404,
}  # fmt: skip
"""What the records at hand do not have or do not allow; their error pages are pages too."""
OF_RISK = {"notice": 404, "saved-view-edit": 404, "saved-view-delete": 404, "saved-view-open": 404}
"""What the records at hand show to risk staff only."""
OF_AUDITORS = {"audit-view-edit": 200, "audit-view-delete": 200}
SIGNED_OUT = ("account_login", "account_reset_password")
SWEPT: set[int] = set()
"""Pages by what they are built of, seen by the roles that stand first: others look at what is new to them."""
LOOKS_AT_ALL = ("risk", "responder", "auditor", "owner")
"""Between them: three widths, light and dark."""


class Frame(HTMLParser):
    """What a page is built of: its elements and their classes in order, without a word of text."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(f"{tag}.{dict(attrs).get('class')}")


def build_of(page: bytes) -> int:
    frame = Frame()
    frame.feed(page.decode())
    return hash(tuple(frame.parts))


def pages(site: Site, client: Client, *, looks_at_all: bool) -> Iterator[tuple[str, str]]:
    """Name and address of all that answers with a whole page: no downloads, parts of pages, or ways to elsewhere."""
    found = [(address.name, address.url) for address in addresses(site)]
    found += [(name, reverse(name)) for name in OF_LIBRARIES]
    problems = f"{reverse('import', args=[site.objects['imports'].pk])}?show=problems"
    found += [(url, url) for url in (MISSING, *BESIDES, problems)]
    for name, url in found:
        answer: Any = client.get(url)
        if answer.streaming or b"<html" not in answer.content:
            continue
        if looks_at_all or build_of(answer.content) not in SWEPT:
            yield name, url
        SWEPT.add(build_of(answer.content))


def findings(page: Page, url: str, refused: int, complaints: list[str]) -> Iterator[str]:
    complaints.clear()
    answer = page.goto(url, wait_until="load")
    status = answer.status if answer else 0
    if status not in {200, 403, refused}:
        yield f"status {status}"
    if (headings := page.locator("h1").count()) != 1:
        yield f"{headings} h1"
    if not page.title().split("–")[0].strip():
        yield "no title"
    if excess := overflow(page):
        yield excess
    if narrow := squeezed(page):
        yield narrow
    yield from barriers(page)
    yield from complaints


def sweep(somebody: Visitor, found: list[tuple[str, str]], refused: dict[str, int]) -> str:
    """All that is wrong, one line each."""
    return "\n".join(
        f"{name}: {wrong}"
        for name, url in found
        for wrong in findings(somebody.page, url, refused.get(name, 200), somebody.complaints)
    )


@pytest.mark.parametrize(
    ("role", "options"),
    [
        ("risk", {"viewport": WIDE, "color_scheme": "light"}),
        ("responder", {"viewport": PHONE, "has_touch": True}),
        ("auditor", {"viewport": WIDE, "color_scheme": "dark"}),
        ("owner", {"viewport": SMALL}),
        ("executive", {"viewport": WIDE}),
        ("administrator", {"viewport": PHONE, "color_scheme": "dark"}),
        ("member", {"viewport": SMALL, "color_scheme": "dark"}),
    ],
)
def test_every_page_is_without_fault(
    role: str, options: dict[str, Any], visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    site = build()
    sequencing.advance()
    site.objects["imports"] = tried(file_of(tmp_path, row(1), row(2, stage="Nobody knows"))).change_set
    user = site.people[role]
    somebody = visitor(**options)
    somebody.is_let_in(user)
    found = list(pages(site, signed_in(user), looks_at_all=role in LOOKS_AT_ALL))
    assert len(found) > (50 if role in LOOKS_AT_ALL else 3)
    refused = REFUSED if role == "risk" else REFUSED | OF_RISK
    if role == "auditor":
        refused |= OF_AUDITORS
    if role == "owner":  # owners see their own imports
        whole = reverse("import", args=[site.objects["imports"].pk])
        refused |= {name: 404 for name, url in found if url.startswith(whole)}
    assert not (wrong := sweep(somebody, found, refused)), wrong


@pytest.mark.parametrize("options", [{"viewport": SMALL}, {"viewport": WIDE, "color_scheme": "dark"}])
def test_pages_for_whoever_is_not_signed_in_are_without_fault(
    options: dict[str, Any], visitor: Callable[..., Visitor]
) -> None:
    found = [(name, reverse(name)) for name in SIGNED_OUT]
    assert not (wrong := sweep(visitor(**options), found, {})), wrong
