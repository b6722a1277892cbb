"""A change-set and its rows on record: which workflows, what before, what after."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.custom_values import person_of
from registry.kernel.audit.context import acting
from registry.kernel.audit.inserting import insert_all
from registry.models import ChangeSet, CustomField, ImportRow, User, Workflow
from registry.services.changing.planning import Line
from registry.services.importing.directory import Directory
from registry.services.importing.plans import stored
from registry.services.importing.targets import held, label, own_key, revived, shown

Outcome = ImportRow.Outcome


def begin(
    *,
    by: User,
    at: datetime,
    reason: str,
    kind: str,
    title: str,
    rows: int,
    undoes: ChangeSet | None = None,
    of: str = "",
) -> ChangeSet:
    """A change-set that is applied as it comes into being."""
    with acting(user_id=by.pk, reason=reason):
        return ChangeSet.objects.create(
            kind=kind, of=of, title=title[:200], reason=reason, undoes=undoes, status=ChangeSet.Status.APPLIED,
            counts={"rows": rows}, asked_by=by, asked_at=at, applied_by=by, applied_at=at,
        )  # fmt: skip


def keep_lines(change_set: ChangeSet, lines: Sequence[Line]) -> None:
    rows = [
        ImportRow(
            change_set=change_set,
            row_number=number,
            original={},
            outcome=Outcome.CHANGED,
            workflow=line.workflow,
            workflow_reference=line.workflow.reference,
            before={name: stored(before) for name, (before, _after) in line.changes.items()},
            after={name: stored(after) for name, (_before, after) in line.changes.items()},
        )
        for number, line in enumerate(lines, 1)
    ]
    if rows:
        insert_all(rows, with_keys=False)


def title_of(lines: Sequence[Line]) -> str:
    """“Next review, Tags of 12 workflows”."""
    names = Counter(name for line in lines for name in line.changes)
    words = {
        "fields": ", ".join(labels(list(names)).values()),
        "n": len(lines),
    }
    return ngettext("%(fields)s of %(n)d workflow", "%(fields)s of %(n)d workflows", len(lines)) % words


def labels(names: Sequence[str]) -> dict[str, str]:
    """Name of a changed field → what people call it; custom fields by the name they have now."""
    keys = [own_key(name) for name in names if own_key(name)]
    own = dict(CustomField.objects.filter(key__in=keys).values_list("key", "name")) if keys else {}
    return {name: own.get(own_key(name)) or label(name) for name in names}


def told(rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> list[list[tuple[str, str, str]]]:
    """For each pair of stored before and after: field, old and new in words."""
    names = labels(list(dict.fromkeys(name for _before, after in rows for name in after)))
    people = _people(rows)
    return [
        [
            (names[name], _words(name, before.get(name), people), _words(name, value, people))
            for name, value in after.items()
        ]
        for before, after in rows
    ]


def _words(name: str, value: Any, people: Mapping[int, str]) -> str:
    said = revived(name, value)
    return date_format(said, "j M Y") if isinstance(said, date) else shown(name, value, people)


def _people(rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[int, str]:
    values = (value for pair in rows for part in pair for name, value in part.items() if own_key(name))
    numbers = {number for number in map(person_of, values) if number}
    return dict(User.objects.filter(pk__in=numbers).values_list("pk", "name")) if numbers else {}


def words_of(lines: Sequence[Line]) -> list[list[tuple[str, str, str]]]:
    """The same of lines that are not kept yet."""
    pairs = [
        (
            {name: stored(before) for name, (before, _after) in line.changes.items()},
            {name: stored(after) for name, (_before, after) in line.changes.items()},
        )
        for line in lines
    ]
    return told(pairs)


def now_in_words(rows: Sequence[Workflow], name: str) -> list[str]:
    """What each of `rows` holds in one field."""
    directory = Directory()
    stands = [{name: stored(held(row, name, directory))} for row in rows]
    people = _people([(stand, {}) for stand in stands])
    return [_words(name, stand[name], people) for stand in stands]


def undone_title(change_set: ChangeSet) -> str:
    return _("Undone: %(title)s") % {"title": change_set.title}
