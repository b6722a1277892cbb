"""Lists that fall, with what has no value last: read by the indexes there are, in which such rows come first.

An index of its own in that order for each column would be paid for by every change. Instead those with a value are
read backwards, those without are read beside them, and of both no more than the page needs.
"""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from registry.kernel.audit.asof import moment

COLUMNS = {
    "tier": "tier",
    "ready": "unready",
    "gaps": "gaps_missing",
    "drift": "drift",
    "attestation": "attestation_due_date",
    "attested": "attested_at",
    "review": "next_review_date",
}
"""Sort → column of the row itself that may be without a value; no tier is an empty word."""


def falls(sort: str) -> bool:
    """Of the past, the columns are worked out, and no index helps."""
    return sort.startswith("-") and sort[1:] in COLUMNS and moment() is None


def keys(rows: QuerySet[Any], sort: str, first: int, size: int) -> RawSQL | list[int]:
    """The numbers of the rows of a page, for a `sort` that `falls`; to be used with `pk__in`."""
    column = COLUMNS[sort[1:]]
    lacks = Q(tier="") if column == "tier" else Q(**{f"{column}__isnull": True})
    both, given = [], []
    for number, (part, order) in enumerate(((~lacks, (F(column).desc(), "-pk")), (lacks, ("-pk",)))):
        found = rows.filter(part).annotate(lacks=Value(number), place=F(column)).order_by(*order)
        try:
            sql, params = found.values("pk", "lacks", "place")[: first + size].query.sql_with_params()
        except EmptyResultSet:
            return []
        both.append(f"({sql})")
        given += params
    union = " UNION ALL ".join(both)
    return RawSQL(  # noqa: S611 - the statement is made of two of the ORM
        f"SELECT pk FROM ({union}) AS both_parts ORDER BY lacks, place DESC, pk DESC LIMIT %s OFFSET %s",  # noqa: S608
        [*given, size, first],
    )
