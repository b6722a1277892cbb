"""PDF/A-3a and PDF/UA-1 by two independent checkers, before and after signing; and what else can be checked.

Each finding that stands has its reason in ALLOWED or AFTER_SIGNING. Neither checker is the reference one,
veraPDF: docs/reports.md says what that leaves open.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import page
import pytest
from django.utils import timezone
from pyhanko.sign.diff_analysis import ModificationLevel

from registry.kernel.documents.credentials import ready
from registry.kernel.documents.printing import print_apart
from registry.models import Document
from tests.documents.issuing_world import bytes_of, full
from tests.documents.signing_world import judged

pytestmark = pytest.mark.django_db

ALLOWED = {
    # A table of one row and five columns has five column heads and one row head over four cells. The checker takes
    # more heads than cells for a heading torn to pieces; these are whole.
    "TBL-010": 5,
    # Addresses are printed as text on purpose: what people typed never becomes a link in a report, and the address
    # to check it at is for paper.
    "LNK-010": 4,
    # The alternative text of the drawn time line is made of its dates and times, which read unlike a sentence.
    "FIG-012": 1,
}
AFTER_SIGNING = {
    # The signature shows nothing: its field lies outside every page, where PDF/UA-1 (7.18.1) asks for no tag.
    "FRM-003": 1,
}


@pytest.fixture
def issued(tmp_path: Path) -> tuple[Document, Path, Path]:
    """A full report: the document, the file before signing, the file as issued."""
    document = full()
    assert document.proofs is not None
    before, after = tmp_path / "before.pdf", tmp_path / "after.pdf"
    before.write_bytes(
        print_apart(
            document.template,
            document.record.read_bytes(),
            number=document.number,
            sha256=document.record.sha256,
            made_at=document.requested_at,
            proofs=document.proofs.read_bytes(),
        )
    )
    after.write_bytes(bytes_of(document))
    return document, before, after


def found_by_outloud(file: Path) -> Counter[str]:
    program = Path(sys.executable).with_name("outloud")
    command = [str(program), str(file), "--json", "-", "-q", "--no-info"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    report = json.loads(answer.stdout[answer.stdout.index("{") : answer.stdout.rindex("}") + 1])
    findings: list[dict[str, Any]] = report["results"][0]["findings"]
    assert report["results"][0]["error"] is None
    return Counter(finding["rule"] for finding in findings if finding["severity"] != "info")


def found_by_page(file: Path) -> list[str]:
    """Of every rule of both standards."""
    reports = [page.validate_pdf(str(file), profile=profile) for profile in ("3a", "ua1")]
    assert all(report.rules.total > 100 for report in reports)
    return [f"{failure.rule_id}: {failure.message}" for report in reports for failure in report.failures]


def test_both_checkers_and_qpdf_find_nothing_that_is_not_accounted_for(issued: tuple[Document, Path, Path]) -> None:
    _document, before, after = issued
    for file, accounted in ((before, ALLOWED), (after, ALLOWED | AFTER_SIGNING)):
        assert found_by_page(file) == []
        found = found_by_outloud(file)
        assert {rule: count for rule, count in found.items() if count > accounted.get(rule, 0)} == {}
        subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)


def test_the_signature_is_valid_and_nothing_came_after_it(issued: tuple[Document, Path, Path]) -> None:
    _document, _before, after = issued
    with ready(at=timezone.now()) as (chain, _signer):
        status = judged(after.read_bytes(), chain.certificates[-1])
    assert status.bottom_line
    assert status.modification_level == ModificationLevel.NONE


def test_every_font_is_embedded(issued: tuple[Document, Path, Path]) -> None:
    assert shutil.which("pdffonts"), "poppler-utils is missing (bin/system browser installs it)"
    _document, _before, after = issued
    listed = subprocess.run(["pdffonts", after], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert len(listed) >= 4
    # name, type (two words), encoding, emb, sub, uni, object and generation
    assert {tuple(line.split()[-5:-2]) for line in listed} == {("yes", "yes", "yes")}


def test_a_file_without_the_tags_would_be_found(issued: tuple[Document, Path, Path], tmp_path: Path) -> None:
    """The checkers are awake."""
    import pikepdf

    _document, before, _after = issued
    bare = tmp_path / "bare.pdf"
    with pikepdf.open(before) as file:
        del file.Root.StructTreeRoot
        file.save(bare)
    assert found_by_page(bare)
    assert found_by_outloud(bare) - Counter(ALLOWED)
