"""What the database does so that those who serve learn of every change, whoever made it and however.

A row in the feed is only ever added: it waits for no lock, so an import of ten thousand workflows holds up no kill.
The notification goes out when the transaction commits; whoever misses it finds the row at the next look.
"""

from collections.abc import Iterator

from registry.kernel.ledger.triggers import trigger

CHANNEL = "holdfast_control"
_FUNCTION = """
CREATE OR REPLACE FUNCTION public.holdfast_control_{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.registry_controlchange (workflow_id, transaction, at)
    SELECT DISTINCT w, pg_current_xact_id()::text::bigint, clock_timestamp() FROM (VALUES {rows}) AS changed (w);
    PERFORM pg_notify('{channel}', '');
    RETURN NULL;
END $$"""
_EVENTS = {"added": "(NEW.{0})", "changed": "(OLD.{0}), (NEW.{0})", "removed": "(OLD.{0})"}
_WHEN = {"added": "AFTER INSERT", "changed": "AFTER UPDATE", "removed": "AFTER DELETE"}


def statements() -> Iterator[str]:
    """A workflow that is new has no key yet; once it gets one, that is a change of the keys."""
    yield from _watch("registry_workflow", "id", {"changed": "ROW(OLD.slug, OLD.stage) <> ROW(NEW.slug, NEW.stage)"})
    tool = "{0}.kind = 'TOOL'"
    yield from _watch(
        "registry_surface",
        "workflow_id",
        {
            "added": tool.format("NEW"),
            "changed": f"OLD IS DISTINCT FROM NEW AND ({tool.format('OLD')} OR {tool.format('NEW')})",
            "removed": tool.format("OLD"),
        },
    )
    for table in ("registry_restriction", "registry_controltoken"):
        yield from _watch(table, "workflow_id", dict.fromkeys(_EVENTS, ""))


def _watch(table: str, column: str, conditions: dict[str, str]) -> Iterator[str]:
    for event, condition in conditions.items():
        name = f"{table.removeprefix('registry_')}_{event}"
        yield _FUNCTION.format(name=name, channel=CHANNEL, rows=_EVENTS[event].format(column))
        yield trigger(
            f"holdfast_control_{event}", table, _WHEN[event], f"holdfast_control_{name}()", condition=condition
        )
