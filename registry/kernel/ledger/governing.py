"""What the database does for each governed table: SQL written out with the table's own columns.

Two functions a table, both static, since one that builds its statements at run time costs four times as much:

- *capture*, after every row of its history: the sealed entry, with what changed since the row before.
- *guard*, at commit, after every change of the table itself: where the newest history row is missing or says
  something else, the true row is added, marked as not recorded by the application, and the gap is noted.
  In tests it raises instead, so that no test can pass with a change that leaves no history.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

CONTEXT = (
    "history_id", "history_date", "history_type", "history_user_id", "history_change_reason", "history_origin",
    "history_unit_id",
)  # fmt: skip
"""Columns of a history row that speak of the change and not of the record."""
UNRECORDED = "Not recorded by the application"
FOUND = "Found when its history began"


@dataclass(frozen=True)
class Governed:
    """One kind of record: its table, its history, and which of its columns are in both."""

    label: str
    table: str
    history: str
    key: str
    columns: tuple[str, ...]
    personal: tuple[str, ...]
    counters: tuple[str, ...]
    """Columns that count writes to the record and what hangs on it; alone they are no change of it."""
    hidden: tuple[str, ...]
    """Columns that no payload holds, not even as a hash: what they contain opens doors."""


@dataclass(frozen=True)
class EnteredAs:
    """How the rows of a list without history stand in the ledger: as events about another record."""

    event: str
    about: str
    number: str
    at: str
    by: str


def governed(model: Any) -> Governed:
    history = model.history.model
    kept = {field.column for field in history._meta.concrete_fields} - set(CONTEXT)
    return Governed(
        label=model._meta.label_lower,
        table=model._meta.db_table,
        history=history._meta.db_table,
        key=model._meta.pk.column,
        columns=tuple(field.column for field in model._meta.concrete_fields if field.column in kept),
        personal=tuple(getattr(model, "personal_fields", ())),
        counters=tuple(getattr(model, "counter_fields", ())),
        hidden=tuple(getattr(model, "hidden_fields", ())),
    )


def statements(one: Governed, *, raises: bool) -> Iterator[str]:
    """Everything the database needs for one governed table; running it again changes nothing."""
    yield f"CREATE INDEX IF NOT EXISTS {_short(one.history)}_newest ON {one.history} ({one.key}, history_id DESC)"
    yield _capture(one)
    yield trigger("holdfast_capture", one.history, "AFTER INSERT", f"holdfast_capture_{one.table}()")
    yield _guard(one, raises=raises)
    yield f"DROP TRIGGER IF EXISTS holdfast_guard ON {one.table}"
    yield (
        f"CREATE CONSTRAINT TRIGGER holdfast_guard AFTER INSERT OR UPDATE OR DELETE ON {one.table} "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION holdfast_guard_{one.table}()"
    )
    yield f"ALTER TABLE {one.table} ENABLE ALWAYS TRIGGER holdfast_guard"
    yield never_emptied(one.table)
    yield from append_only(one.history, one.label)


def append_only(table: str, label: str = "") -> Iterator[str]:
    yield trigger("holdfast_append_only", table, "BEFORE UPDATE OR DELETE", f"holdfast_append_only('{label}')")
    yield never_emptied(table)


def append_only_except(table: str, label: str, columns: Sequence[str]) -> Iterator[str]:
    """Rows that stand as they are but for some columns, and are never removed."""
    names = ", ".join(f"'{column}'" for column in columns)
    yield trigger(
        "holdfast_append_only", table, "BEFORE UPDATE", f"holdfast_append_only('{label}')",
        condition=f"to_jsonb(OLD) - ARRAY[{names}] IS DISTINCT FROM to_jsonb(NEW) - ARRAY[{names}]",
    )  # fmt: skip
    yield trigger("holdfast_never_removed", table, "BEFORE DELETE", "holdfast_append_only()")
    yield never_emptied(table)


def entered(table: str, how: EnteredAs) -> Iterator[str]:
    """Each new row of a list without history as an event; the entry's own trigger seals it."""
    own = ", ".join(f"'{name}'" for name in ("origin", "unit_id", how.number, how.at, how.by))
    yield f"""
CREATE OR REPLACE FUNCTION public.holdfast_entered_{table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    INSERT INTO public.registry_auditentry
        (at, kind, object_type, object_id, event, actor_id, origin, unit_id, reason, detail, roles, login, leaf_hash)
    VALUES (NEW.{how.at}, 'E', '{how.about}', NEW.{how.number}::text, '{how.event}', NEW.{how.by}, NEW.origin,
            NEW.unit_id, '', jsonb_strip_nulls(to_jsonb(NEW) - ARRAY[{own}]), '{{}}', '', '');
    RETURN NULL;
END $$"""
    yield trigger("holdfast_entered", table, "AFTER INSERT", f"holdfast_entered_{table}()")


def never_emptied(table: str) -> str:
    return trigger("holdfast_never_emptied", table, "BEFORE TRUNCATE", "holdfast_append_only()", each="STATEMENT")


def trigger(name: str, table: str, when: str, function: str, *, each: str = "ROW", condition: str = "") -> str:
    """ALWAYS: it fires even where a session has set itself to be a replica."""
    only = f"WHEN ({condition}) " if condition else ""
    return (
        f"CREATE OR REPLACE TRIGGER {name} {when} ON {table} FOR EACH {each} {only}EXECUTE FUNCTION {function}; "
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    )


def found(one: Governed) -> str:
    """Rows that were there before their history was kept complete get the row that is missing."""
    rows = f" FROM {one.table} AS b {_newest(one)} WHERE {_differs(one)}"
    return _insert(one, "b", f"'{FOUND}'", "'MIGRATION'") + rows


def mapping(all_of_them: Sequence[Governed]) -> str:
    rows = ", ".join(f"('{one.label}', '{one.table}', '{one.history}', '{one.key}')" for one in all_of_them)
    return (
        "CREATE OR REPLACE FUNCTION public.holdfast_governed() "
        "RETURNS TABLE (label text, base text, history text, key text) LANGUAGE sql IMMUTABLE AS "
        f"$$ VALUES {rows} $$"
    )


def _capture(one: Governed) -> str:
    without = ", ".join(f"'{name}'" for name in (*CONTEXT, *one.hidden))
    personal = ", ".join(f"'{name}'" for name in one.personal)
    return f"""
CREATE OR REPLACE FUNCTION public.holdfast_capture_{one.table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    was jsonb;
BEGIN
    IF NEW.history_type <> '+' THEN
        SELECT to_jsonb(h) - ARRAY[{without}] INTO was FROM public.{one.history} AS h
        WHERE h.{one.key} = NEW.{one.key} AND h.history_id < NEW.history_id ORDER BY h.history_id DESC LIMIT 1;
    END IF;
    PERFORM public.holdfast_enter(
        NEW.history_type, '{one.label}', NEW.{one.key}::text, NEW.history_id, NEW.history_date,
        NEW.history_user_id::bigint, NEW.history_origin, NEW.history_unit_id, coalesce(NEW.history_change_reason, ''),
        to_jsonb(NEW) - ARRAY[{without}], was, ARRAY[{personal}]::text[]);
    RETURN NULL;
END $$"""


def _guard(one: Governed, *, raises: bool) -> str:
    gone = ", ".join(f"OLD.{column}" for column in one.columns)
    names = ", ".join((*one.columns, *CONTEXT[1:]))
    changed = (
        _insert(one, "b", f"'{UNRECORDED}'", "'DATABASE'")
        + f" FROM public.{one.table} AS b {_newest(one)} WHERE b.{one.key} = NEW.{one.key} AND ({_differs(one)})"
    )
    note = f"""
        INSERT INTO public.ledger_gap (at, object_type, object_id, operation, role, application, address, query)
        VALUES (clock_timestamp(), '{one.label}',
            CASE WHEN TG_OP = 'DELETE' THEN OLD.{one.key}::text ELSE NEW.{one.key}::text END, TG_OP, session_user,
            coalesce(current_setting('application_name', true), ''), coalesce(host(inet_client_addr()), ''),
            left(coalesce(current_query(), ''), 2000))"""
    refuse = f"""
        RAISE EXCEPTION '% of {one.label} % left no true history row', TG_OP,
            CASE WHEN TG_OP = 'DELETE' THEN OLD.{one.key}::text ELSE NEW.{one.key}::text END USING ERRCODE = '23514'"""
    return f"""
CREATE OR REPLACE FUNCTION public.holdfast_guard_{one.table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    missing bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO public.{one.history} ({names})
        SELECT {gone}, clock_timestamp(), '-', NULL, '{UNRECORDED}', 'DATABASE', ''
        WHERE NOT EXISTS (SELECT 1 FROM public.{one.table} AS b WHERE b.{one.key} = OLD.{one.key})
          AND coalesce((SELECT h.history_type FROM public.{one.history} AS h WHERE h.{one.key} = OLD.{one.key}
                        ORDER BY h.history_id DESC LIMIT 1), '+') <> '-';
    ELSE
        {changed};
    END IF;
    GET DIAGNOSTICS missing = ROW_COUNT;
    IF missing > 0 THEN{refuse if raises else note};
    END IF;
    RETURN NULL;
END $$"""


def _insert(one: Governed, alias: str, reason: str, origin: str) -> str:
    names = ", ".join((*one.columns, *CONTEXT[1:]))
    values = ", ".join(f"{alias}.{column}" for column in one.columns)
    kind = "CASE WHEN l.history_type IS NULL OR l.history_type = '-' THEN '+' ELSE '~' END"
    return (
        f"INSERT INTO public.{one.history} ({names}) "
        f"SELECT {values}, clock_timestamp(), {kind}, NULL, {reason}, {origin}, ''"
    )


def _newest(one: Governed) -> str:
    return (
        f"LEFT JOIN LATERAL (SELECT h.* FROM public.{one.history} AS h WHERE h.{one.key} = b.{one.key} "
        "ORDER BY h.history_id DESC LIMIT 1) AS l ON true"
    )


def _differs(one: Governed) -> str:
    compared = [column for column in one.columns if column not in one.counters]
    ours, theirs = (", ".join(f"{alias}.{column}" for column in compared) for alias in ("b", "l"))
    return f"l.history_type IS NULL OR l.history_type = '-' OR ROW({ours}) IS DISTINCT FROM ROW({theirs})"


def _short(table: str) -> str:
    """Names longer than 63 bytes would be cut, and two cut names could be the same."""
    return table.replace("historical", "h_")[:50]
