"""Bytes to text, or a refusal: a guess that turns names into gibberish is worse than a question."""

import codecs
import re

from django.utils.translation import gettext as _

from registry.sheets.problems import Problem, SheetRefused, warning
from registry.sheets.words import without_controls

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")
_MAX_CONTROL_SHARE = 0.01
_FEW_CONTROLS = 8
# A Western text seldom has one letter in five outside ASCII; Cyrillic or Greek taken for Windows-1252 has nearly all.
_MAX_FOREIGN_SHARE = 0.2
_ENOUGH_LETTERS = 40
_SAMPLE = 1_000_000
_LONGEST_CHARACTER = 4


def decode(data: bytes) -> tuple[str, str, list[Problem]]:
    """Text, the name of its encoding, and what had to be cleaned."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text, problems = _decode_marked(data, encoding)
            break
    else:
        _refuse_binary(data)
        text, encoding, problems = _decode_unmarked(data)
    text, removed = without_controls(text)
    if removed:
        message = _("%(count)d control characters that cannot be shown were removed.") % {"count": removed}
        problems.append(warning(None, "", message, code="CONTROLS_REMOVED"))
    return text, encoding, problems


def _decode_marked(data: bytes, encoding: str) -> tuple[str, list[Problem]]:
    try:
        return data.decode(encoding), []
    except UnicodeDecodeError as failure:
        if len(data) - failure.start < _LONGEST_CHARACTER:
            return data[: failure.start].decode(encoding), [_cut_off()]
        raise SheetRefused(
            _("The file says it is %(encoding)s text, but from byte %(place)d on it is not. Save it again as UTF-8.")
            % {"encoding": encoding.removesuffix("-sig").upper(), "place": failure.start + 1}
        ) from failure


def _decode_unmarked(data: bytes) -> tuple[str, str, list[Problem]]:
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError as failure:
        lenient = data.decode("utf-8", errors="replace")
        broken = lenient.count("\ufffd")
        sound = sum(1 for character in lenient if character > "\x7f") - broken
        # "unexpected end of data" is Python's own name for a character whose last bytes are missing.
        if failure.reason == "unexpected end of data" and sound:
            return data[: failure.start].decode("utf-8"), "utf-8", [_cut_off()]
        if sound > broken:
            raise SheetRefused(
                _(
                    "The file is UTF-8 text except on line %(line)d, where another encoding is mixed in. "
                    "Save it again as UTF-8."
                )
                % {"line": data.count(b"\n", 0, failure.start) + 1}
            ) from failure
    return _decode_windows(data), "cp1252", []


def _decode_windows(data: bytes) -> str:
    refusal = _("The text is neither UTF-8 nor Western European (Windows-1252). Save the file as “CSV UTF-8”.")
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as failure:
        raise SheetRefused(refusal) from failure
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    foreign = sum(1 for character in sample if character > "\xbf" and character.isalpha())
    if letters >= _ENOUGH_LETTERS and foreign > letters * _MAX_FOREIGN_SHARE:
        raise SheetRefused(refusal)
    return text


def _refuse_binary(data: bytes) -> None:
    controls = len(_CONTROLS.findall(data))
    if controls > max(_FEW_CONTROLS, len(data) * _MAX_CONTROL_SHARE):
        raise SheetRefused(_("This is not a text file. Send a CSV file saved as UTF-8, or an Excel workbook (.xlsx)."))


def _cut_off() -> Problem:
    message = _("The file ends in the middle of a character: its end is missing.")
    return warning(None, "", message, code="FILE_CUT_OFF")
