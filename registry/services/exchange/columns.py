"""Columns of records that leave as files and come back: one value, three ways of writing it.

A value is compared and kept as text that is the same wherever it came from (`plain`), written into a file so that
people read it (`cell`), and handed to a service as what the model takes (`typed`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.models import User
from registry.sheets.fields import Field, Kind
from registry.sheets.words import fold, single_line, without_controls

Plain = str | list[str]
"""Days and moments in ISO 8601, numbers without needless zeros, choices as their symbols; empty for nothing."""
YES_NO = {"TRUE": ("yes", "y", "1", "ja", "oui"), "FALSE": ("no", "n", "0", "nein", "non")}
_SAID = (("TRUE", gettext_lazy("Yes")), ("FALSE", gettext_lazy("No")))
_EXACT_DIGITS = 15
"""Of a number in a workbook; more would be rounded."""


@dataclass(frozen=True)
class Column:
    """`get` reads the value from a record. What is only `shown` goes out and is not read when it comes back.

    Columns of the key together say which record a row is about; what is `required` must not be blank.
    """

    name: str
    label: Any
    get: Callable[[Any], Any]
    kind: Kind = Kind.NAME
    choices: Sequence[tuple[str, Any]] = ()
    headings: tuple[str, ...] = ()
    is_key: bool = False
    is_required: bool = False
    is_shown_only: bool = False
    is_whole: bool = False
    names_people: bool = False
    """A list of addresses; what names one person is of the kind EMAIL."""
    tidy: Callable[[str], str] = field(default=lambda text: text)
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Further words for the symbols of a choice."""
    reads: Callable[[str], Any] | None = None
    """What a service takes of the text; a ValueError says in words what is wrong with it."""

    @property
    def target(self) -> Field:
        """As a mapping sees it, recognised by its name and by its label."""
        words = {symbol: (str(label), *self.spellings.get(symbol, ())) for symbol, label in self.choices}
        headings = tuple(dict.fromkeys((fold(str(self.label)), fold(self.name), *self.headings)))
        return Field(self.label, self.kind, headings, spellings=words, is_needed=self.is_key)

    def plain(self, record: Any) -> Plain:
        return as_plain(self.get(record), self.kind)

    def cell(self, record: Any) -> object:
        """For people: labels instead of symbols, lists in one cell."""
        value = self.get(record)
        if isinstance(value, list):
            return ", ".join(self.word(str(part)) for part in value)
        if isinstance(value, Decimal):
            return value.normalize() if len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS else f"{value:f}"
        if self.choices and isinstance(value, str):
            return self.word(value)
        if isinstance(value, datetime):
            return _moment(value) if self.is_shown_only else as_plain(value, self.kind)
        return value

    def addresses(self, values: Mapping[str, Plain]) -> list[str]:
        """Whom the values name in this column, which is one of people."""
        value = values.get(self.name) or []
        return [value] if isinstance(value, str) else value

    def word(self, symbol: str) -> str:
        return str(dict(self.choices).get(symbol, symbol))

    def shown(self, value: Any) -> str:
        """A plain value as people read it."""
        return ", ".join(map(self.word, value)) if isinstance(value, list) else self.word(str(value or ""))


def yes_no(name: str, label: Any, get: Callable[[Any], bool], **more: Any) -> Column:
    return Column(name, label, get, Kind.CHOICE, _SAID, spellings=YES_NO, **more)


def person(name: str, label: Any, get: Callable[[Any], User | None], **more: Any) -> Column:
    """Named by their address; two people may have one name."""

    def address(record: Any) -> str:
        found = get(record)
        return found.email if found else ""

    return Column(name, label, address, Kind.EMAIL, **more)


def as_plain(value: Any, kind: Kind) -> Plain:
    if value is None:
        return ""
    if isinstance(value, list):
        return [str(part) for part in value]
    if isinstance(value, str):
        return _tidied(value, kind)
    return _written(value)


def _tidied(value: str, kind: Kind) -> str:
    text = without_controls(value.replace("\r\n", "\n").replace("\r", "\n"))[0].strip()
    if kind is Kind.TEXT:
        return text
    return single_line(text).lower() if kind is Kind.EMAIL else single_line(text)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(value)


def typed(column: Column, value: Plain, people: Mapping[str, User]) -> Any:
    """What a service takes. Raises ValidationError for an address that is not in `people`."""
    if isinstance(value, list):
        return [_known(part, column, people) for part in value] if column.names_people else value
    if column.reads is not None:
        return _read(column, column.reads, value)
    if column.spellings is YES_NO:
        return value == "TRUE"
    if column.kind in _TYPES:
        return _TYPES[column.kind](value, column, people) if value else None
    return value


def _read(column: Column, reader: Callable[[str], Any], value: str) -> Any:
    try:
        return reader(value)
    except ValueError as wrong:
        raise ValidationError({column.name: str(wrong)}) from None


def _known(address: str, column: Column, people: Mapping[str, User]) -> User:
    if address not in people:
        raise ValidationError({column.name: nobody(address)})
    return people[address]


_TYPES: Mapping[Kind, Callable[[str, Column, Mapping[str, User]], Any]] = {
    Kind.EMAIL: _known,
    Kind.DATE: lambda value, _column, _people: date.fromisoformat(value),
    Kind.MOMENT: lambda value, _column, _people: datetime.fromisoformat(value),
    Kind.NUMBER: lambda value, column, _people: int(value) if column.is_whole else Decimal(value),
}


def _moment(value: datetime) -> datetime:
    """As a workbook takes it: without a zone."""
    return timezone.localtime(value).replace(tzinfo=None, microsecond=0)


def nobody(address: str) -> str:
    return _("Nobody who is active here has the address “%(address)s”.") % {"address": address[:100]}
