"""Which incident a record belongs to, or belonged to before it was deleted, asked for many records at once."""

from collections.abc import Callable, Collection, Mapping

from incidents.models import Evidence, IncidentLink
from incidents.reports.incident_history import BELOW, ONE_BY_ONE, label_of
from incidents.reports.incident_parts import OF_PIECES
from registry.kernel.audit.belonging import Rows, past

Owners = Callable[[Collection[int]], Rows]
"""Numbers of one kind of record → a query of the numbers of their incidents."""
INCIDENT = "incidents.incident"
_owners: dict[str, Owners] = {}


def declare(label: str, owners: Owners) -> None:
    """Said once for each kind of record, when its application starts."""
    _owners[label] = owners


def declare_own() -> None:
    for model in (*BELOW, *ONE_BY_ONE):
        declare(label_of(model), _of_part(model))
    for about, field in OF_PIECES.items():
        declare(label_of(about), _of_piece(about, field))
    declare(label_of(IncidentLink), _of_link)


def incidents_of(parts: Mapping[str, Collection[str]]) -> set[int]:
    """The incidents that these records are or belong to, in one statement at most."""
    found = {int(number) for number in parts.get(INCIDENT, ())}
    asked = [_owners[kind]([int(number) for number in numbers]) for kind, numbers in parts.items() if kind in _owners]
    if asked:
        found |= {row[0] for row in asked[0].union(*asked[1:]) if row[0] is not None}
    return found


def _of_part(model: type) -> Owners:
    return lambda numbers: past(model, id__in=numbers).order_by().values_list("incident_id")


def _of_piece(model: type, field: str) -> Owners:
    """Of what is about one piece of evidence, whose number stands in `field`."""

    def owners(numbers: Collection[int]) -> Rows:
        pieces = past(model, id__in=numbers).order_by().values(field)
        return past(Evidence, id__in=pieces).order_by().values_list("incident_id")

    return owners


def _of_link(numbers: Collection[int]) -> Rows:
    """Of the two the one it was made in."""
    return past(IncidentLink, id__in=numbers).order_by().values_list("source_id")
