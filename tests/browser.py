"""Headless Chromium: how it starts, what a page must never report, and what must never be found on one."""

import shutil
from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), "")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE = 90_000
"""Milliseconds to wait for something to appear: a busy machine is no failure."""


def complaints(page: Page) -> list[str]:
    """Grows while `page` is used: every violation of the content security policy, script error and dialog."""
    seen: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            seen.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: seen.append(f"script error: {error}"))

    def close(dialog: Any) -> None:
        seen.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", close)
    return seen


def barriers(page: Page) -> Iterator[str]:
    """What axe finds, one line for each rule with the first elements it is about.

    Asked in a window as tall as the page: what sticks to the edge of a lower one covers targets only until one scrolls.
    """
    window = page.viewport_size or {"width": 1280, "height": 720}
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({**window, "height": max(tall, window["height"])})
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    for violation in found.response["violations"]:
        places = [str(node["target"][-1]) for node in violation["nodes"]]
        why = violation["nodes"][0].get("failureSummary", "").splitlines()[1:2]
        yield f"{violation['id']}: {', '.join(places[:3])} ({len(places)}) {' '.join(why).strip()}"
    page.set_viewport_size(window)


def squeezed(page: Page) -> str:
    """Words that stand nearly letter under letter, since their column was left no room."""
    return str(page.evaluate(TOO_NARROW))


def overflow(page: Page) -> str:
    """By how much the page is wider than the window and what sticks out the furthest; empty when it fits."""
    return str(page.evaluate(TOO_WIDE))


TOO_WIDE = """() => {
  const window = document.documentElement.clientWidth;
  const excess = document.documentElement.scrollWidth - window;
  if (excess <= 0) return "";
  const right = (element) => element.getBoundingClientRect().right;
  const found = [...document.querySelectorAll("body *")].filter((element) => right(element) > window);
  const names = found.map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`);
  return `${excess} pixels too wide: ${names.slice(-4).join(", ")}`;
}"""

TOO_NARROW = """() => {
  const found = [...document.querySelectorAll("main *")].filter(element => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && width < 40 && height > 160 && element.innerText?.trim().length > 20;
  });
  return found.length ? `squeezed: ${found[0].innerText.trim().slice(0, 40)}` : "";
}"""
