"""Somebody at a browser, who finds everything by the words that stand on the page."""

import re
from re import Pattern
from typing import Any

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from registry.models import User
from tests.browser import complaints
from tests.people import PASSWORD
from tests.signing_in import session_of

Words = str | Pattern[str]


def begins(words: str) -> Pattern[str]:
    """Labels of questions that may stay empty say so after their words."""
    return re.compile("^" + re.escape(words))


class Visitor:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints = complaints(page)

    def sign_in(self, user: User) -> None:
        self.page.goto("/")
        self.fill("Email", user.email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_label(f"Your menu, {user.name}")).to_be_visible()

    def is_let_in(self, user: User) -> None:
        """Signed in without the sign-in page."""
        cookie: Any = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": session_of(user),
            "domain": "localhost",
            "path": "/",
        }
        self.page.context.add_cookies([cookie])

    def goes_to(self, name: str, *args: Any, query: str = "") -> None:
        self.page.goto(reverse(name, args=args) + query)

    def field(self, label: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_label(begins(label))

    def fill(self, label: str, words: str, within: Locator | None = None) -> None:
        self.field(label, within).fill(words)

    def choose(self, label: str, option: str, within: Locator | None = None) -> None:
        """An option of a list."""
        self.field(label, within).select_option(label=option)

    def mark(self, question: str, answer: str) -> None:
        """One answer among several that are all on the page."""
        self.group(question).get_by_role("radio", name=begins(answer)).check()

    def tick(self, question: str, answer: str) -> None:
        """One of several answers that may go together."""
        self.group(question).get_by_role("checkbox", name=answer, exact=True).check()

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=begins(name))

    def press(self, name: Words) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: Words, within: Locator | None = None) -> None:
        (within or self.page).get_by_role("link", name=name, exact=True).click()

    def card(self, heading: str) -> Locator:
        """The part of the page below a heading."""
        return self.page.locator("section").filter(has=self.page.get_by_role("heading", name=heading, exact=True))

    def nav(self, name: str) -> Locator:
        return self.page.get_by_role("navigation", name=name, exact=True)

    def sees(self, words: Words) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def stands_on(self, heading: Words) -> None:
        expect(self.page.get_by_role("heading", name=heading, exact=True).first).to_be_visible()

    def is_told(self, words: str) -> None:
        """The message of the site after something was done."""
        expect(self.page.get_by_role("status").filter(has_text=words).first).to_be_visible()
