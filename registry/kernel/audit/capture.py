"""SQL that lists every history row in the site-wide index, in the same transaction, whatever wrote it."""

CAPTURE_FUNCTION = """
CREATE OR REPLACE FUNCTION holdfast_capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO registry_auditentry
        (at, kind, object_type, object_id, history_id, event, actor_id, origin, unit_id, reason, detail)
    VALUES
        (NEW.history_date, NEW.history_type, TG_ARGV[0], to_jsonb(NEW) ->> TG_ARGV[1], NEW.history_id, '',
         NEW.history_user_id, NEW.history_origin, NEW.history_unit_id,
         coalesce(NEW.history_change_reason, ''), '{}'::jsonb);
    RETURN NULL;
END $$;
"""

APPEND_ONLY_FUNCTION = """
CREATE OR REPLACE FUNCTION holdfast_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '42501';
END $$;
"""


def capture(table: str, label: str, pk: str = "id") -> str:
    """Trigger for one history table: `label` is `app.model` of the record, `pk` its primary key column."""
    return (
        f"CREATE OR REPLACE TRIGGER holdfast_capture AFTER INSERT ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION holdfast_capture('{label}', '{pk}');"
    )


def append_only(table: str) -> str:
    """A trigger that refuses UPDATE and DELETE on one table."""
    return (
        f"CREATE OR REPLACE TRIGGER holdfast_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION holdfast_append_only();"
    )
