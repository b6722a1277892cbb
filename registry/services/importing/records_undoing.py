"""Undoing an import of records other than workflows, through the same services, with the same refusals."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import ChangeSet, ImportRow, User
from registry.services.exchange import KINDS, Given, RecordKind
from registry.services.exchange.columns import typed
from registry.services.exchange.kinds import same
from registry.services.importing.applying import unit_of
from registry.services.importing.attachments import attached_to
from registry.services.importing.plans import Outcome
from registry.services.importing.undo_words import UndoRefused
from registry.services.readiness import judged_together


@dataclass(frozen=True)
class Back:
    """A row that stands, its record as it is now, and why it cannot go back where it cannot."""

    row: ImportRow
    record: Any
    clash: str = ""


def clashes_of_records(change_set: ChangeSet) -> list[str]:
    return [back.clash for back in _way_back(change_set) if back.clash]


def undo_records(change_set: ChangeSet, *, by: User, at: datetime, reason: str, leave_out_clashes: bool) -> list[int]:
    """Within `undoing.undo`: numbers of the rows that are left as they are.

    What a service refuses to put back is a clash too.
    """
    kind, ways = KINDS[change_set.of], list(_way_back(change_set))
    people = _named(kind, ways)
    clashes, left_out = [], []
    with judged_together(at=at):
        for back in reversed(ways):
            if clash := back.clash or _put_back(kind, back, people, by=by, at=at, reason=reason):
                clashes.append(clash)
                left_out.append(back.row.row_number)
        if clashes and (not leave_out_clashes or len(clashes) == len(ways)):
            raise UndoRefused(clashes[::-1])
    return sorted(left_out)


def _way_back(change_set: ChangeSet) -> Iterator[Back]:
    """The rows that created or changed something and whose record is still here, in the order of the file."""
    kind = KINDS[change_set.of]
    rows = list(change_set.rows.filter(outcome__in=[Outcome.CREATED, Outcome.CHANGED]).order_by("row_number"))
    numbers = [row.record_id for row in rows if row.record_id is not None]
    records = {record.pk: record for record in kind.rows(_asker(change_set)).filter(pk__in=numbers)}
    made = [row.record_id for row in rows if row.outcome == Outcome.CREATED and row.record_id in records]
    held = _held(kind, made)
    touched = _touched(kind, made, unit_of(change_set))
    for row in rows:
        if record := records.get(row.record_id or 0):
            yield Back(row, record, _clash(kind, row, record, held, touched))


def _asker(change_set: ChangeSet) -> User:
    return change_set.applied_by or change_set.asked_by


def _named(kind: RecordKind, ways: Iterable[Back]) -> dict[str, User]:
    """Whoever the rows name from before, also those who left since, by address."""
    addresses = {a for back in ways for column in kind.of_people for a in column.addresses(back.row.before)}
    return {person.email.lower(): person for person in User.objects.filter(email__in=addresses)}


def _held(kind: RecordKind, numbers: list[int | None]) -> dict[int, dict[str, int]]:
    own = {str(part._meta.verbose_name) for part in kind.own_parts}
    found = attached_to(kind.model, [n for n in numbers if n is not None])
    kept = {pk: {name: n for name, n in things.items() if name not in own} for pk, things in found.items()}
    return {pk: things for pk, things in kept.items() if things}


def _touched(kind: RecordKind, numbers: list[int | None], unit: str) -> set[int]:
    """Which of those that the import made were changed by something else since."""
    history: Any = kind.model.history.model  # type: ignore[attr-defined]
    rows = history.objects.filter(id__in=numbers, history_type="~").exclude(history_unit_id=unit)
    return set(rows.values_list("id", flat=True))


def _clash(kind: RecordKind, row: ImportRow, record: Any, held: dict[int, dict[str, int]], touched: set[int]) -> str:
    if row.outcome == Outcome.CREATED:
        if record.pk in held:
            things = ", ".join(f"{name} × {number}" for name, number in sorted(held[record.pk].items()))
            return _("%(name)s has something attached to it: %(things)s.") % {"name": row.record_name, "things": things}
        if record.pk in touched:
            return _("%(name)s was changed after the import.") % {"name": row.record_name}
        return ""
    now = kind.plain(record)
    moved = [str(kind.incoming[name].label) for name, value in row.after.items() if not same(now[name], value)]
    if not moved:
        return ""
    words = {"name": row.record_name, "fields": ", ".join(moved)}
    return _("%(name)s was changed after the import: %(fields)s.") % words


def _put_back(kind: RecordKind, back: Back, people: dict[str, User], *, by: User, at: datetime, reason: str) -> str:
    """Empty where it went back, else why it did not."""
    try:
        values = {name: typed(kind.incoming[name], value, people) for name, value in back.row.before.items()}
        given = Given(values, by, at, reason)
        with transaction.atomic():
            if back.row.outcome == Outcome.CREATED and kind.take_back is not None:
                kind.take_back(back.record, given)
            else:
                kind.edit(back.record, given)
    except (ValidationError, Refused, Conflict) as refused:
        told = " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
        return f"{back.row.record_name}: {told}"
    return ""
