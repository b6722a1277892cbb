"""Ways to bend the record, and what each login gets for trying: `ok` or the SQLSTATE of the refusal.

42501 is “not allowed”, whether the login lacks the right or a trigger refuses what the owner asks for.
"""

from typing import NamedTuple

H = "registry_historicalworkflow"
NO, OK = "42501", "ok"
COLUMNS = "at, kind, object_type, object_id, event, origin, unit_id, reason, detail, roles, login, payload, leaf_hash"
ENTRY = "now(), '{kind}', 'registry.workflow', '1', '{event}', 'PAGE', '', '', '{{}}', '{{}}', 'x', 'x', 'x'"
ERASURE = "object_type, object_id, fields, basis, reason, asked_by_id, asked_at, decision_note"
AT_ONCE = (
    f"INSERT INTO registry_erasure ({ERASURE}, state, decided_by_id, decided_at) SELECT 'registry.user', a.id::text, "
    "'{name}', 'UNLAWFUL', 'x', a.id, now(), '', 'DONE', b.id, now() FROM registry_user a, registry_user b "
    "WHERE a.id <> b.id LIMIT 1; "
    f"INSERT INTO registry_historicalerasure (id, {ERASURE}, state, history_date, history_type, history_change_reason, "
    f"history_origin, history_unit_id) SELECT id, {ERASURE}, 'ASKED', now(), '+', '', 'PAGE', '' "
    "FROM registry_erasure; "
    "SELECT public.holdfast_erase(max(id)) FROM registry_erasure"
)
"""An erasure with invented people, from asking to carrying out, in one transaction."""
KEY = "(purpose, name, fingerprint, public, first_used_at) VALUES ('{}', 'x', 'x', 'x', now())"


class Attempt(NamedTuple):
    what: str
    sql: str
    application: str = NO
    sequencer: str = NO
    auditor: str = NO
    owner: str = NO
    superuser: str = NO


def _by_owner(what: str, sql: str, **others: str) -> Attempt:
    """What the owner of the tables can do; the standing checks must show it."""
    return Attempt(what, sql, owner=OK, superuser=OK, **others)


def _reading(what: str, sql: str, auditor: str = NO, sequencer: str = NO) -> Attempt:
    return Attempt(what, sql, OK, sequencer, auditor, OK, OK)


CHANGING = [
    Attempt("change history", f"UPDATE {H} SET name = 'x'"),
    Attempt("remove history", f"DELETE FROM {H}"),
    Attempt("empty history", f"TRUNCATE {H}"),
    Attempt("empty all that hangs together", "TRUNCATE registry_workflow CASCADE"),
    Attempt("overwrite history",
            f"INSERT INTO {H} SELECT * FROM {H} ON CONFLICT (history_id) DO UPDATE SET name = 'x'"),
    Attempt("merge into history", f"MERGE INTO {H} h USING (SELECT) s ON true WHEN MATCHED THEN UPDATE SET name = 'x'"),
    Attempt("merge history away", f"MERGE INTO {H} h USING (SELECT) s ON true WHEN MATCHED THEN DELETE"),
    Attempt("remove by a join", f"DELETE FROM {H} h USING registry_workflow w WHERE w.id = h.id"),
    Attempt("change by a cursor", f"DECLARE c CURSOR FOR SELECT 1 FROM {H} FOR UPDATE; FETCH c; "
            f"UPDATE {H} SET name = 'x' WHERE CURRENT OF c"),
    Attempt("change by a prepared statement", f"PREPARE later AS UPDATE {H} SET name = 'x'; EXECUTE later"),
    Attempt("change in a block", f"DO $$ BEGIN UPDATE {H} SET name = 'x'; END $$"),
    Attempt("change entries", "UPDATE registry_auditentry SET payload = 'x'"),
    Attempt("change one column of entries", "UPDATE registry_auditentry SET reason = 'x'"),
    Attempt("remove entries", "DELETE FROM registry_auditentry"),
    Attempt("empty entries", "TRUNCATE registry_auditentry CASCADE"),
    Attempt("change the custody chain", "UPDATE incidents_custodyevent SET note = 'x'"),
    Attempt("remove timeline entries", "DELETE FROM incidents_timelineentry"),
    Attempt("change timeline entries", "UPDATE incidents_timelineentry SET text = 'x'"),
    Attempt("pin a timeline entry", "UPDATE incidents_timelineentry SET pinned_at = now(), pinned_by_id = author_id "
            "WHERE author_id IS NOT NULL", OK, owner=OK, superuser=OK),
    Attempt("renumber the log", "UPDATE ledger_leaf SET index = index + 1000"),
    Attempt("cut the log", "DELETE FROM ledger_leaf WHERE index > 3"),
    Attempt("change a checkpoint", "UPDATE ledger_checkpoint SET root = repeat('0', 64)"),
    Attempt("remove checkpoints", "DELETE FROM ledger_checkpoint"),
    Attempt("rewrite a tile", "UPDATE ledger_tile SET data = sha256('x')"),
    Attempt("remove tiles", "DELETE FROM ledger_tile"),
    Attempt("swap a key", "UPDATE ledger_key SET public = 'x'"),
    Attempt("change a personal value", "UPDATE ledger_secret SET value = 'x'"),
    Attempt("remove personal values", "DELETE FROM ledger_secret"),
    Attempt("empty personal values", "TRUNCATE ledger_secret"),
    Attempt("remove gaps", "DELETE FROM ledger_gap"),
    Attempt("remove seals", "DELETE FROM ledger_schema"),
]  # fmt: skip

FORGING = [
    Attempt("forge the entry of a change",
            f"INSERT INTO registry_auditentry ({COLUMNS}) VALUES ({ENTRY.format(kind='~', event='')})"),
    Attempt("note an event",
            f"INSERT INTO registry_auditentry ({COLUMNS}) VALUES ({ENTRY.format(kind='E', event='X')})",
            OK, owner=OK, superuser=OK),
    Attempt("forge an entry from a trigger of one's own",
            "CREATE TEMP TABLE mine (n int); CREATE FUNCTION pg_temp.mine() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN INSERT INTO public.registry_auditentry ({COLUMNS}) "
            f"VALUES ({ENTRY.format(kind='~', event='')}); RETURN NULL; END $$; "
            "CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION pg_temp.mine(); "
            "INSERT INTO mine VALUES (1)", owner=OK, superuser=OK),
    Attempt("enter by the inner function",
            "SELECT public.holdfast_enter('~', 'registry.user', '1', 1, now(), 1, '', '', '', '{}', '{}', '{}')"),
    Attempt("copy in entries", f"COPY registry_auditentry ({COLUMNS}) FROM PROGRAM 'true'", superuser=OK),
    Attempt("give an entry a second place",
            "INSERT INTO ledger_leaf VALUES (999999, (SELECT max(entry_id) FROM ledger_leaf))",
            sequencer="23505", owner="23505", superuser="23505"),
    _by_owner("forge a checkpoint",
              "INSERT INTO ledger_checkpoint VALUES (999999, 'x', 'x', 'x', 0, now())", sequencer=OK),
    _by_owner("forge a tile", "INSERT INTO ledger_tile (level, index, width, data) VALUES (9, 9, 1, sha256('x'))",
              sequencer=OK),
    _by_owner("put a key on record", f"INSERT INTO ledger_key {KEY.format('CHECKPOINTS')}", sequencer=OK),
    _by_owner("put a certificate on record", f"INSERT INTO ledger_key {KEY.format('DOCUMENTS')}",
              application=OK, sequencer=OK),
    _by_owner("forge a personal value",
              "INSERT INTO ledger_secret (entry_id, field, salt, value) SELECT 1, 'x', 'x', 'x'"),
    _by_owner("forge a seal",
              "INSERT INTO ledger_schema (fingerprint, sealed_at, definitions) VALUES ('x', now(), '{}')"),
    Attempt("pretend that an erasure was decided", f"SET holdfast.erasure = '1'; UPDATE {H} SET name = '[erased]'"),
    Attempt("pretend it for personal values", "SET holdfast.erasure = '1'; DELETE FROM ledger_secret"),
    Attempt("carry out what nobody decided", "SELECT public.holdfast_erase(1)"),
    Attempt("ask, decide and erase at once", AT_ONCE),
]  # fmt: skip

SWITCHING_OFF = [
    _by_owner("disable triggers", f"ALTER TABLE {H} DISABLE TRIGGER USER"),
    _by_owner("drop a trigger", f"DROP TRIGGER holdfast_append_only ON {H}"),
    _by_owner("replace a guarding function",
              "CREATE OR REPLACE FUNCTION public.holdfast_append_only() RETURNS trigger LANGUAGE plpgsql AS "
              "'BEGIN RETURN NEW; END'"),
    _by_owner("lay a rule over history", f"CREATE RULE quiet AS ON INSERT TO {H} DO INSTEAD NOTHING"),
    _by_owner("rename history", f"ALTER TABLE {H} RENAME TO gone"),
    _by_owner("drop history", f"DROP TABLE {H} CASCADE"),
    _by_owner("hide rows", f"ALTER TABLE {H} ENABLE ROW LEVEL SECURITY"),
    _by_owner("start numbers again", "SELECT setval('registry_auditentry_id_seq', max(id)) FROM registry_auditentry"),
    _by_owner("lock writers out", f"LOCK TABLE {H} IN ACCESS EXCLUSIVE MODE"),
    Attempt("be a replica", "SET session_replication_role = replica", superuser=OK),
    Attempt("be a replica and change history",
            f"SET session_replication_role = replica; UPDATE {H} SET name = 'x'"),
    Attempt("be a replica and remove entries",
            "SET session_replication_role = replica; DELETE FROM registry_auditentry"),
    _by_owner("become the owner", "SET ROLE {owner}"),
    _by_owner("become the owner for the session", "SET SESSION AUTHORIZATION {owner}"),
    Attempt("grant oneself more", f"GRANT UPDATE ON {H} TO CURRENT_USER; UPDATE {H} SET name = 'x'"),
    _by_owner("make a schema", "CREATE SCHEMA mine"),
    _by_owner("make a function", "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    _by_owner("make an operator", "CREATE OPERATOR public.=== (leftarg = int, rightarg = int, function = int4eq)"),
    _by_owner("make a table", "CREATE TABLE public.mine (n int)"),
    _by_owner("make a table of the session", "CREATE TEMP TABLE mine (n int)"),
    Attempt("leave a prepared transaction behind", "PREPARE TRANSACTION 'later'", *(["55000"] * 5)),
    Attempt("run a program", "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'", superuser=OK),
    Attempt("read files of the server", "SELECT pg_read_file('PG_VERSION')", superuser=OK),
]  # fmt: skip

READING = [
    _reading("read history", f"SELECT * FROM {H}", OK),
    _reading("read entries", "SELECT * FROM registry_auditentry", OK, OK),
    _reading("read who is there", "SELECT email, name, roles FROM registry_user", OK),
    _reading("read passwords", "SELECT password FROM registry_user"),
    _reading("read digests of tokens", "SELECT digest FROM registry_apitoken"),
    _reading("read digests in history", "SELECT digest FROM registry_historicalapitoken"),
    _reading("read sessions", "SELECT session_data FROM django_session"),
    _reading("read second factors", "SELECT data FROM mfa_authenticator"),
    _reading("read personal values", "SELECT value FROM ledger_secret"),
]
EVERYTHING = [*CHANGING, *FORGING, *SWITCHING_OFF, *READING]
