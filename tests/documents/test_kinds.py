"""What every kind of report has in common: it comes out the same again, and every page leads to where it is checked."""

import json
import subprocess
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode

from registry.kernel.documents.printing import WRITTEN, print_apart
from tests.documents.issuing_world import attached
from tests.documents.kinds import KINDS, Issued, issued

pytestmark = pytest.mark.django_db

TEMPLATES = {
    "full": "incident_report", "summary": "incident_summary", "dossier": "workflow_dossier", "inventory": "inventory",
    "volume": "audit_pack", "gate": "gate_request",
}  # fmt: skip
DPI = 300
LEFT, TOP, SIDE = 180, 279, 12
"""Millimetres: where the square in the foot of a page stands."""


@pytest.mark.parametrize("kind", KINDS)
def test_printed_again_from_what_it_carries_it_is_the_same_to_the_byte(kind: str) -> None:
    report = issued(kind)
    inside = attached(report.after)
    told: list[int] = []
    again = print_apart(
        f"documents/{TEMPLATES[kind]}.html",
        inside["record.json"],
        number=report.number,
        sha256=report.sha256,
        made_at=datetime.fromisoformat(json.loads(inside["manifest.json"])["made_at"]),
        proofs=inside["ledger.json"],
        code=report.code,
        tell=told.append,
    )
    assert sha256(again).hexdigest() == report.unsigned_sha256
    assert told == sorted(set(told))
    assert len(told) >= 4
    assert told[-1] == WRITTEN


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_says_which_document_it_is_of_and_leads_to_its_check(kind: str, tmp_path: Path) -> None:
    report = issued(kind)
    address = f"{json.loads(attached(report.after)['record.json'])['document']['verify_url']}?code={report.code}"
    has_cover = kind != "summary"
    total = len(report.reader.pages)
    for number, page in enumerate(report.reader.pages, start=1):
        shown = page.extract_text()
        assert report.number in shown
        assert report.code in shown
        if number > has_cover:
            assert report.sha256[:8] in shown
            assert f"{number} / {total}" in shown
    for foot in feet(report, tmp_path)[has_cover:]:
        assert modules(foot, matrix(address)) == matrix(address)
    large = [element for element in structure(report) if f"QR code that leads to {address}" in str(element.get("/Alt"))]
    assert len(large) == 1 + has_cover


def structure(report: Issued) -> list[dict[str, object]]:
    objects = (report.reader.get_object(number) for number in range(1, report.reader.trailer["/Size"]))
    return [element for element in objects if isinstance(element, dict)]


def matrix(address: str) -> list[list[bool]]:
    code = QRCode(error_correction=ERROR_CORRECT_L, border=0)
    code.add_data(address)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    return rows


def feet(report: Issued, tmp_path: Path) -> list[Image.Image]:
    """The square of each page, as it would be printed."""
    (tmp_path / "report.pdf").write_bytes(report.after)
    x, y, side = (str(round(length * DPI / 25.4)) for length in (LEFT, TOP, SIDE))
    where = ["-x", x, "-y", y, "-W", side, "-H", side]
    subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", *where, tmp_path / "report.pdf", tmp_path / "foot"], check=True
    )
    return [Image.open(path) for path in sorted(tmp_path.glob("foot-*.pgm"))]


def modules(foot: Image.Image, expected: list[list[bool]]) -> list[list[bool]]:
    """Whether the middle of each module is dark."""
    step = foot.width / len(expected)
    middles = [int((place + 0.5) * step) for place in range(len(expected))]
    return [[int(str(foot.getpixel((x, y)))) < 128 for x in middles] for y in middles]
