"""The public page in a browser: on a phone, in the dark, without script, for everybody."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import browser as browsers
from tests import shipped
from tests.incidents import making
from tests.ledger.outside.test_verify_page import about

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _rows(transactional_db: None) -> None:
    shipped.restore()


@pytest.mark.parametrize("look", [("light", 320), ("dark", 320), ("light", 1280), ("dark", 1280)])
def test_every_verdict_fits_and_has_no_barrier(
    page: Page, live_server: Any, axe: Callable[[Page], None], csp_log: list[str], look: Any
) -> None:
    scheme, width = look
    incident = making.declared()
    first, second = about(incident), about(incident)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for query in (
        "", f"?code={first.code}", f"?code={second.code}", f"?code={second.code}&sha256={'0' * 64}",
        f"?sha256={'0' * 64}", "?code=nonsense",
    ):  # fmt: skip
        page.goto(f"{live_server.url}/verify/{query}")
        axe(page)
        assert browsers.overflow(page) == ""
    assert csp_log == []


def test_a_file_can_be_checked_with_and_without_script(live_server: Any, browser: Browser, tmp_path: Path) -> None:
    document = about(making.declared())
    (tmp_path / "report.pdf").write_bytes(document.number.encode())
    for with_script in (True, False):
        with browser.new_context(java_script_enabled=with_script) as context:
            page = context.new_page()
            page.goto(f"{live_server.url}/verify/")
            page.get_by_label("The file").set_input_files(tmp_path / "report.pdf")
            page.get_by_role("button", name="Verify").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Genuine and current")
            expect(page.get_by_text("byte for byte, the one that was issued")).to_be_visible()
            page.goto(f"{live_server.url}/verify/")
            page.get_by_label("Verification code").fill("nonsense")
            page.get_by_role("button", name="Verify").click()
            expect(page.get_by_role("alert")).to_contain_text("This is no verification code")
