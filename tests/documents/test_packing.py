"""Streams of a packed file never end in a carriage return, and hold the bytes they held."""

import zlib
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest

from registry.kernel.documents.packing import ENDS_IN_RETURN, _saved, pack
from tests.verifier.running import verifier

LENGTH = "PDFA3A-STREAM-LENGTH-001"


def unpacked(*streams: bytes, title: str = "Title", pages: int = 1) -> bytes:
    written = BytesIO()
    with pikepdf.new() as file:
        for _page in range(pages):
            file.add_blank_page()
        file.docinfo["/Title"] = title
        for number, data in enumerate(streams):
            file.Root[f"/Part{number}"] = file.make_stream(data)
        file.save(written)
    return written.getvalue()


def ending_in_return(text: bytes) -> bytes:
    """`text` with a tail by which its compressed form ends in a carriage return."""
    return next(
        text + bytes([65 + n % 26]) * (n // 26) for n in count() if zlib.compress(
            text + bytes([65 + n % 26]) * (n // 26)
        ).endswith(b"\r")
    )  # fmt: skip


def lengths(content: bytes, tmp_path: Path) -> list[str]:
    (tmp_path / "a.pdf").write_bytes(content)
    report = page.validate_pdf(str(tmp_path / "a.pdf"), profile="3a")
    return [failure.rule_id for failure in report.failures if failure.rule_id == LENGTH]


@pytest.mark.parametrize("text", [b"q Q ", bytes(range(256)), "Prüfung\n".encode() * 50])
def test_a_stream_that_would_end_in_a_return_holds_the_same_in_another_form(text: bytes, tmp_path: Path) -> None:
    data = ending_in_return(text)
    content = unpacked(data, b"another")
    with pikepdf.open(BytesIO(content)) as file:
        assert lengths(_saved(file), tmp_path) == [LENGTH]
    packed = pack(content)
    assert ENDS_IN_RETURN not in packed
    assert lengths(packed, tmp_path) == []
    assert pack(content) == packed
    reader: Any = verifier.Pdf(packed)
    with pikepdf.open(BytesIO(packed)) as file:
        part: Any = file.Root.Part0
        assert part.read_bytes() == data
    assert reader.decoded(reader.get(reader.catalog["Part0"])) == data


def test_streams_made_in_saving_do_not_end_so_either(tmp_path: Path) -> None:
    for number in count():
        content = unpacked(title=f"Title {number}", pages=4)
        with pikepdf.open(BytesIO(content)) as file:
            if ENDS_IN_RETURN in _saved(file):
                break
    packed = pack(content)
    assert lengths(packed, tmp_path) == []
    with pikepdf.open(BytesIO(packed)) as file:
        assert len(file.pages) == 4
        assert str(file.docinfo["/Title"]) == f"Title {number}"
