"""From when until when each row of a history was what was known, kept beside it, so that lists of the past are fast.

The newest row of a record until a moment is found by reading its history, which is quick for one record and slow for a
hundred thousand. For models that say what their lists go by (`listed_by`), the database keeps one narrow row for each
row of history: the span of time, and those columns. It is derived: nothing is written into it but by its triggers, it
is made anew when its shape changes, and the standing check compares it with the history.

A clock that was set back changes dates, never the order: a row ends with the earliest date of all that come after it,
and may have no time at all.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField

from registry.kernel.audit.spans import listed_by, table_of
from registry.kernel.ledger.triggers import trigger

WIDE = 60
"""Characters; columns that may have more are left to the table."""


def columns_of(model: Any) -> tuple[str, ...]:
    """All columns of the table, in their order."""
    return ("history_id", model._meta.pk.column, "since", "until", "history_type", *listed_by(model))


def statements(model: Any) -> Iterator[str]:
    """The table, filled if it is new or has another shape, and what keeps it."""
    if not listed_by(model):
        return
    table = model._meta.db_table
    yield _made_anew(model)
    yield _keeping(model)
    history = model.history.model._meta.db_table
    yield trigger("holdfast_span", history, "AFTER INSERT OR UPDATE", f"holdfast_span_{table}()")


def rows(model: Any, chosen: str = "true") -> str:
    """What the table says when it is right, made from the history alone; `chosen` is a condition on its rows `h`."""
    key = model._meta.pk.column
    later = f"(PARTITION BY h.{key} ORDER BY h.history_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"
    until = f"coalesce(min(h.history_date) OVER {later}, 'infinity') AS until"
    names = ", ".join(f"h.{column}" for column in listed_by(model))
    return (
        f"SELECT h.history_id, h.{key}, h.history_date AS since, {until}, h.history_type, {names} "  # noqa: S608 - names of the schema
        f"FROM public.{model.history.model._meta.db_table} AS h WHERE {chosen}"
    )


def _made_anew(model: Any) -> str:
    table, key = table_of(model), model._meta.pk.column
    indexes = " ".join(f"{index};" for index in _indexes(model))
    shape = hashlib.sha256((rows(model) + indexes).encode()).hexdigest()
    return f"""
DO $$ BEGIN
    IF obj_description(to_regclass('public.{table}'), 'pg_class') IS DISTINCT FROM '{shape}' THEN
        DROP TABLE IF EXISTS public.{table};
        CREATE TABLE public.{table} AS {rows(model)};
        ALTER TABLE public.{table} ADD PRIMARY KEY (history_id);
        CREATE INDEX {table}_record ON public.{table} ({key}, history_id);
        {indexes}
        COMMENT ON TABLE public.{table} IS '{shape}';
    END IF;
END $$"""


def _indexes(model: Any) -> Iterator[str]:
    """By time, with all narrow columns: what was known at a moment stands together there, and wide apart in the table.

    Lists and documents are too wide for that; few rows have any, and those are found by themselves.
    """
    table = table_of(model)
    fields = [model._meta.get_field(name) for name in model.listed_by]
    many = [field.column for field in fields if isinstance(field, ArrayField | JSONField)]
    wide = [field.column for field in fields if (field.max_length or 0) > WIDE]
    narrow = [
        model._meta.pk.column,
        "history_id",
        "history_type",
        *(c for c in listed_by(model) if c not in (*many, *wide)),
    ]
    yield f"CREATE INDEX {table}_until ON public.{table} (until, since) INCLUDE ({', '.join(narrow)})"
    for column in many:
        yield f"CREATE INDEX {table}_{column} ON public.{table} (until, since) WHERE {column} <> '{{}}'"


def _keeping(model: Any) -> str:
    """An update of a history row is an erasure: what is gone there goes here too."""
    table, key, listed = table_of(model), model._meta.pk.column, listed_by(model)
    values = ", ".join(f"NEW.{column}" for column in listed)
    return f"""
CREATE OR REPLACE FUNCTION public.holdfast_span_{model._meta.db_table}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE public.{table} SET ({", ".join(listed)}) = ROW({values}) WHERE history_id = NEW.history_id;
        RETURN NULL;
    END IF;
    UPDATE public.{table} SET until = NEW.history_date
    WHERE {key} = NEW.{key} AND history_id < NEW.history_id AND until > NEW.history_date;
    INSERT INTO public.{table} ({", ".join(columns_of(model))})
    VALUES (NEW.history_id, NEW.{key}, NEW.history_date,
            coalesce((SELECT min(s.since) FROM public.{table} AS s
                      WHERE s.{key} = NEW.{key} AND s.history_id > NEW.history_id), 'infinity'),
            NEW.history_type, {values});
    RETURN NULL;
END $$"""  # noqa: S608 - names of the schema
