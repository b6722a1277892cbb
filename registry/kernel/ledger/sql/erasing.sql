-- Carries out an erasure that was asked for earlier and decided in this transaction: personal values and their salts go,
-- other fields take the payloads that hold them along; hashes stay, and a tombstone in the log names every one of them.

-- Whether the row version with this xmin was written by the transaction at hand, its savepoints included: nobody else's
-- unfinished row can be seen.
CREATE OR REPLACE FUNCTION public.holdfast_of_this_transaction(written xid) RETURNS boolean LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(pg_xact_status(
        (mine + mod(written::text::bigint - mod(mine, 4294967296) + 6442450944, 4294967296) - 2147483648)::text::xid8
    ) = 'in progress', false)
    FROM (SELECT pg_current_xact_id()::text::bigint AS mine) AS current
$$;

-- Whether this erasure was decided in the transaction at hand, and asked for in an earlier one: what nobody else could
-- see before it was carried out was never waiting for a second person.
CREATE OR REPLACE FUNCTION public.holdfast_is_decided(erasure bigint) RETURNS boolean LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.registry_erasure AS e
        WHERE e.id = erasure AND e.state = 'DONE' AND public.holdfast_of_this_transaction(e.xmin)
          AND EXISTS (
              SELECT 1 FROM public.registry_historicalerasure AS h
              WHERE h.id = e.id AND h.history_type = '+' AND h.state = 'ASKED' AND h.asked_by_id = e.asked_by_id
                AND h.object_type = e.object_type AND h.object_id = e.object_id AND h.fields = e.fields
                AND NOT public.holdfast_of_this_transaction(h.xmin)
          )
    )
$$;

-- Events that the log itself stands on, and that bind documents to it: they say nothing about anybody.
CREATE OR REPLACE FUNCTION public.holdfast_bones() RETURNS text[] LANGUAGE sql IMMUTABLE AS
$$ SELECT '{ERASED,FROZEN,ISSUED,SCHEMA_SEALED,KEY_ROTATED,KEY_RETIRED,LOG_RESTARTED}'::text[] $$;

-- What is left where something was erased.
CREATE OR REPLACE FUNCTION public.holdfast_is_erased(value text) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT value IS NULL OR value IN ('', '[erased]', '{}', '[]') OR value ~ '^erased-[0-9]+@erased\.invalid$'
$$;

-- Takes `field` out of one table. Columns of other types than these hold no words about anybody.
CREATE OR REPLACE FUNCTION public.holdfast_blank(target text, field text, key text, number text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind text;
BEGIN
    SELECT format_type(a.atttypid, NULL) INTO kind FROM pg_attribute AS a
    WHERE a.attrelid = format('public.%I', target)::regclass AND a.attname = field AND NOT a.attisdropped;
    IF kind IS NULL OR kind NOT IN ('text', 'character varying', 'jsonb', 'text[]', 'character varying[]') THEN
        RAISE EXCEPTION 'nothing to erase in % of %', field, target USING ERRCODE = '22023';
    END IF;
    EXECUTE format(
        'UPDATE public.%1$I SET %2$I = %3$s WHERE %4$I::text = $1 AND NOT public.holdfast_is_erased(%2$I::text)',
        target, field,
        CASE WHEN kind = 'jsonb' THEN format('CASE jsonb_typeof(%I) WHEN ''array'' THEN ''[]''::jsonb ELSE ''{}'' END', field)
             WHEN kind LIKE '%[]' THEN '''{}''' ELSE '''[erased]''' END,
        key
    ) USING number;
END $$;

CREATE OR REPLACE FUNCTION public.holdfast_erase(erasure bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked public.registry_erasure%ROWTYPE;
    base text;
    history text;
    key text;
    field text;
    kept boolean;
    gone jsonb;
    origin text;
    unit text;
    bones CONSTANT text[] := public.holdfast_bones();
BEGIN
    IF NOT public.holdfast_is_decided(erasure) THEN
        RAISE EXCEPTION 'erasure % was not decided in this transaction, or not asked for before', erasure
            USING ERRCODE = '42501';
    END IF;
    SELECT * INTO asked FROM public.registry_erasure AS e WHERE e.id = erasure;
    SELECT g.base, g.history, g.key INTO base, history, key FROM public.holdfast_governed() AS g
    WHERE g.label = asked.object_type;
    IF history IS NULL THEN
        RAISE EXCEPTION 'no history is kept of %', asked.object_type USING ERRCODE = '22023';
    END IF;
    PERFORM set_config('holdfast.erasure', erasure::text, true);
    kept := EXISTS (SELECT 1 FROM pg_trigger AS t WHERE t.tgrelid = format('public.%I', base)::regclass
                    AND t.tgname = 'holdfast_append_only');
    FOREACH field IN ARRAY asked.fields LOOP
        IF field = 'reason' THEN
            EXECUTE format(
                'UPDATE public.%I SET history_change_reason = ''[erased]'' '
                'WHERE %I::text = $1 AND NOT public.holdfast_is_erased(history_change_reason)', history, key
            ) USING asked.object_id;
        END IF;
        CONTINUE WHEN field IN ('reason', 'detail') AND NOT EXISTS (
            SELECT 1 FROM pg_attribute AS a WHERE a.attrelid = format('public.%I', history)::regclass
            AND a.attname = field AND NOT a.attisdropped);
        PERFORM public.holdfast_blank(history, field, key, asked.object_id);
        IF kept THEN
            PERFORM public.holdfast_blank(base, field, key, asked.object_id);
        END IF;
    END LOOP;
    WITH mine AS MATERIALIZED (
        SELECT a.id, a.leaf_hash, public.holdfast_said(a.payload) AS said
        FROM public.registry_auditentry AS a
        WHERE a.object_type = asked.object_type AND a.object_id = asked.object_id AND a.payload IS NOT NULL
    ), whole AS MATERIALIZED (
        SELECT mine.id, mine.leaf_hash FROM mine
        WHERE EXISTS (
            SELECT 1 FROM unnest(asked.fields) AS f
            WHERE NOT public.holdfast_is_erased(mine.said -> 'row' ->> f)
               OR NOT public.holdfast_is_erased(mine.said -> 'was' ->> f)
               OR f = 'reason' AND NOT public.holdfast_is_erased(mine.said ->> 'why')
               OR f = 'detail' AND mine.said -> 'detail' <> '{}' AND mine.said ->> 'e' <> ALL (bones)
        )
    ), values_gone AS (
        DELETE FROM public.ledger_secret AS s USING mine
        WHERE s.entry_id = mine.id AND (s.field = ANY (asked.fields) OR split_part(s.field, '.', 1) = ANY (asked.fields))
          AND NOT public.holdfast_is_erased(s.value)
        RETURNING s.entry_id, s.field
    ), payloads_gone AS (
        UPDATE public.registry_auditentry AS a
        SET payload = NULL,
            reason = CASE WHEN 'reason' = ANY (asked.fields) AND a.reason <> '' THEN '[erased]' ELSE a.reason END,
            detail = CASE WHEN 'detail' = ANY (asked.fields) THEN '{}' ELSE a.detail END
        FROM whole WHERE a.id = whole.id
        RETURNING a.id
    ), details_gone AS (
        UPDATE public.registry_auditentry AS a SET detail = '{}'
        FROM mine WHERE a.id = mine.id AND 'detail' = ANY (asked.fields) AND a.detail <> '{}' AND a.event <> ALL (bones)
          AND a.id NOT IN (SELECT w.id FROM whole AS w)
        RETURNING a.id
    ), tombs AS (
        SELECT whole.id, whole.leaf_hash, '["*"]'::jsonb AS fields FROM whole JOIN payloads_gone USING (id)
        UNION ALL
        SELECT mine.id, mine.leaf_hash, jsonb_agg(v.field ORDER BY v.field) FROM values_gone AS v
        JOIN mine ON mine.id = v.entry_id
        WHERE mine.id NOT IN (SELECT w.id FROM whole AS w) GROUP BY mine.id, mine.leaf_hash
    )
    SELECT coalesce(jsonb_agg(jsonb_build_object('leaf', encode(leaf_hash, 'hex'), 'fields', fields) ORDER BY id), '[]')
    INTO gone FROM tombs;
    -- Without its payload there is no commitment left that the other personal values of an entry could open.
    DELETE FROM public.ledger_secret AS s USING public.registry_auditentry AS a
    WHERE a.id = s.entry_id AND a.object_type = asked.object_type AND a.object_id = asked.object_id
      AND a.payload IS NULL;
    SELECT h.history_origin, h.history_unit_id INTO origin, unit FROM public.registry_historicalerasure AS h
    WHERE h.id = erasure ORDER BY h.history_id DESC LIMIT 1;
    -- Several tombstones where there are many: one entry stays of a size that anybody can read.
    FOR part IN 0 .. greatest(jsonb_array_length(gone) - 1, 0) / 400 LOOP
        INSERT INTO public.registry_auditentry
            (at, kind, object_type, object_id, event, actor_id, origin, unit_id, reason, detail, roles, login, leaf_hash)
        VALUES (asked.decided_at, 'E', asked.object_type, asked.object_id, 'ERASED', asked.decided_by_id,
                coalesce(origin, 'UNKNOWN'), coalesce(unit, ''), '',
                jsonb_build_object(
                    'erasure', asked.id, 'basis', asked.basis, 'fields', to_jsonb(asked.fields),
                    'asked_by', asked.asked_by_id, 'erased', coalesce((
                        SELECT jsonb_agg(one.value ORDER BY one.place)
                        FROM jsonb_array_elements(gone) WITH ORDINALITY AS one (value, place)
                        WHERE (one.place - 1) / 400 = part), '[]')),
                '{}', '', '');
    END LOOP;
    PERFORM set_config('holdfast.erasure', '', true);
    RETURN jsonb_array_length(gone);
END $$;
