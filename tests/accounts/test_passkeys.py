"""Passkeys in a real browser, with the authenticator it can play itself, under the strict policy for scripts."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from registry.models import User
from tests import people
from tests.people import PASSWORD

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("_for_those_who_follow"),
]


@pytest.fixture
def authenticator(page: Page) -> Iterator[CDPSession]:
    """A device with a built-in authenticator that says yes; anything the page logs as an error fails the test."""
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield session
    assert wrong == []


def sign_in(page: Page, site: str, user: User) -> None:
    page.goto(f"{site}/account/login/?next=/help/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page, site: str, *, alone: bool) -> None:
    page.goto(f"{site}/account/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Work laptop")
    if alone:
        page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/account/logout/")
    page.get_by_role("button", name="Sign out").click()


def test_a_passkey_opens_in_place_of_the_password(page: Page, live_server: Any, authenticator: CDPSession) -> None:
    user = people.risk()
    sign_in(page, live_server.url, user)
    add_passkey(page, live_server.url, alone=True)
    assert str(Authenticator.objects.get(type="webauthn")) == "Work laptop"
    sign_out(page, live_server.url)
    page.goto(f"{live_server.url}/account/login/?next=/help/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Help")).to_be_visible()


def test_a_passkey_stands_beside_the_password(page: Page, live_server: Any, authenticator: CDPSession) -> None:
    user = people.risk()
    sign_in(page, live_server.url, user)
    add_passkey(page, live_server.url, alone=False)
    sign_out(page, live_server.url)
    sign_in(page, live_server.url, user)
    expect(page.get_by_role("heading", name="One more proof")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Help")).to_be_visible()


def test_a_passkey_confirms_and_is_renamed_and_removed(page: Page, live_server: Any, authenticator: CDPSession) -> None:
    user = people.risk()
    sign_in(page, live_server.url, user)
    add_passkey(page, live_server.url, alone=False)
    page.goto(f"{live_server.url}/account/2fa/webauthn/reauthenticate/?next=/account/2fa/webauthn/")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="Old laptop").first).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="No passkey")).to_be_visible()
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_refusing_on_the_device_is_explained_and_can_be_tried_again(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/account/login/")
    refuse = "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    page.evaluate(f"() => {{ {refuse} }}")
    for _round in range(2):
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("the request was cancelled")).to_be_visible()
