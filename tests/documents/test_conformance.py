"""PDF/A-3a and PDF/UA-1 by two independent checkers, before and after signing; and what else can be checked.

Each finding that stands has its reason in ALLOWED or AFTER_SIGNING. Neither checker is the reference one,
veraPDF: docs/reports.md says what that leaves open.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.diff_analysis import ModificationLevel

from registry.kernel.documents.rendering import LEDGER_NAME, RECORD_NAME, fill
from tests.documents.kinds import KINDS, Issued, issued
from tests.documents.reading_order import as_written, plain, spoken
from tests.documents.signing_world import judged

pytestmark = pytest.mark.django_db

ALLOWED = {
    # Addresses are printed as text on purpose: what people typed never becomes a link in a report, and the address
    # to check it at is for paper.
    "LNK-010",
    # The alternative text of a drawn time line is made of its dates and times, that of a bar of label and number:
    # neither reads like a sentence.
    "FIG-012",
    # Where a table goes on, its rows on that page are a table of their own, and the repeated heads are the heads of
    # that table: who comes to such a page must hear what its columns are.
    "PAG-001",
}
AFTER_SIGNING = {
    # The signature shows nothing: its field lies outside every page, where PDF/UA-1 (7.18.1) asks for no tag.
    "FRM-003",
}
SHREDDED = re.compile(r"header cells look shredded: (\d+) header cells against (\d+) data cells")


@pytest.fixture(params=KINDS)
def report(request: pytest.FixtureRequest) -> Issued:
    return issued(request.param)


def unaccounted(file: Path, accounted: set[str]) -> list[str]:
    """What outloud finds beside that."""
    program = Path(sys.executable).with_name("outloud")
    command = [str(program), str(file), "--json", "-", "-q", "--no-info"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    report = json.loads(answer.stdout[answer.stdout.index("{") : answer.stdout.rindex("}") + 1])
    findings: list[dict[str, Any]] = report["results"][0]["findings"]
    assert report["results"][0]["error"] is None
    return [
        f"{finding['rule']}: {finding['message']} {finding.get('evidence')}"
        for finding in findings
        if finding["severity"] != "info"
        and finding["rule"] not in accounted
        and not (finding["rule"] == "TBL-010" and is_whole(finding["message"]))
        and not (finding["rule"] == "TAG-002" and is_margin(finding["evidence"]))
    ]


def is_whole(message: str) -> bool:
    """A table of one or two rows has a head for each column and each row, which are more heads than cells. The checker
    takes them for heads torn to pieces; where the numbers are those of such a table, they are whole.
    """
    found = SHREDDED.match(message)
    heads, cells = map(int, found.groups()) if found else (0, 0)
    return any(rows * (heads - rows - 1) == cells for rows in (1, 2))


def is_margin(evidence: str) -> bool:
    """The running head and foot of a pack are long enough to be taken for prose; they begin with its number."""
    return all(re.match(r"[A-Z]{2}-\d{4}-\d{4} ", line) for line in evidence.split("; "))


def found_by_page(file: Path) -> list[str]:
    """Of every rule of both standards."""
    reports = [page.validate_pdf(str(file), profile=profile) for profile in ("3a", "ua1")]
    assert all(report.rules.total > 100 for report in reports)
    return [f"{failure.rule_id}: {failure.message}" for report in reports for failure in report.failures]


def written(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / "report.pdf").write_bytes(content)
    return tmp_path / "report.pdf"


def test_both_checkers_and_qpdf_find_nothing_that_is_not_accounted_for(report: Issued, tmp_path: Path) -> None:
    for content, accounted in ((report.before, ALLOWED), (report.after, ALLOWED | AFTER_SIGNING)):
        file = written(tmp_path, content)
        assert found_by_page(file) == []
        assert unaccounted(file, accounted) == []
        subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)


def test_the_signature_is_valid_and_nothing_came_after_it(report: Issued) -> None:
    _signer, *above = x509.load_pem_x509_certificates(report.root)
    status = judged(report.after, *above)
    assert status.bottom_line
    assert status.modification_level == ModificationLevel.NONE


def test_another_program_trusts_the_signature_because_of_the_root_it_was_given(tmp_path: Path) -> None:
    report = issued("volume")
    root = tmp_path / "root.pem"
    root.write_bytes(x509.load_pem_x509_certificates(report.root)[-1].public_bytes(Encoding.PEM))
    found = shutil.which("pyhanko", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert found, "pyhanko-cli is missing (requirements/dev.txt names it)"

    def validated(content: bytes) -> subprocess.CompletedProcess[str]:
        file = written(tmp_path, content)
        command: list[str | Path] = [found, "sign", "validate", "--trust-replace", "--trust", root, file]
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)

    good = validated(report.after)
    assert (good.returncode, "INTACT:TRUSTED,UNTOUCHED" in good.stdout) == (0, True), good.stderr
    changed = bytearray(report.after)
    changed[len(report.before) // 2] ^= 1
    assert validated(bytes(changed)).returncode != 0


def test_every_font_is_embedded(report: Issued, tmp_path: Path) -> None:
    assert shutil.which("pdffonts"), "poppler-utils is missing (bin/system browser installs it)"
    command: list[str | Path] = ["pdffonts", written(tmp_path, report.after)]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert len(listed) >= 3
    # name, type (two words), encoding, emb, sub, uni, object and generation
    assert {tuple(line.split()[-5:-2]) for line in listed} == {("yes", "yes", "yes")}


def test_a_file_without_the_tags_would_be_found(tmp_path: Path) -> None:
    """The checkers are awake."""
    bare = tmp_path / "bare.pdf"
    with pikepdf.open(written(tmp_path, issued("summary").before)) as file:
        del file.Root.StructTreeRoot
        file.save(bare)
    assert found_by_page(bare)
    assert unaccounted(bare, ALLOWED)


@pytest.mark.parametrize("kind", ["summary", "dossier", "inventory", "gate"])
def test_headings_and_cells_are_told_in_the_order_they_are_written(kind: str, tmp_path: Path) -> None:
    """The full report and the volumes are built of the same parts, and reading them takes poppler a minute."""
    report = issued(kind)
    inside = report.reader.attachments
    page = fill(
        report.template,
        inside[RECORD_NAME][0],
        number=report.number,
        sha256=report.sha256,
        made_at=report.reader.metadata.creation_date,
        proofs=inside[LEDGER_NAME][0],
        code=report.code,
    )
    assert plain(spoken(written(tmp_path, report.after))) == plain(as_written(page))
