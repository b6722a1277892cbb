"""Values of custom fields: what a field of each kind takes, how it is stored, how people read it. Pure.

Stored, as JSON: a text, choice or link as a string, a number as a number, a day as `2026-11-02`, a person as
`{"person": 12}`, which says what it is wherever it turns up in the history.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.labelled import Labelled

PREFIX: Final = "field."
"""Before the key, wherever custom fields stand among others: filters, columns, tokens, mappings, errors."""
KEY: Final = re.compile(r"(?!.*__)[a-z][a-z0-9_]{0,29}", re.ASCII)
"""Without two underscores side by side: between two, database lookups name steps into a value."""
PERSON: Final = "person"
UNSET: Final = "none"
"""As a filter: the field has no value. No choice may be called so."""
LONGEST: Final = 1000
"""Characters of a text."""
LONGEST_LINK: Final = 500
LARGEST: Final = Decimal(10) ** 12
"""Numbers stay below: with four places after the point, a floating number still holds them exactly."""
PLACES: Final = 4
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)

Stored = str | int | float | dict[str, int]


class FieldKind(Labelled):
    TEXT = "TEXT", gettext_lazy("Text")
    NUMBER = "NUMBER", gettext_lazy("Number")
    DATE = "DATE", gettext_lazy("Date")
    CHOICE = "CHOICE", gettext_lazy("Choice")
    PERSON = "PERSON", gettext_lazy("Person")
    LINK = "LINK", gettext_lazy("Link")


class NotAValue(ValueError):
    """The sentence says what the field takes."""


def read(kind: str, given: Any, choices: Sequence[str] = ()) -> Stored | None:
    """`given` as it is stored, None for nothing; raises `NotAValue`. Total: anything JSON can hold may be given."""
    if isinstance(given, str):
        given = given.strip()
    if given is None or given == "":
        return None
    return _READERS[FieldKind(kind)](given, choices)


def shown(value: Any, people: Mapping[int, str] | None = None) -> str:
    """A stored value as people read it."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return (people or {}).get(person_of(value) or 0, f"#{person_of(value)}")
    return f"{Decimal(repr(value)):f}" if isinstance(value, float) else str(value)


def person_of(value: Any) -> int | None:
    """The number of the person in a stored value, if it is one."""
    return value.get(PERSON) if isinstance(value, dict) else None


def plain(value: Any) -> Any:
    """As programs read and send it: a person by number."""
    return person_of(value) if isinstance(value, dict) else value


def key_for(name: str) -> str:
    """A key made of the letters of a name; may be taken, and empty where no letter fits."""
    words = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    return (words if words[:1].isalpha() else f"f_{words}" if words else "")[:30].strip("_")


def _text(given: Any, _choices: Sequence[str]) -> Stored:
    if not isinstance(given, str) or "\x00" in given:
        raise NotAValue(_("Enter a text."))
    if len(given) > LONGEST:
        raise NotAValue(_("At most %(limit)d characters.") % {"limit": LONGEST})
    return given


def _number(given: Any, _choices: Sequence[str]) -> Stored:
    try:
        if isinstance(given, bool):
            raise InvalidOperation
        number = Decimal(str(given).replace("\xa0", "").replace(" ", ""))
    except InvalidOperation:
        raise NotAValue(_("Enter a number such as 1200 or 0.5.")) from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise NotAValue(_("Enter a number below one million million."))
    if number != round(number, PLACES):
        raise NotAValue(_("At most %(places)d places after the point.") % {"places": PLACES})
    return int(number) if number == number.to_integral_value() else float(number)


def _date(given: Any, _choices: Sequence[str]) -> Stored:
    try:
        day = given if isinstance(given, date) else date.fromisoformat(given)
    except (TypeError, ValueError):
        raise NotAValue(_("Enter a day such as 2026-11-02.")) from None
    day = date(day.year, day.month, day.day)
    if not EARLIEST <= day < LATEST:
        raise NotAValue(_("This date cannot be right."))
    return day.isoformat()


def _choice(given: Any, choices: Sequence[str]) -> Stored:
    known = {choice.casefold(): choice for choice in choices}
    found = known.get(given.casefold()) if isinstance(given, str) else None
    if found is None:
        raise NotAValue(_("Choose one of: %(choices)s.") % {"choices": ", ".join(choices)})
    return found


def _person(given: Any, _choices: Sequence[str]) -> Stored:
    number = given.get(PERSON) if isinstance(given, dict) else given
    if isinstance(number, str) and number.isascii() and number.isdigit() and len(number) < 19:
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**63:
        raise NotAValue(_("Name a person by their number."))
    return {PERSON: number}


def _link(given: Any, _choices: Sequence[str]) -> Stored:
    wrong = NotAValue(_("Enter an address that begins with https:// or http://."))
    if not isinstance(given, str) or any(letter.isspace() or not letter.isprintable() for letter in given):
        raise wrong
    try:
        parts = urlsplit(given)
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise wrong
    if len(given) > LONGEST_LINK:
        raise NotAValue(_("At most %(limit)d characters.") % {"limit": LONGEST_LINK})
    return given


_READERS: Final[Mapping[FieldKind, Callable[[Any, Sequence[str]], Stored]]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.PERSON: _person,
    FieldKind.LINK: _link,
}
