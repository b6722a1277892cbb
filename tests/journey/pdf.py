"""What a PDF says."""

from pathlib import Path

from pypdf import PdfReader


def words_of(pdf: Path) -> str:
    """All text without white space, because lines break anywhere."""
    return squeezed(" ".join(page.extract_text() for page in PdfReader(pdf).pages))


def is_in(wanted: str, words: str) -> bool:
    return squeezed(wanted) in words


def squeezed(text: str) -> str:
    return "".join(text.replace("\u00ad", "").split())
