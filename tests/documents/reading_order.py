"""What a screen reader is told: headings and cells in the order of the document, each once, none torn apart.

The order is that of the tag tree, as poppler reads it; it is compared with that of the filled template.
"""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

TOLD = {"h1", "h2", "h3", "h4", "tr", "th", "td"}
TAG = re.compile(r"(\s*)(\S[^\"]*?)(?: \((?:block|inline)\))?:?$")


class Written(HTMLParser):
    """Headings and cells of a page as (tag, text without white space), in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self.open: list[int] = []
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in TOLD:
            self.found.append([tag, ""])
            self.open.append(len(self.found) - 1)
        self.unread += tag in {"svg", "style"}

    def handle_endtag(self, tag: str) -> None:
        if tag in TOLD:
            self.open.pop()
        self.unread -= tag in {"svg", "style"}

    def handle_data(self, data: str) -> None:
        if self.open and not self.unread:
            self.found[self.open[-1]][1] += "".join(data.split())


def as_written(page: str) -> list[list[str]]:
    """Of the filled template."""
    reader = Written()
    reader.feed(page)
    return reader.found


def spoken(file: Path) -> list[list[str]]:
    """The same of the tag tree. Text of drawings is left out on both sides: their alternative text is told."""
    answer = subprocess.run(["pdfinfo", "-struct-text", str(file)], check=True, capture_output=True, text=True)
    found: list[list[str]] = []
    stack: list[tuple[int, str, int]] = []
    for line in answer.stdout.splitlines():
        depth = len(line) - len(line.lstrip())
        text = line.strip()
        while stack and stack[-1][0] >= depth:
            stack.pop()
        if text.startswith('"'):
            owner = next((place for _depth, _tag, place in reversed(stack) if place >= 0), -1)
            if owner >= 0 and all(tag != "figure" for _depth, tag, _place in stack):
                found[owner][1] += "".join(text[1:-1].split())
            continue
        named = TAG.match(line)
        if named is None or text.startswith("/"):
            continue
        tag = named.group(2).split()[0].lower()
        if tag in TOLD:
            found.append([tag, ""])
        stack.append((depth, tag, len(found) - 1 if tag in TOLD else -1))
    return found


def plain(told: list[list[str]]) -> list[tuple[str, str]]:
    """Without numbers of sections and heads of tables that go on; letters sorted, because poppler gives those of
    scripts from right to left as they stand on the paper.
    """
    rows: list[list[tuple[str, str]]] = [[]]
    for tag, text in told:
        if tag == "tr":
            rows.append([])
        elif tag in {"h1", "h2", "h3", "h4"}:
            rows.append([(tag, "".join(sorted(text.lstrip("0123456789"))))])
        else:
            rows[-1].append((tag, "".join(sorted(text))))
    heads: list[list[tuple[str, str]]] = []
    found: list[tuple[str, str]] = []
    for row in rows:
        is_head = len(row) > 1 and all(tag == "th" for tag, _text in row)
        if not is_head or row not in heads:
            found += row
        if is_head:
            heads.append(row)
    return found
