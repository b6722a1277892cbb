-- One sealed entry. What is personal is only committed to: SHA-256 of 32 random bytes and the value, the value itself
-- lying in ledger_secret, where it can be erased without touching what was hashed.
CREATE OR REPLACE FUNCTION public.holdfast_enter(
    kind text, label text, object_id text, history bigint, at timestamptz, actor bigint, origin text, unit text,
    reason text, now_row jsonb, was_row jsonb, personal text[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    held text[] := '{}';
    was jsonb := '{}';
    commitments jsonb := '{}';
    sealed bytea;
    entry bigint;
    field text;
    salts bytea[] := '{}';
    named text[] := '{}';
    given text[] := '{}';
BEGIN
    IF actor IS NOT NULL THEN
        held := public.holdfast_roles_of(actor);
    END IF;
    IF was_row IS NOT NULL THEN
        SELECT coalesce(jsonb_object_agg(old.key, old.value), '{}') INTO was
        FROM jsonb_each(was_row) AS old WHERE now_row -> old.key IS DISTINCT FROM old.value;
    END IF;
    FOREACH field IN ARRAY personal LOOP
        IF coalesce(now_row ->> field, '') <> '' THEN
            named := named || field;
            given := given || (now_row ->> field);
            salts := salts || (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
            commitments := commitments || jsonb_build_object(field, encode(
                sha256(salts[cardinality(salts)] || convert_to(now_row ->> field, 'UTF8')), 'hex'));
        END IF;
    END LOOP;
    sealed := convert_to((jsonb_strip_nulls(jsonb_build_object(
        'v', 1, 't', label, 'pk', object_id, 'h', history, 'op', kind,
        'ts', to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'at', to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'actor', actor, 'roles', to_jsonb(held), 'origin', origin, 'req', nullif(unit, ''), 'why', nullif(reason, ''),
        'login', session_user, 'tx', pg_current_xact_id()::text
    )) || jsonb_build_object('row', now_row - personal)
       || CASE WHEN was - personal = '{}' THEN '{}' ELSE jsonb_build_object('was', was - personal) END
       || CASE WHEN commitments = '{}' THEN '{}' ELSE jsonb_build_object('pii', commitments) END
    )::text, 'UTF8');
    INSERT INTO public.registry_auditentry
        (at, kind, object_type, object_id, history_id, event, actor_id, origin, unit_id, reason, detail, roles, login,
         payload, leaf_hash)
    VALUES
        (at, kind, label, object_id, history, '', actor, origin, unit, reason, '{}', held, session_user,
         sealed, sha256('\x00'::bytea || sealed))
    RETURNING id INTO entry;
    IF commitments <> '{}' THEN
        INSERT INTO public.ledger_secret (entry_id, field, salt, value)
        SELECT entry, n, s, v FROM unnest(named, salts, given) AS one (n, s, v);
    END IF;
END $$;

-- Events come as rows of the application; what is sealed of them is decided here, whatever the row brought along.
CREATE OR REPLACE FUNCTION public.holdfast_seal_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    commitments jsonb := '{}';
    field text;
    salt bytea;
BEGIN
    -- The number is drawn again once the transaction has its own: the sequencer counts on that order.
    PERFORM pg_current_xact_id();
    NEW.id := nextval('public.registry_auditentry_id_seq');
    NEW.login := session_user;
    NEW.roles := CASE WHEN NEW.actor_id IS NULL THEN '{}' ELSE public.holdfast_roles_of(NEW.actor_id) END;
    FOREACH field IN ARRAY TG_ARGV LOOP
        IF coalesce(NEW.detail ->> field, '') <> '' THEN
            salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
            commitments := commitments || jsonb_build_object('detail.' || field, encode(
                sha256(salt || convert_to(NEW.detail ->> field, 'UTF8')), 'hex'));
            INSERT INTO public.ledger_secret (entry_id, field, salt, value)
            VALUES (NEW.id, 'detail.' || field, salt, NEW.detail ->> field);
        END IF;
    END LOOP;
    NEW.payload := convert_to((jsonb_strip_nulls(jsonb_build_object(
        'v', 1, 't', nullif(NEW.object_type, ''), 'pk', nullif(NEW.object_id, ''), 'op', NEW.kind, 'e', NEW.event,
        'ts', to_char(clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'at', to_char(NEW.at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'actor', NEW.actor_id, 'roles', to_jsonb(NEW.roles), 'origin', NEW.origin, 'req', nullif(NEW.unit_id, ''),
        'why', nullif(NEW.reason, ''), 'login', session_user, 'tx', pg_current_xact_id()::text
    )) || jsonb_build_object('detail', NEW.detail - TG_ARGV::text[])
       || CASE WHEN commitments = '{}' THEN '{}' ELSE jsonb_build_object('pii', commitments) END
    )::text, 'UTF8');
    NEW.leaf_hash := sha256('\x00'::bytea || NEW.payload);
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION public.holdfast_only_capture() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of changes are written by the history tables themselves' USING ERRCODE = '42501';
END $$;

-- The worker puts certificates on record; a key that signs checkpoints is put there by who signs them.
CREATE OR REPLACE FUNCTION public.holdfast_only_sequencer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'keys of checkpoints are put on record by the sequencer' USING ERRCODE = '42501';
END $$;
