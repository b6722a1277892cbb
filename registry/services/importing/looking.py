"""What stands in the columns of a file: enough of it to decide what they mean."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from registry.sheets import Sheet
from registry.sheets.words import excerpt, fold, is_filler

SAMPLES = 3
MOST_ANSWERS = 40


@dataclass(frozen=True)
class Answer:
    """One of the distinct texts of a column; spellings that differ in case and punctuation only are one."""

    text: str
    count: int


def samples(sheet: Sheet) -> dict[str, list[str]]:
    """For each column the first few different texts that say something."""
    found: dict[str, list[str]] = {column: [] for column in sheet.columns}
    open_columns = set(range(len(sheet.columns)))
    for row in sheet.rows:
        for index in list(open_columns):
            text = row.values[index]
            seen = found[sheet.columns[index]]
            if is_filler(text) or excerpt(text) in seen:
                continue
            seen.append(excerpt(text))
            if len(seen) == SAMPLES:
                open_columns.discard(index)
        if not open_columns:
            break
    return found


def answers(sheet: Sheet, columns: Sequence[str]) -> tuple[list[Answer], int]:
    """The distinct texts of these columns, the most frequent first, and how many rarer ones are left out."""
    places = [sheet.columns.index(column) for column in columns if column in sheet.columns]
    counts: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for row in sheet.rows:
        for place in places:
            text = row.values[place].strip()
            if not is_filler(text):
                counts[fold(text)] += 1
                spelling.setdefault(fold(text), text)
    found = [Answer(spelling[folded], count) for folded, count in counts.most_common(MOST_ANSWERS)]
    return found, len(counts) - len(found)
