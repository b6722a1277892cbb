"""The printed incident report: the same bytes from the same record, nothing from outside, texts shown as texts."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from registry.kernel.documents.assets import AssetRefusedError, fetch
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.documents.codes import code_of
from registry.kernel.documents.rendering import RecordChangedError, Stage, _templates, fill, render_pdf
from tests.documents import sample_record as sample

TEMPLATE = "documents/incident_report.html"
AGAIN = """
import django
django.setup()
from tests.documents.test_rendering import rendered
from tests.documents.sample_record import sample_record
print(__import__("hashlib").sha256(rendered(sample_record())).hexdigest())
"""


def rendered(record: dict[str, Any], **options: Any) -> bytes:
    head = record["document"]
    return render_pdf(
        TEMPLATE,
        record,
        number=head["number"],
        sha256=digest(canonical(record)),
        made_at=datetime(2026, 4, 2, 14, 30, tzinfo=UTC),
        **options,
    )


@cache
def report() -> bytes:
    return rendered(sample.sample_record())


@cache
def reader() -> Any:
    return PdfReader(BytesIO(report()))


@cache
def text() -> str:
    return printed(reader())


def printed(file: Any) -> str:
    return "\n".join(page.extract_text() for page in file.pages)


def squeezed(value: str) -> str:
    """Without white space, since a printed line breaks where it must."""
    return "".join(value.split())


def test_the_same_record_gives_the_same_bytes_in_another_process() -> None:
    command = [sys.executable, "-W", "ignore", "-c", AGAIN]
    root = Path(__file__).resolve().parents[2]
    answer = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert answer.stdout.split()[-1] == digest(report())


def test_a_record_read_back_from_storage_gives_the_same_bytes() -> None:
    stored = json.loads(canonical(sample.sample_record()))
    stored["document"] = dict(reversed(stored["document"].items()))
    assert rendered(stored) == report()


def test_a_record_changed_since_it_was_frozen_is_refused() -> None:
    record = sample.sample_record()
    frozen_as = digest(canonical(record))
    record["incident"]["title"] = "Nothing happened"
    with pytest.raises(RecordChangedError):
        render_pdf(TEMPLATE, record, number="IR-1", sha256=frozen_as, made_at=datetime.now(UTC))


def test_texts_that_look_like_markup_are_printed_as_texts() -> None:
    shown = squeezed(text())
    for hostile in (sample.SCRIPT, sample.IMAGE, sample.STYLE, sample.TEMPLATE):
        assert squeezed(hostile) in shown
    objects = "\n".join(repr(element) for element in structure())
    for key in ("/JavaScript", "/JS'", "/OpenAction", "/URI", "/Launch"):
        assert key not in objects


def structure() -> list[Any]:
    """Every object of the file."""
    return [reader().get_object(number) for number in range(1, reader().trailer["/Size"])]


def test_a_direction_override_is_named_rather_than_obeyed() -> None:
    assert "approved[U+202E]desoppo[U+202C]bythebank" in squeezed(text())
    assert "\u202e" not in text()


def test_names_in_other_scripts_are_printed_or_named_by_code_point() -> None:
    shown = squeezed(text())
    for name in sample.NAMES[:3]:
        assert squeezed(name) in shown
    assert "[U+738BU+5C0FU+660E]" in shown


def test_long_unbroken_words_stay_inside_the_page() -> None:
    assert sample.UNBROKEN in squeezed(text())


@pytest.mark.parametrize(
    "address",
    [
        "https://attacker.invalid/x.css",
        "file:///etc/passwd",
        "data:text/css,body{}",
        "bundled:fonts/../../manage.py",
        "bundled:documents/../vendor/htmx.min.js",
        "bundled:vendor/htmx.min.js",
        "bundled:fonts/absent.woff2",
    ],
)
def test_nothing_but_bundled_assets_is_fetched(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        fetch(address)


def test_a_template_that_asks_for_the_outside_ends_the_rendering(tmp_path: Path) -> None:
    (tmp_path / "leaky.html").write_text('<img src="https://attacker.invalid/a.png" alt="">')
    record = sample.sample_record()
    _templates.cache_clear()
    try:
        with override_settings(TEMPLATES=[{"DIRS": [tmp_path]}]), pytest.raises(AssetRefusedError):
            render_pdf(
                "leaky.html",
                record,
                number="IR-1",
                sha256=digest(canonical(record)),
                made_at=datetime(2026, 4, 2, tzinfo=UTC),
            )
    finally:
        _templates.cache_clear()


def test_every_font_used_is_embedded_and_bundled() -> None:
    families = set()
    for page in reader().pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            assert "/FontFile2" in descendant["/FontDescriptor"].get_object()
            families.add(str(descendant["/BaseFont"]).split("+")[1])
    assert all(family.startswith(("Hyperlegible", "Other-Scripts")) for family in families)


def test_the_file_is_tagged_titled_and_says_its_language() -> None:
    root = reader().trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-gb"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = reader().metadata
    assert metadata.title == f"Incident report INC-2026-0042: {sample.incident()['title']}"
    assert metadata.author == "Northgate Mutual Insurance"


def test_the_metadata_claims_archiving_and_accessibility_uncompressed() -> None:
    assert b'pdfaid:part="3"' in report()
    assert b'pdfaid:conformance="A"' in report()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in report()


def test_every_header_cell_says_what_it_heads() -> None:
    scopes = set()
    for element in structure():
        if isinstance(element, dict) and element.get("/S") == "/TH":
            scopes.add(element["/A"].get("/Scope"))
    assert scopes == {"/Row", "/Column"}


def test_running_heads_and_feet_are_not_read_out_as_content() -> None:
    for page in reader().pages[1:]:
        assert page.get_contents().get_data().count(b"/Pagination") >= 5


def test_bookmarks_lead_to_every_section() -> None:
    titles = [item.title for item in reader().outline if not isinstance(item, list)]
    assert [title.split()[0] for title in titles if title[0].isdigit()] == [str(n) for n in range(1, 16)]
    assert titles[-1].endswith("How to check this document")


def test_contents_give_the_page_of_each_section() -> None:
    contents = squeezed(reader().pages[1].extract_text())
    for item in reader().outline:
        if not isinstance(item, list) and item.title[0].isdigit():
            page = reader().get_destination_page_number(item)
            assert squeezed(item.title) + str(page + 1) in contents


def test_every_page_carries_reference_number_short_digest_code_and_page_count() -> None:
    total = len(reader().pages)
    short = digest(canonical(sample.sample_record()))[:8]
    assert 15 <= total <= 24
    for number, page in enumerate(reader().pages[1:], start=2):
        shown = page.extract_text()
        assert "INC-2026-0042" in shown
        assert "IR-2026-0007" in shown
        assert short in shown
        assert code_of(digest(canonical(sample.sample_record()))) in shown
        assert f"{number} / {total}" in shown
        assert "DEMONSTRATION DATA" in shown.upper()


def test_the_record_and_its_manifest_travel_inside() -> None:
    frozen = canonical(sample.sample_record())
    attached = {name: contents[0] for name, contents in reader().attachments.items()}
    assert attached["record.json"] == frozen
    manifest = json.loads(attached["manifest.json"])
    assert manifest["files"] == [{"name": "record.json", "sha256": digest(frozen), "size": len(frozen)}]
    assert digest(frozen) in squeezed(reader().pages[0].extract_text())


def test_an_empty_section_says_so_and_keeps_its_place() -> None:
    file: Any = PdfReader(BytesIO(rendered(sample.empty_record())))
    titles = [item.title for item in file.outline if not isinstance(item, list)]
    assert sum(title[0].isdigit() for title in titles) == 15
    assert printed(file).count("None recorded.") >= 14
    assert printed(file).count("Not established") == 6


def test_a_busy_day_is_divided_and_its_times_stay_in_order() -> None:
    first = sample.timeline()[0]
    busy = [{**first, "reference": f"TL-{n:04d}", "event_at": sample.at(n)} for n in range(320)]
    record = sample.empty_record() | {"timeline": busy[::-1]}
    page = filled(record)
    assert page.count('<table class="timeline">') == 3
    assert page.index("TL-0000") < page.index("TL-0151") < page.index("TL-0319")
    assert "continued from" in page


def filled(record: dict[str, Any]) -> str:
    frozen = canonical(record)
    at = datetime(2026, 4, 2, tzinfo=UTC)
    return fill(TEMPLATE, frozen, number="IR-1", sha256=digest(frozen), made_at=at)


def test_the_template_names_no_field_the_record_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_templates().engine, "string_if_invalid", "MISSING(%s)")
    for record in (sample.sample_record(), sample.empty_record()):
        assert "MISSING(" not in filled(record)


def test_progress_is_told_stage_by_stage() -> None:
    told: list[Stage] = []
    rendered(sample.empty_record(), progress=told.append)
    assert told == [Stage.FILLED, Stage.LAID_OUT, Stage.WRITTEN]


def test_without_an_address_there_is_no_square_and_the_words_say_whom_to_ask() -> None:
    record = sample.empty_record()
    assert 'class="square"' in filled(record)
    del record["document"]["verify_url"]
    page = filled(record)
    assert 'class="square"' not in page
    assert "Ask whoever made it" in page


def test_the_square_leads_to_the_code_and_says_so() -> None:
    record = sample.sample_record()
    code = code_of(digest(canonical(record)))
    assert f"QR code that leads to https://holdfast.northgate.example/verify/?code={code}" in filled(record)
