"""The record as it was known at a moment: the newest history row of each record, its deletion included.

Inside `as_known(at, …)` every SELECT reads the named tables as they stood at `at`: each statement begins with a
common table expression of the same name as the table, made from its history. So pages, filters, reports and the
API say about the past what they said then, with the code they run today, and nothing there can be written.

A row belongs to the past when it is the newest of its record by `history_id` among those dated until `at`: a clock
that was set back changes dates, never the order. Filters apply to that row alone, so a row that once matched and
later did not is not found. Tables that are not named are read as they are now; people are never named, so that
names, roles and erasures are today's. Append-only tables without history take part with a date of their own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import Min, QuerySet
from django.utils import timezone

from registry.kernel.audit.spans import listed_by, table_of

Params = tuple[Any, ...]
Model = type[models.Model]
READS = ("SELECT", "(SELEC")
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCA", "MERGE ", "COPY ")


class PastIsReadOnly(RuntimeError):
    """A program error: something tried to write while it was reading the past."""


@dataclass(frozen=True)
class Part:
    """A table as a common table expression of the same name."""

    table: str
    sql: str
    params: Params
    needs: str = ""
    """Name of the expression that says which rows may be seen now; empty where all may."""
    is_log: bool = False


@dataclass(frozen=True)
class Past:
    at: datetime
    parts: tuple[Part, ...]
    allowed: Mapping[str, tuple[str, Params]]
    limited: frozenset[str]
    """Labels of the models of which only what may be seen now is in the past."""

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        verb = sql.lstrip()[:6].upper()
        if _reading.get() is not self or not verb.startswith((*READS, *WRITES)):
            return execute(sql, params, many, context)
        named = [part for part in self.parts if f'"{part.table}"' in sql]
        if not named:
            return execute(sql, params, many, context)
        if verb.startswith(WRITES):
            refuse_to_write(named, sql)
            return execute(sql, params, many, context)
        opening, given = self._opening(named)
        if params is None:
            sql = sql.replace("%", "%%")
        return execute(opening + sql, (*given, *(params or ())), many, context)

    def _opening(self, named: Sequence[Part]) -> tuple[str, Params]:
        wanted = dict.fromkeys(part.needs for part in named if part.needs)
        pieces = [(name, *self.allowed[name]) for name in wanted]
        pieces += [(part.table, part.sql, part.params) for part in named]
        text = ", ".join(f'"{name}" AS NOT MATERIALIZED ({sql})' for name, sql, _params in pieces)
        return f"WITH {text} ", tuple(value for _name, _sql, params in pieces for value in params)


def refuse_to_write(named: Sequence[Part], sql: str) -> None:
    """Nothing of the past is written; that somebody read it may be noted in a log."""
    if not all(part.is_log for part in named):
        raise PastIsReadOnly(sql[:80])


_reading: ContextVar[Past | None] = ContextVar("reading_the_past", default=None)


@contextmanager
def as_known(
    at: datetime,
    kinds: Iterable[Model],
    *,
    logs: Mapping[Model, str] | None = None,
    only: Mapping[Model, QuerySet[Any]] | None = None,
) -> Iterator[None]:
    """Read `kinds` as they were known at `at`; `logs` names append-only tables with the column that dates their rows.

    `only` says which records may be seen, judged now: of these kinds the past holds nothing else, whoever asks.
    """
    allowed = {f"now {model._meta.db_table}": _keys(rows) for model, rows in (only or {}).items()}
    needs = {model: f"now {model._meta.db_table}" for model in only or {}}
    parts = [_past(model, at, needs.get(model, "")) for model in kinds]
    parts += [_log(model, column, at, needs.get(model, "")) for model, column in (logs or {}).items()]
    past = Past(at, tuple(parts), allowed, frozenset(model._meta.label for model in needs))
    token = _reading.set(past)
    try:
        with connection.execute_wrapper(past), _grouping_by_all_columns():
            yield
    finally:
        _reading.reset(token)


@contextmanager
def _grouping_by_all_columns() -> Iterator[None]:
    """A table expression has no primary key, so that grouping by the key alone does not imply the other columns."""
    features: Any = connection.features  # of this connection, hence of this thread alone
    usual = features.allows_group_by_selected_pks
    features.allows_group_by_selected_pks = False
    try:
        yield
    finally:
        features.allows_group_by_selected_pks = usual


@contextmanager
def present() -> Iterator[None]:
    """Inside a block that reads the past: what is so now, such as the navigation of the page."""
    token = _reading.set(None)
    try:
        yield
    finally:
        _reading.reset(token)


def moment() -> datetime | None:
    """The moment that is being read, if it is not now."""
    past = _reading.get()
    return past.at if past else None


def clock() -> datetime:
    """The moment that is being read, else now: what “overdue” and “two days ago” count from."""
    return moment() or timezone.now()


def is_limited(model: Model) -> bool:
    """Whether the past that is being read holds, of `model`, only what the reader may see now."""
    past = _reading.get()
    return past is not None and model._meta.label in past.limited


def known(model: type[Any], at: datetime, **filters: Any) -> list[Any]:
    """Records of `model` as known at `at`, unsaved; `filters` apply to what was known. What they point to is as now."""
    with as_known(at, [model]):
        found = list(model._default_manager.filter(**filters))
    for record in found:
        record._state.adding = True
    return found


def one(model: type[Any], pk: Any, at: datetime) -> Any:
    """The record as known at `at`, or None when it was not there."""
    return next(iter(known(model, at, pk=pk)), None)


def first_known(model: type[Any], pk: Any) -> datetime | None:
    """When the record was first written down."""
    rows = model.history.model.objects.filter(**{model._meta.pk.attname: pk})
    found: datetime | None = rows.aggregate(first=Min("history_date"))["first"]
    return found


def _keys(rows: QuerySet[Any]) -> tuple[str, Params]:
    try:
        return rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE false", ()


def _past(model: type[Any], at: datetime, needs: str) -> Part:
    """The newest row of each record until `at`, unless it says that the record was deleted.

    Where the model keeps spans, those are asked, and the history only for columns that they do not have: the planner
    leaves the join out when none of these is read. Elsewhere the inner question reads the index on key and history_id
    upward and mostly stops at the next row, so that a record with a long history costs no more than its length.
    """
    quote = connection.ops.quote_name
    history, key = model.history.model._meta, quote(model._meta.pk.column)
    columns, params = _columns(model, history)
    if listed_by(model):
        limit = _limit(f"past.{key}", needs)
        sql = f"SELECT {columns} FROM ({_spans(model, history)}) AS past WHERE true{limit}"  # noqa: S608 - names alone
        return Part(model._meta.db_table, sql, (*params, at, at), needs)
    sql = (
        f"SELECT {columns} FROM {quote(history.db_table)} AS past"  # noqa: S608 - names of the schema alone
        f" WHERE past.history_date <= %s AND past.history_type <> '-' AND (SELECT newer.history_id"
        f" FROM {quote(history.db_table)} AS newer WHERE newer.{key} = past.{key}"
        f" AND newer.history_id > past.history_id AND newer.history_date <= %s"
        f" ORDER BY newer.{key}, newer.history_id LIMIT 1) IS NULL{_limit(f'past.{key}', needs)}"
    )
    return Part(model._meta.db_table, sql, (*params, at, at), needs)


def _spans(model: type[Any], history: Any) -> str:
    """The rows of history that were what was known, each column from where it is read fastest."""
    quote = connection.ops.quote_name
    narrow = {model._meta.pk.column, *listed_by(model)}
    columns = ", ".join(
        f"{'span' if field.column in narrow else 'told'}.{quote(field.column)}" for field in history.concrete_fields
    )
    return (
        f"SELECT {columns} FROM {quote(table_of(model))} AS span LEFT JOIN {quote(history.db_table)} AS told"  # noqa: S608 - names of the schema alone
        " ON told.history_id = span.history_id WHERE span.since <= %s AND span.until > %s AND span.history_type <> '-'"
    )


def _columns(model: type[Any], history: Any) -> tuple[str, Params]:
    """The columns of the record, in its own words; what its history leaves out is computed again or empty."""
    kept = {field.column for field in history.concrete_fields}
    found: list[str] = []
    params: list[Any] = []
    for field in model._meta.concrete_fields:
        name = connection.ops.quote_name(field.column)
        if field.generated:
            sql, given = field.generated_sql(connection)
            found.append(f"{sql} AS {name}")
            params += given
        elif field.column in kept:
            found.append(f"past.{name}")
        else:
            found.append(f"NULL::{field.db_type(connection)} AS {name}")
    return ", ".join(found), tuple(params)


def _log(model: Model, column: str, at: datetime, needs: str) -> Part:
    quote = connection.ops.quote_name
    key: Any = model._meta.pk
    table, key = model._meta.db_table, quote(key.column)
    dated = f"past.{quote(column)} <= %s{_limit(f'past.{key}', needs)}"
    sql = f"SELECT * FROM {quote(table)} AS past WHERE {dated}"  # noqa: S608 - names of the schema alone
    return Part(table, sql, (at,), needs, is_log=True)


def _limit(key: str, needs: str) -> str:
    return f' AND {key} IN (SELECT * FROM "{needs}")' if needs else ""  # noqa: S608 - a name given above
