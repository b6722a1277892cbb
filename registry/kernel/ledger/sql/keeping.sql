-- What is written stays. The one exception is an erasure decided in this very transaction: of the record it names, of
-- just the fields it names, and only towards nothing.
CREATE OR REPLACE FUNCTION public.holdfast_append_only() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    erasure bigint := nullif(current_setting('holdfast.erasure', true), '')::bigint;
    before jsonb;
    after jsonb;
    changed text[];
    emptied boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND erasure IS NOT NULL THEN
        before := to_jsonb(OLD);
        after := to_jsonb(NEW);
        SELECT array_agg(one.key), bool_and(after -> one.key IN ('null', '"[erased]"', '{}', '[]')) INTO changed, emptied
        FROM jsonb_each(before) AS one WHERE after -> one.key IS DISTINCT FROM one.value;
        IF emptied AND EXISTS (
            SELECT 1 FROM public.registry_erasure AS e
            WHERE e.id = erasure AND public.holdfast_is_decided(e.id)
              AND CASE WHEN TG_TABLE_NAME = 'registry_auditentry' THEN
                      changed <@ '{payload,reason,detail}'
                      AND before ->> 'object_type' = e.object_type AND before ->> 'object_id' = e.object_id
                  ELSE
                      changed <@ (e.fields::text[] || CASE WHEN 'reason' = ANY (e.fields) THEN '{history_change_reason}'::text[] ELSE '{}' END)
                      AND TG_ARGV[0] = e.object_type
                      AND before ->> (SELECT g.key FROM public.holdfast_governed() AS g WHERE g.label = e.object_type) = e.object_id
                  END
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = '42501';
END $$;

-- Secrets are the only rows of the ledger that may go, and only with an erasure decided in this transaction: those it
-- names, and what is left of entries whose payload is gone.
CREATE OR REPLACE FUNCTION public.holdfast_only_erased() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    erasure bigint := nullif(current_setting('holdfast.erasure', true), '')::bigint;
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM public.registry_erasure AS e
        JOIN public.registry_auditentry AS a ON a.id = OLD.entry_id
        WHERE e.id = erasure AND public.holdfast_is_decided(e.id)
          AND a.object_type = e.object_type AND a.object_id = e.object_id
          AND (a.payload IS NULL OR OLD.field = ANY (e.fields) OR split_part(OLD.field, '.', 1) = ANY (e.fields))
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% refused on %: personal values go by a decided erasure only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = '42501';
END $$;

-- Tiles on the right edge grow; a full one is as final as a leaf.
CREATE OR REPLACE FUNCTION public.holdfast_tile_grows() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.level = OLD.level AND NEW.index = OLD.index AND NEW.width > OLD.width
       AND substring(NEW.data FOR octet_length(OLD.data)) = OLD.data THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'tiles only grow: % refused', TG_OP USING ERRCODE = '42501';
END $$;

-- What a payload says; nothing where it cannot be read, so that a damaged one is found instead of stopping who looks.
CREATE OR REPLACE FUNCTION public.holdfast_said(payload bytea) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN convert_from(payload, 'UTF8')::jsonb;
EXCEPTION WHEN data_exception OR character_not_in_repertoire OR untranslatable_character THEN
    RETURN NULL;
END $$;

-- What the session asked for. At the end of a transaction that was begun with a statement of its own, the database knows
-- only that statement which ended it; nothing is said then.
CREATE OR REPLACE FUNCTION public.holdfast_statement() RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN current_query() ~* '^\s*(commit|end|prepare\s+transaction|set\s+constraints)\M[^;]*;?\s*$' THEN ''
                ELSE left(coalesce(current_query(), ''), 2000) END
$$;
