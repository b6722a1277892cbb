"""Triggers that fire in every kind of session, and the two kinds that keep rows as they are."""

from collections.abc import Iterator, Sequence


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


def never_emptied(table: str) -> str:
    return trigger("holdfast_never_emptied", table, "BEFORE TRUNCATE", "holdfast_append_only()", each="STATEMENT")


def trigger(name: str, table: str, when: str, function: str, *, each: str = "ROW", condition: str = "") -> str:
    """ALWAYS: it fires even where a session has set itself to be a replica."""
    only = f"WHEN ({condition}) " if condition else ""
    return (
        f"CREATE OR REPLACE TRIGGER {name} {when} ON {table} FOR EACH {each} {only}EXECUTE FUNCTION {function}; "
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
    )


def at_commit(name: str, table: str, when: str, function: str) -> Iterator[str]:
    """A trigger of this kind cannot be replaced while it is there."""
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield (
        f"CREATE CONSTRAINT TRIGGER {name} {when} ON {table} "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {function}"
    )
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
