"""The text of a cell to the value of a field. Every reader is total, and says what it could not take as it stood."""

import json
import re
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr

from django.utils.translation import gettext as _

from registry.sheets.dates import read_date
from registry.sheets.fields import FIELDS, Kind, field_of
from registry.sheets.problems import Severity
from registry.sheets.rules import ColumnMapping, Combine, Rule
from registry.sheets.words import excerpt, fold, single_line

_SEPARATORS = re.compile(r"[;,\n|]+")
_ADDRESS = re.compile(r"[^@\s<>\"(),:;]+@[^@\s<>\"(),:;.]+(?:\.[^@\s<>\"(),:;.]+)+")


@dataclass(frozen=True, slots=True)
class Value:
    """`code` and `message` are empty when the cell was taken as it stood."""

    value: str | date | None
    code: str = ""
    message: str = ""
    severity: Severity = Severity.WARNING


def read_value(rule: Rule, texts: list[str], mapping: ColumnMapping) -> Value:
    """`texts` holds, for each column of the rule that was read, its text or "" for a blank."""
    if rule.kind is Kind.CHOICE:
        return _choice(rule, texts)
    text = "\n\n".join(dict.fromkeys(filter(None, texts)))
    if not text:
        return Value(rule.default)
    if rule.kind is Kind.DATE:
        return _date(text, mapping)
    if rule.kind is Kind.EMAIL:
        return _email(text)
    if rule.kind is Kind.TAGS:
        text = "; ".join(dict.fromkeys(rule.answers.get(fold(tag), tag) for tag in _tags(text)))
    elif rule.kind is Kind.NAME:
        text = single_line(text)
    return _fitting(rule, rule.answers.get(fold(text), text) if rule.answers else text)


def _choice(rule: Rule, texts: list[str]) -> Value:
    read = [_answer(rule, text) for text in texts]
    if rule.combine is not Combine.ANY:
        return read[0] if read else _answer(rule, "")
    answers = {value.value for value in read}
    doubt = next((value for value in read if value.code), Value(None))
    symbol = "YES" if "YES" in answers else "NO" if answers == {"NO"} else rule.default
    return Value(symbol, doubt.code, doubt.message)


def _answer(rule: Rule, text: str) -> Value:
    folded = fold(text)
    symbol = rule.answers.get(folded)
    if symbol is not None and folded not in rule.doubtful:
        return Value(symbol)
    if symbol is not None:
        message = _("“%(text)s” is taken to mean %(symbol)s; check whether it does.")
        return Value(symbol, "ANSWER_DOUBTFUL", message % {"text": excerpt(text), "symbol": symbol})
    label = field_of(rule.field).label
    if text:
        message = _("“%(text)s” is not a known answer for “%(label)s”; %(symbol)s is recorded.")
        words = {"text": excerpt(text), "label": label, "symbol": rule.default or _("nothing")}
        return Value(rule.default, "ANSWER_UNKNOWN", message % words)
    if rule.default in (None, "UNKNOWN"):
        return Value(rule.default)
    message = _("“%(label)s” is blank; %(symbol)s is recorded.") % {"label": label, "symbol": rule.default}
    return Value(rule.default, "ANSWER_BLANK", message)


def _date(text: str, mapping: ColumnMapping) -> Value:
    reading = read_date(text, order=mapping.order, fiscal_start=mapping.fiscal_start)
    if not reading.code:
        return Value(reading.day)
    message = _("“%(text)s”: %(note)s.") % {"text": excerpt(text), "note": reading.note}
    return Value(reading.day, reading.code, message)


def _email(text: str) -> Value:
    address = parseaddr(single_line(text).removeprefix("mailto:"))[1].lower()
    if _ADDRESS.fullmatch(address):
        limit = FIELDS["business_owner_email"].limit
        if limit is None or len(address) <= limit:
            return Value(address)
    return Value(None, "EMAIL_UNREADABLE", _("“%(text)s” is not an e-mail address.") % {"text": excerpt(text)})


def _tags(text: str) -> list[str]:
    """Tags as a list in JSON, as survey tools export them, or with separators between."""
    if text.startswith("["):
        try:
            loaded = json.loads(text)
        except (ValueError, RecursionError):
            loaded = None
        if isinstance(loaded, list) and all(isinstance(tag, str) for tag in loaded):
            return [tag for tag in map(single_line, loaded) if tag]
    return [tag for tag in map(single_line, _SEPARATORS.split(text)) if tag]


def _fitting(rule: Rule, text: str) -> Value:
    if rule.limit is None or len(text) <= rule.limit:
        return Value(text)
    words = {"count": len(text), "limit": rule.limit}
    if rule.shorten:
        short = text[: rule.limit - 1].rstrip() + "…"
        message = _("%(count)d characters are shortened to %(limit)d; the row as it stood keeps them all.") % words
        return Value(short, "TEXT_SHORTENED", message)
    message = _("%(count)d characters are too many; at most %(limit)d fit. Shorten the text in the file.") % words
    return Value(None, "TEXT_TOO_LONG", message, Severity.ERROR)
