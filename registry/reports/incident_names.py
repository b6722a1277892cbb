"""How a restriction names the incident it belongs to: no more openly than that may be named now, also in the past."""

from collections.abc import Iterable

from registry.kernel.audit.asof import moment, present
from registry.kernel.audit.reading import Entry
from registry.models import Restriction
from registry.models.restrictions import Source

LABEL = Restriction._meta.label_lower


def named_now(restrictions: Iterable[Restriction]) -> list[Restriction]:
    """The same, which may have been read as of an earlier moment, with the words that they carry now."""
    found = list(restrictions)
    if moment() is not None:
        words = _words(each.pk for each in found)
        for each in found:
            each.incident_reference, each.reason = words.get(each.pk, ("", ""))
    return found


def told_now(entries: Iterable[Entry]) -> list[Entry]:
    """Lines of a history; those of restrictions of incidents with the reason that they carry now."""
    found = list(entries)
    numbers = {int(each.object_id) for each in found if each.object_type == LABEL}
    if not numbers:
        return found
    words = _words(numbers, source__in=[Source.INCIDENT, Source.DRILL])
    return [_told(each, words) if each.object_type == LABEL else each for each in found]


def _told(entry: Entry, words: dict[int, tuple[str, str]]) -> Entry:
    known = words.get(int(entry.object_id))
    return entry if known is None else Entry(**{**entry.__dict__, "reason": known[1]})


def _words(numbers: Iterable[int], **conditions: object) -> dict[int, tuple[str, str]]:
    with present():
        rows = Restriction.objects.filter(pk__in=list(numbers), **conditions)
        return {each.pk: (each.incident_reference, each.reason) for each in rows.only("incident_reference", "reason")}
