"""The structure tree of a tagged PDF, completed where the renderer leaves it short of PDF/UA-1.

- Every header cell says whether it heads a row or a column (7.5).
- Running heads and feet are pagination artefacts, not content to be read out on every page (7.8).
"""

from collections.abc import Iterator
from typing import Any

import pydyf


def complete(pdf: Any) -> None:
    for cell, section in _header_cells(pdf):
        cell["A"]["Scope"] = "/Column" if section == "/THead" else "/Row"
    root = resolve(pdf, pdf.catalog["StructTreeRoot"])
    _set_pagination_apart(pdf, set(_descendants(pdf, root)), resolve(pdf, root["ParentTree"])["Nums"])


def resolve(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _header_cells(pdf: Any) -> Iterator[tuple[Any, str]]:
    """Each header cell with the kind of table section its row stands in."""
    for candidate in pdf.objects:
        if isinstance(candidate, dict) and candidate.get("S") == "/TH" and "A" in candidate:
            row = resolve(pdf, candidate["P"])
            yield candidate, resolve(pdf, row["P"])["S"]


def _descendants(pdf: Any, root: Any) -> Iterator[bytes]:
    """References of all elements that can be reached from the root; the margins of a page cannot."""
    waiting = list(root["K"])
    while waiting:
        kid = waiting.pop()
        if isinstance(kid, bytes):
            yield kid
            waiting.extend(resolve(pdf, kid).get("K", ()))


def _set_pagination_apart(pdf: Any, reachable: set[bytes], parents: Any) -> None:
    """`parents` alternates keys and values; the value of a page lists the element of each marked piece."""
    for number, reference in enumerate(pdf.page_references):
        elements = parents[2 * number + 1]
        margin = {piece for piece, element in enumerate(elements) if element not in reachable}
        _unmark(resolve(pdf, resolve(pdf, reference)["Contents"]).stream, margin)
        parents[2 * number + 1] = pydyf.Array(
            "null" if piece in margin else element for piece, element in enumerate(elements)
        )


def _unmark(operations: list[Any], margin: set[int]) -> None:
    """A marked piece begins with three operations: its tag, its properties with its number, and BDC."""
    for place, operation in enumerate(operations):
        if isinstance(operation, dict) and operation.get("MCID") in margin:
            operations[place - 1] = "/Artifact"
            operations[place] = pydyf.Dictionary({"Type": "/Pagination"})
