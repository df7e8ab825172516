-- The schema as the migrations make it. `make schema` writes this file, and a test compares it: do not edit it.

CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

CREATE FUNCTION warmline_all_known_below() RETURNS bigint
    LANGUAGE sql STABLE
    RETURN ((pg_snapshot_xmin(pg_current_snapshot()))::text)::bigint;

CREATE FUNCTION warmline_erase_from_audit(erased character varying) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    UPDATE audit_entries SET namespace = NULL, namespace_salt = NULL
    WHERE tenant_id = warmline_tenant() AND namespace = erased
  $$;
ALTER FUNCTION warmline_erase_from_audit(erased character varying) OWNER TO warmline_admin;

CREATE FUNCTION warmline_holders(wanted_namespace character varying, wanted bigint[], most integer) RETURNS TABLE(term bigint, ids bytea, sessions bytea, ordinals bytea)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_indexscan TO 'off'
    SET enable_indexonlyscan TO 'off'
    AS $$
BEGIN
  FOREACH term IN ARRAY wanted LOOP
    SELECT
      string_agg(uuid_send(m.id), ''),
      string_agg(uuid_send(coalesce(m.session_id, '00000000-0000-0000-0000-000000000000')), ''),
      string_agg(int4send(coalesce(m.ordinal, 0)), '')
    INTO ids, sessions, ordinals
    FROM (
      SELECT id, session_id, ordinal FROM memories
      WHERE indexed_terms @> ARRAY[term]
        AND tenant_id IS NOT DISTINCT FROM warmline_tenant() AND namespace IS NOT DISTINCT FROM wanted_namespace
      LIMIT most
    ) AS m;
    IF ids IS NOT NULL THEN
      RETURN NEXT;
      most := most - octet_length(ids) / 16;
    END IF;
    EXIT WHEN most <= 0;
  END LOOP;
END $$;
ALTER FUNCTION warmline_holders(wanted_namespace character varying, wanted bigint[], most integer) OWNER TO warmline_admin;

CREATE FUNCTION warmline_key_hash() RETURNS bytea
    LANGUAGE sql STABLE
    AS $$ SELECT decode(nullif(current_setting('warmline.key_hash', true), ''), 'hex') $$;

CREATE FUNCTION warmline_mark(tenant_id uuid, namespace character varying) RETURNS halfvec
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT ((array_agg(CASE get_bit(digest.digest, ("bit"."bit")::bigint) WHEN 1 THEN 0.0883883 ELSE '-0.0883883'::numeric END ORDER BY "bit"."bit"))::real[])::halfvec AS array_agg FROM decode(md5(((warmline_mark.tenant_id)::text || (warmline_mark.namespace)::text)), 'hex'::text) digest(digest), generate_series(0, 31) "bit"("bit"));

CREATE FUNCTION warmline_namespaces() RETURNS character varying[]
    LANGUAGE sql STABLE
    AS $$ SELECT string_to_array(
    replace(replace(nullif(current_setting('warmline.namespaces', true), ''), '_', '\_'), '*', '%'), ','
  )::varchar[] $$;

CREATE FUNCTION warmline_note_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.changed_in := warmline_transaction();
  RETURN NEW;
END $$;

CREATE FUNCTION warmline_note_deleted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO deletions (tenant_id, namespace_md5, changed_in, memory_ids)
  SELECT tenant_id, md5(namespace)::uuid, warmline_transaction(), array_agg(id) FROM gone GROUP BY tenant_id, namespace;
  RETURN NULL;
END $$;
ALTER FUNCTION warmline_note_deleted() OWNER TO warmline_admin;

CREATE FUNCTION warmline_note_moved() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  INSERT INTO deletions (tenant_id, namespace_md5, changed_in, memory_ids)
  VALUES (OLD.tenant_id, md5(OLD.namespace)::uuid, warmline_transaction(), ARRAY[OLD.id]);
  RETURN NULL;
END $$;
ALTER FUNCTION warmline_note_moved() OWNER TO warmline_admin;

CREATE FUNCTION warmline_serves_from() RETURNS character varying
    LANGUAGE sql IMMUTABLE
    RETURN '0001'::character varying;

CREATE FUNCTION warmline_tenant() RETURNS uuid
    LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('warmline.tenant_id', true), '')::uuid $$;

CREATE FUNCTION warmline_tenant_name() RETURNS character varying
    LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('warmline.tenant_name', true), '') $$;

CREATE FUNCTION warmline_transaction() RETURNS bigint
    LANGUAGE sql
    RETURN ((pg_current_xact_id())::text)::bigint;

CREATE FUNCTION warmline_uuid7() RETURNS uuid
    LANGUAGE sql
    RETURN (((lpad(to_hex(((EXTRACT(epoch FROM clock_timestamp()) * (1000)::numeric))::bigint), 12, '0'::text) || '7'::text) || substr(replace((gen_random_uuid())::text, '-'::text, ''::text), 14)))::uuid;

REVOKE ALL ON FUNCTION warmline_erase_from_audit(erased character varying) FROM PUBLIC;
GRANT ALL ON FUNCTION warmline_erase_from_audit(erased character varying) TO warmline_app;

REVOKE ALL ON FUNCTION warmline_holders(wanted_namespace character varying, wanted bigint[], most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION warmline_holders(wanted_namespace character varying, wanted bigint[], most integer) TO warmline_app;

REVOKE ALL ON FUNCTION warmline_note_deleted() FROM PUBLIC;

REVOKE ALL ON FUNCTION warmline_note_moved() FROM PUBLIC;

-- api_keys

CREATE TABLE api_keys (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name character varying NOT NULL,
    hint character varying NOT NULL,
    key_hash bytea NOT NULL,
    kind character varying NOT NULL,
    scopes character varying[] NOT NULL,
    agents character varying[] NOT NULL,
    namespaces character varying[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    replaces_id uuid,
    CONSTRAINT api_keys_agents_check CHECK ((cardinality(agents) > 0)),
    CONSTRAINT api_keys_key_hash_check CHECK ((length(key_hash) = 32)),
    CONSTRAINT api_keys_kind_check CHECK (((kind)::text = ANY ((ARRAY['bot'::character varying, 'reader'::character varying, 'desk'::character varying, 'admin'::character varying])::text[]))),
    CONSTRAINT api_keys_namespaces_check CHECK ((cardinality(namespaces) > 0))
);
ALTER TABLE ONLY api_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash);
ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY api_keys
    ADD CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON api_keys TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY making ON api_keys FOR INSERT TO warmline_app WITH CHECK ((tenant_id = warmline_tenant()));
CREATE POLICY revoking ON api_keys FOR UPDATE TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
CREATE POLICY tenancy ON api_keys FOR SELECT TO warmline_app USING (((tenant_id = warmline_tenant()) OR (key_hash = warmline_key_hash())));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE api_keys TO warmline_admin;
GRANT SELECT,INSERT,UPDATE ON TABLE api_keys TO warmline_app;

-- attachments

CREATE TABLE attachments (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    namespace character varying NOT NULL,
    chain_id uuid,
    memory_id uuid,
    external_id character varying,
    name character varying NOT NULL,
    type character varying NOT NULL,
    size integer NOT NULL,
    width integer,
    height integer,
    sha256 bytea NOT NULL,
    state character varying NOT NULL,
    problem character varying,
    check_due_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    content bytea,
    CONSTRAINT attachments_due_while_waiting CHECK ((((state)::text = 'waiting'::text) = (check_due_at IS NOT NULL))),
    CONSTRAINT attachments_height_check CHECK ((height > 0)),
    CONSTRAINT attachments_name_check CHECK (((name)::text <> ''::text)),
    CONSTRAINT attachments_refused_for_a_reason CHECK (((problem IS NULL) OR ((state)::text = 'refused'::text))),
    CONSTRAINT attachments_refused_hold_nothing CHECK ((((state)::text = 'refused'::text) = (content IS NULL))),
    CONSTRAINT attachments_sent_in_a_chain CHECK (((memory_id IS NULL) = (chain_id IS NULL))),
    CONSTRAINT attachments_sha256_check CHECK ((length(sha256) = 32)),
    CONSTRAINT attachments_size_check CHECK ((size > 0)),
    CONSTRAINT attachments_state_check CHECK (((state)::text = ANY ((ARRAY['unchecked'::character varying, 'waiting'::character varying, 'clean'::character varying, 'refused'::character varying])::text[]))),
    CONSTRAINT attachments_type_check CHECK (((type)::text <> ''::text)),
    CONSTRAINT attachments_width_check CHECK ((width > 0))
);
ALTER TABLE ONLY attachments FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX attachments_by_age ON attachments USING btree (tenant_id, created_at);
CREATE INDEX attachments_by_chain ON attachments USING btree (tenant_id, chain_id, id) WHERE (chain_id IS NOT NULL);
CREATE UNIQUE INDEX attachments_by_external_id ON attachments USING btree (tenant_id, namespace, external_id) WHERE (external_id IS NOT NULL);
CREATE UNIQUE INDEX attachments_by_memory ON attachments USING btree (tenant_id, memory_id) WHERE (memory_id IS NOT NULL);
CREATE INDEX attachments_by_namespace ON attachments USING btree (tenant_id, namespace, id);
CREATE INDEX attachments_to_check ON attachments USING btree (check_due_at) WHERE (check_due_at IS NOT NULL);
CREATE INDEX attachments_unsent ON attachments USING btree (created_at) WHERE (memory_id IS NULL);
ALTER TABLE ONLY attachments
    ADD CONSTRAINT attachments_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY attachments
    ADD CONSTRAINT attachments_tenant_id_memory_id_fkey FOREIGN KEY (tenant_id, memory_id) REFERENCES memories(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON attachments TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY binding ON attachments AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
CREATE POLICY checking ON attachments FOR SELECT TO warmline_sweep USING ((check_due_at IS NOT NULL));
CREATE POLICY sweeping ON attachments FOR DELETE TO warmline_sweep USING ((memory_id IS NULL));
CREATE POLICY sweeping_sight ON attachments FOR SELECT TO warmline_sweep USING ((memory_id IS NULL));
CREATE POLICY tenancy ON attachments TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE attachments TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE attachments TO warmline_app;
GRANT DELETE ON TABLE attachments TO warmline_sweep;
GRANT SELECT(tenant_id) ON TABLE attachments TO warmline_sweep;
GRANT SELECT(id) ON TABLE attachments TO warmline_sweep;
GRANT SELECT(memory_id) ON TABLE attachments TO warmline_sweep;
GRANT SELECT(check_due_at) ON TABLE attachments TO warmline_sweep;
GRANT SELECT(created_at) ON TABLE attachments TO warmline_sweep;

-- audit_entries

CREATE TABLE audit_entries (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    number bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind character varying NOT NULL,
    actor_id uuid,
    actor_name character varying NOT NULL,
    address character varying,
    verb character varying NOT NULL,
    namespace character varying,
    namespace_salt character varying,
    namespace_hash character varying,
    details json NOT NULL,
    previous_hash character varying NOT NULL,
    hash character varying NOT NULL,
    CONSTRAINT audit_entries_actor_kind_check CHECK (((actor_kind)::text = ANY ((ARRAY['key'::character varying, 'operator'::character varying, 'system'::character varying])::text[]))),
    CONSTRAINT audit_entries_number_check CHECK ((number >= 1))
);
ALTER TABLE ONLY audit_entries FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY audit_entries
    ADD CONSTRAINT audit_entries_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY audit_entries
    ADD CONSTRAINT audit_entries_tenant_id_number_key UNIQUE (tenant_id, number);
ALTER TABLE ONLY audit_entries
    ADD CONSTRAINT audit_entries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON audit_entries TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE audit_entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON audit_entries TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE audit_entries TO warmline_admin;
GRANT SELECT,INSERT ON TABLE audit_entries TO warmline_app;

-- calendar_links

CREATE TABLE calendar_links (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    rota character varying NOT NULL,
    token_hash bytea NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT calendar_links_token_hash_check CHECK ((length(token_hash) = 32))
);
ALTER TABLE ONLY calendar_links FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY calendar_links
    ADD CONSTRAINT calendar_links_pkey PRIMARY KEY (tenant_id, rota);
ALTER TABLE ONLY calendar_links
    ADD CONSTRAINT calendar_links_token_hash_key UNIQUE (token_hash);
ALTER TABLE ONLY calendar_links
    ADD CONSTRAINT calendar_links_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY calendar_links
    ADD CONSTRAINT calendar_links_tenant_id_rota_fkey FOREIGN KEY (tenant_id, rota) REFERENCES rotas(tenant_id, name) ON DELETE CASCADE;
CREATE POLICY administration ON calendar_links TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE calendar_links ENABLE ROW LEVEL SECURITY;
CREATE POLICY reading_a_calendar ON calendar_links FOR SELECT TO warmline_app USING ((token_hash = warmline_key_hash()));
CREATE POLICY tenancy ON calendar_links TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE calendar_links TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE calendar_links TO warmline_app;

-- case_tags

CREATE TABLE case_tags (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    chain_id uuid NOT NULL,
    tag character varying NOT NULL,
    namespace character varying NOT NULL,
    by character varying NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT case_tags_tag_check CHECK (((length((tag)::text) >= 1) AND (length((tag)::text) <= 40)))
);
ALTER TABLE ONLY case_tags FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY case_tags
    ADD CONSTRAINT case_tags_pkey PRIMARY KEY (tenant_id, chain_id, tag);
CREATE INDEX case_tags_by_tag ON case_tags USING btree (tenant_id, tag, chain_id);
ALTER TABLE ONLY case_tags
    ADD CONSTRAINT case_tags_tenant_id_chain_id_fkey FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY case_tags
    ADD CONSTRAINT case_tags_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON case_tags TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON case_tags AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE case_tags ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON case_tags TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE case_tags TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE case_tags TO warmline_app;

-- consolidations

CREATE TABLE consolidations (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    namespace character varying NOT NULL,
    kept_id uuid NOT NULL,
    similarity real NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    undone_at timestamp with time zone,
    CONSTRAINT consolidations_similarity_check CHECK (((similarity >= ('-1'::integer)::double precision) AND (similarity <= (1)::double precision)))
);
ALTER TABLE ONLY consolidations FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY consolidations
    ADD CONSTRAINT consolidations_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX consolidations_by_kept ON consolidations USING btree (tenant_id, kept_id);
CREATE INDEX consolidations_by_namespace ON consolidations USING btree (tenant_id, namespace, id);
ALTER TABLE ONLY consolidations
    ADD CONSTRAINT consolidations_kept FOREIGN KEY (tenant_id, kept_id) REFERENCES memories(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY consolidations
    ADD CONSTRAINT consolidations_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON consolidations TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON consolidations AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE consolidations ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON consolidations TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE consolidations TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE consolidations TO warmline_app;

-- content_keys

CREATE TABLE content_keys (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    number smallint NOT NULL,
    sealed character varying NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT content_keys_number_check CHECK ((number >= 1)),
    CONSTRAINT content_keys_sealed_check CHECK (((sealed)::text <> ''::text))
);
ALTER TABLE ONLY content_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY content_keys
    ADD CONSTRAINT content_keys_pkey PRIMARY KEY (tenant_id, number);
ALTER TABLE ONLY content_keys
    ADD CONSTRAINT content_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
CREATE POLICY administration ON content_keys TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE content_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON content_keys FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY tenancy ON content_keys TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE content_keys TO warmline_admin;
GRANT SELECT,INSERT ON TABLE content_keys TO warmline_app;
GRANT SELECT(sealed) ON TABLE content_keys TO warmline_sweep;

-- customer_ids

CREATE TABLE customer_ids (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    channel character varying NOT NULL,
    external_id character varying NOT NULL,
    customer_id uuid NOT NULL,
    namespace character varying NOT NULL
);
ALTER TABLE ONLY customer_ids FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY customer_ids
    ADD CONSTRAINT customer_ids_pkey PRIMARY KEY (tenant_id, channel, external_id);
CREATE INDEX customer_ids_by_customer ON customer_ids USING btree (tenant_id, customer_id);
CREATE INDEX customer_ids_by_id ON customer_ids USING btree (tenant_id, external_id);
ALTER TABLE ONLY customer_ids
    ADD CONSTRAINT customer_ids_tenant_id_customer_id_fkey FOREIGN KEY (tenant_id, customer_id) REFERENCES customers(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY customer_ids
    ADD CONSTRAINT customer_ids_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON customer_ids TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON customer_ids AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE customer_ids ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON customer_ids TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE customer_ids TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE customer_ids TO warmline_app;

-- customers

CREATE TABLE customers (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    namespace character varying NOT NULL,
    display_name character varying,
    folded_name character varying,
    language character varying,
    time_zone character varying,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY customers FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY customers
    ADD CONSTRAINT customers_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY customers
    ADD CONSTRAINT customers_tenant_id_namespace_key UNIQUE (tenant_id, namespace);
ALTER TABLE ONLY customers
    ADD CONSTRAINT customers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON customers TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON customers AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON customers TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE customers TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE customers TO warmline_app;

-- deletions

CREATE TABLE deletions (
    tenant_id uuid NOT NULL,
    id bigint NOT NULL,
    namespace_md5 uuid NOT NULL,
    changed_in bigint NOT NULL,
    memory_ids uuid[] NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY deletions FORCE ROW LEVEL SECURITY;
ALTER TABLE deletions ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME deletions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY deletions
    ADD CONSTRAINT deletions_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX deletions_by_change ON deletions USING btree (tenant_id, namespace_md5, changed_in);
CREATE INDEX deletions_by_time ON deletions USING btree (at);
ALTER TABLE ONLY deletions
    ADD CONSTRAINT deletions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
CREATE POLICY administration ON deletions TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE deletions ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON deletions FOR DELETE TO warmline_sweep USING (true);
CREATE POLICY sweeping_sight ON deletions FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY tenancy ON deletions TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deletions TO warmline_admin;
GRANT SELECT ON TABLE deletions TO warmline_app;
GRANT DELETE ON TABLE deletions TO warmline_sweep;
GRANT SELECT(at) ON TABLE deletions TO warmline_sweep;

-- deliveries

CREATE TABLE deliveries (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid DEFAULT warmline_uuid7() NOT NULL,
    endpoint_id uuid NOT NULL,
    sequence bigint NOT NULL,
    state character varying DEFAULT 'pending'::character varying NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone DEFAULT now(),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    attempted_at timestamp with time zone,
    status integer,
    problem character varying,
    CONSTRAINT deliveries_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT deliveries_due_while_pending CHECK ((((state)::text = 'pending'::text) = (due_at IS NOT NULL))),
    CONSTRAINT deliveries_state_check CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'delivered'::character varying, 'failed'::character varying])::text[])))
);
ALTER TABLE ONLY deliveries FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY deliveries
    ADD CONSTRAINT deliveries_tenant_id_sequence_endpoint_id_key UNIQUE (tenant_id, sequence, endpoint_id);
CREATE INDEX deliveries_by_endpoint ON deliveries USING btree (tenant_id, endpoint_id, id);
CREATE INDEX deliveries_due ON deliveries USING btree (endpoint_id, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX deliveries_failed ON deliveries USING btree (tenant_id, endpoint_id, id) WHERE ((state)::text = 'failed'::text);
ALTER TABLE ONLY deliveries
    ADD CONSTRAINT deliveries_tenant_id_endpoint_id_fkey FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY deliveries
    ADD CONSTRAINT deliveries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY deliveries
    ADD CONSTRAINT deliveries_tenant_id_sequence_fkey FOREIGN KEY (tenant_id, sequence) REFERENCES events(tenant_id, sequence) ON DELETE CASCADE;
CREATE POLICY administration ON deliveries TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE deliveries ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON deliveries FOR SELECT TO warmline_sweep USING (((due_at IS NOT NULL) OR ((state)::text = 'failed'::text)));
CREATE POLICY tenancy ON deliveries TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE deliveries TO warmline_app;
GRANT SELECT(tenant_id) ON TABLE deliveries TO warmline_sweep;
GRANT SELECT(id) ON TABLE deliveries TO warmline_sweep;
GRANT SELECT(endpoint_id) ON TABLE deliveries TO warmline_sweep;
GRANT SELECT(state) ON TABLE deliveries TO warmline_sweep;
GRANT SELECT(due_at) ON TABLE deliveries TO warmline_sweep;

-- delivery_attempts

CREATE TABLE delivery_attempts (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    milliseconds integer NOT NULL,
    status integer,
    problem character varying,
    answer character varying,
    CONSTRAINT delivery_attempts_milliseconds_check CHECK ((milliseconds >= 0))
);
ALTER TABLE ONLY delivery_attempts FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY delivery_attempts
    ADD CONSTRAINT delivery_attempts_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts USING btree (tenant_id, delivery_id, id);
ALTER TABLE ONLY delivery_attempts
    ADD CONSTRAINT delivery_attempts_tenant_id_delivery_id_fkey FOREIGN KEY (tenant_id, delivery_id) REFERENCES deliveries(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY delivery_attempts
    ADD CONSTRAINT delivery_attempts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON delivery_attempts TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE delivery_attempts ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON delivery_attempts TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE delivery_attempts TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE delivery_attempts TO warmline_app;

-- embedding_models

CREATE TABLE embedding_models (
    id smallint NOT NULL,
    name character varying NOT NULL,
    dimension integer NOT NULL,
    is_current boolean DEFAULT false NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT embedding_models_dimension_check CHECK (((dimension >= 1) AND (dimension <= 16000)))
);
ALTER TABLE embedding_models ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME embedding_models_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
ALTER TABLE ONLY embedding_models
    ADD CONSTRAINT embedding_models_name_dimension_key UNIQUE (name, dimension);
ALTER TABLE ONLY embedding_models
    ADD CONSTRAINT embedding_models_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX embedding_models_one_is_current ON embedding_models USING btree (is_current) WHERE is_current;
GRANT SELECT,INSERT ON TABLE embedding_models TO warmline_app;
GRANT SELECT ON TABLE embedding_models TO warmline_sweep;
GRANT SELECT,INSERT,UPDATE ON TABLE embedding_models TO warmline_admin;

-- event_counters

CREATE TABLE event_counters (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    last bigint NOT NULL,
    CONSTRAINT event_counters_last_check CHECK ((last >= 0))
);
ALTER TABLE ONLY event_counters FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY event_counters
    ADD CONSTRAINT event_counters_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY event_counters
    ADD CONSTRAINT event_counters_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON event_counters TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE event_counters ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON event_counters TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE event_counters TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE event_counters TO warmline_app;

-- events

CREATE TABLE events (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    sequence bigint NOT NULL,
    id uuid NOT NULL,
    type character varying NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor character varying,
    namespace character varying,
    chain_id uuid,
    handoff_id uuid,
    queue character varying,
    facts jsonb NOT NULL,
    CONSTRAINT events_sequence_check CHECK ((sequence >= 1))
);
ALTER TABLE ONLY events FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY events
    ADD CONSTRAINT events_pkey PRIMARY KEY (tenant_id, sequence);
CREATE INDEX events_by_age ON events USING btree (at);
CREATE INDEX events_by_chain ON events USING btree (tenant_id, chain_id, sequence) WHERE (chain_id IS NOT NULL);
CREATE INDEX events_by_handoff ON events USING btree (tenant_id, handoff_id, sequence) WHERE (handoff_id IS NOT NULL);
CREATE INDEX events_by_namespace ON events USING btree (tenant_id, namespace) WHERE (namespace IS NOT NULL);
CREATE INDEX events_by_queue ON events USING btree (tenant_id, queue, sequence) WHERE (queue IS NOT NULL);
CREATE INDEX events_of_trouble ON events USING btree (tenant_id, handoff_id) WHERE ((type)::text = ANY ((ARRAY['handoff.lapsed'::character varying, 'handoff.offer_lapsed'::character varying, 'handoff.escalated'::character varying, 'handoff.stalled'::character varying, 'handoff.declined'::character varying, 'handoff.nobody_there'::character varying, 'handoff.info_requested'::character varying, 'handoff.redirected'::character varying, 'handoff.cancelled'::character varying])::text[]));
ALTER TABLE ONLY events
    ADD CONSTRAINT events_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON events TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON events AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON events FOR DELETE TO warmline_sweep USING (true);
CREATE POLICY sweeping_sight ON events FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY tenancy ON events TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE events TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE events TO warmline_app;
GRANT DELETE ON TABLE events TO warmline_sweep;
GRANT SELECT(at) ON TABLE events TO warmline_sweep;

-- flags

CREATE TABLE flags (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    handoff_id uuid NOT NULL,
    namespace character varying NOT NULL,
    verdict character varying NOT NULL,
    section character varying,
    label character varying,
    line character varying,
    memory_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    should_be character varying,
    note character varying,
    by character varying NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT flags_quote_a_line_or_miss_one CHECK ((((verdict)::text = 'missing'::text) = (line IS NULL))),
    CONSTRAINT flags_say_what_is_missing CHECK ((((verdict)::text <> 'missing'::text) OR (should_be IS NOT NULL))),
    CONSTRAINT flags_verdict_check CHECK (((verdict)::text = ANY ((ARRAY['wrong'::character varying, 'missing'::character varying, 'superfluous'::character varying])::text[])))
);
ALTER TABLE ONLY flags FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY flags
    ADD CONSTRAINT flags_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX flags_by_handoff ON flags USING btree (tenant_id, handoff_id, id);
CREATE INDEX flags_by_namespace ON flags USING btree (tenant_id, namespace, id);
ALTER TABLE ONLY flags
    ADD CONSTRAINT flags_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY flags
    ADD CONSTRAINT flags_tenant_id_handoff_id_fkey FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON flags TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON flags AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE flags ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON flags TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE flags TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE flags TO warmline_app;

-- handoffs

CREATE TABLE handoffs (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    chain_id uuid NOT NULL,
    namespace character varying NOT NULL,
    state character varying NOT NULL,
    mode character varying NOT NULL,
    source_session_id uuid NOT NULL,
    source_agent character varying NOT NULL,
    target character varying NOT NULL,
    reason character varying NOT NULL,
    goal character varying,
    hop integer NOT NULL,
    template character varying,
    review boolean DEFAULT false NOT NULL,
    refuse_vague boolean DEFAULT false NOT NULL,
    draft_revision integer,
    edited_by character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    target_session_id uuid,
    brief jsonb,
    account jsonb,
    cut_ordinal integer,
    reason_code character varying DEFAULT 'other'::character varying NOT NULL,
    urgency character varying DEFAULT 'normal'::character varying NOT NULL,
    urgency_given boolean DEFAULT true NOT NULL,
    language character varying,
    skills character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    level integer DEFAULT 1 NOT NULL,
    holder character varying,
    token integer DEFAULT 0 NOT NULL,
    claimed_at timestamp with time zone,
    lease_until timestamp with time zone,
    heartbeat_at timestamp with time zone,
    offered_to character varying,
    offered_until timestamp with time zone,
    declined_by character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    inquiry_due_at timestamp with time zone,
    snoozed_until timestamp with time zone,
    alarm_at timestamp with time zone,
    accept_due_at timestamp with time zone,
    first_reply_due_at timestamp with time zone,
    resolve_due_at timestamp with time zone,
    first_reply_at timestamp with time zone,
    read_back jsonb,
    notice jsonb,
    returns_id uuid,
    redirected_from character varying,
    closed_as character varying,
    resolution character varying,
    breach_at timestamp with time zone GENERATED ALWAYS AS (
CASE
    WHEN ((state)::text = ANY ((ARRAY['requested'::character varying, 'drafted'::character varying, 'ready'::character varying, 'claimed'::character varying])::text[])) THEN accept_due_at
    WHEN (((state)::text = 'accepted'::text) AND (first_reply_at IS NULL)) THEN LEAST(first_reply_due_at, resolve_due_at)
    WHEN ((state)::text = 'accepted'::text) THEN resolve_due_at
    ELSE NULL::timestamp with time zone
END) STORED,
    wake_at timestamp with time zone GENERATED ALWAYS AS (
CASE
    WHEN ((state)::text = ANY ((ARRAY['ready'::character varying, 'claimed'::character varying, 'accepted'::character varying])::text[])) THEN LEAST(lease_until, offered_until, inquiry_due_at, snoozed_until, alarm_at)
    ELSE NULL::timestamp with time zone
END) STORED,
    attempts integer DEFAULT 0 NOT NULL,
    problem character varying,
    traceparent character varying,
    due_at timestamp with time zone,
    metadata jsonb NOT NULL,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    ready_at timestamp with time zone,
    accepted_at timestamp with time zone,
    closed_at timestamp with time zone,
    CONSTRAINT handoffs_accepted_into_a_session CHECK ((((state)::text <> 'accepted'::text) OR ((target_session_id IS NOT NULL) AND (accepted_at IS NOT NULL)))),
    CONSTRAINT handoffs_claimed_by_somebody CHECK ((((state)::text <> 'claimed'::text) OR ((holder IS NOT NULL) AND (lease_until IS NOT NULL) AND (token > 0)))),
    CONSTRAINT handoffs_closed_as_check CHECK (((closed_as)::text = ANY ((ARRAY['resolved'::character varying, 'returned'::character varying, 'transferred'::character varying, 'escalated'::character varying, 'rolled_back'::character varying, 'ended'::character varying])::text[]))),
    CONSTRAINT handoffs_closed_as_something CHECK (((closed_as IS NULL) OR ((state)::text = 'closed'::text))),
    CONSTRAINT handoffs_draft_revision_check CHECK ((draft_revision >= 1)),
    CONSTRAINT handoffs_drafted_with_a_draft CHECK ((((state)::text <> 'drafted'::text) OR (review AND (brief IS NOT NULL) AND (cut_ordinal IS NOT NULL) AND (draft_revision IS NOT NULL)))),
    CONSTRAINT handoffs_due_while_requested CHECK (((due_at IS NOT NULL) = ((state)::text = 'requested'::text))),
    CONSTRAINT handoffs_hop_check CHECK ((hop >= 1)),
    CONSTRAINT handoffs_level_check CHECK ((level >= 1)),
    CONSTRAINT handoffs_mode_check CHECK (((mode)::text = ANY ((ARRAY['cold'::character varying, 'warm'::character varying, 'consult'::character varying])::text[]))),
    CONSTRAINT handoffs_offered_until_a_time CHECK (((offered_to IS NULL) = (offered_until IS NULL))),
    CONSTRAINT handoffs_over_at_a_time CHECK (((closed_at IS NOT NULL) = ((state)::text = ANY ((ARRAY['closed'::character varying, 'cancelled'::character varying, 'failed'::character varying])::text[])))),
    CONSTRAINT handoffs_ready_held_by_nobody CHECK ((((state)::text <> 'ready'::text) OR ((holder IS NULL) AND (lease_until IS NULL)))),
    CONSTRAINT handoffs_ready_with_a_brief CHECK ((((state)::text <> ALL ((ARRAY['ready'::character varying, 'claimed'::character varying, 'accepted'::character varying])::text[])) OR ((brief IS NOT NULL) AND (ready_at IS NOT NULL)))),
    CONSTRAINT handoffs_state_check CHECK (((state)::text = ANY ((ARRAY['requested'::character varying, 'drafted'::character varying, 'ready'::character varying, 'claimed'::character varying, 'accepted'::character varying, 'closed'::character varying, 'cancelled'::character varying, 'failed'::character varying])::text[]))),
    CONSTRAINT handoffs_token_check CHECK ((token >= 0)),
    CONSTRAINT handoffs_urgency_check CHECK (((urgency)::text = ANY ((ARRAY['low'::character varying, 'normal'::character varying, 'high'::character varying, 'critical'::character varying])::text[])))
);
ALTER TABLE ONLY handoffs FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY handoffs
    ADD CONSTRAINT handoffs_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX handoffs_by_chain ON handoffs USING btree (tenant_id, chain_id, id);
CREATE INDEX handoffs_by_namespace ON handoffs USING btree (tenant_id, namespace, id);
CREATE INDEX handoffs_by_request ON handoffs USING btree (tenant_id, requested_at);
CREATE INDEX handoffs_by_returned ON handoffs USING btree (tenant_id, returns_id) WHERE (returns_id IS NOT NULL);
CREATE INDEX handoffs_by_source_session ON handoffs USING btree (tenant_id, source_session_id);
CREATE INDEX handoffs_by_target_session ON handoffs USING btree (tenant_id, target_session_id);
CREATE INDEX handoffs_due ON handoffs USING btree (tenant_id, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX handoffs_held ON handoffs USING btree (tenant_id, holder) WHERE ((state)::text = ANY ((ARRAY['claimed'::character varying, 'accepted'::character varying])::text[]));
CREATE UNIQUE INDEX handoffs_one_under_way_per_session ON handoffs USING btree (tenant_id, source_session_id) WHERE (((state)::text = ANY ((ARRAY['requested'::character varying, 'drafted'::character varying, 'ready'::character varying, 'claimed'::character varying])::text[])) AND ((mode)::text <> 'consult'::text));
CREATE INDEX handoffs_open ON handoffs USING btree (state) WHERE ((closed_at IS NULL) OR ((state)::text = 'failed'::text));
CREATE INDEX handoffs_to_wake ON handoffs USING btree (wake_at) WHERE (wake_at IS NOT NULL);
CREATE INDEX handoffs_waiting ON handoffs USING btree (tenant_id, target, breach_at) WHERE ((state)::text = ANY ((ARRAY['ready'::character varying, 'claimed'::character varying])::text[]));
ALTER TABLE ONLY handoffs
    ADD CONSTRAINT handoffs_tenant_id_chain_id_fkey FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions(tenant_id, id);
ALTER TABLE ONLY handoffs
    ADD CONSTRAINT handoffs_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY handoffs
    ADD CONSTRAINT handoffs_tenant_id_returns_id_fkey FOREIGN KEY (tenant_id, returns_id) REFERENCES handoffs(tenant_id, id);
ALTER TABLE ONLY handoffs
    ADD CONSTRAINT handoffs_tenant_id_source_session_id_fkey FOREIGN KEY (tenant_id, source_session_id) REFERENCES sessions(tenant_id, id);
ALTER TABLE ONLY handoffs
    ADD CONSTRAINT handoffs_tenant_id_target_session_id_fkey FOREIGN KEY (tenant_id, target_session_id) REFERENCES sessions(tenant_id, id);
CREATE POLICY administration ON handoffs TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON handoffs AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE handoffs ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON handoffs FOR SELECT TO warmline_sweep USING (((state)::text = ANY ('{requested,drafted,ready,claimed,accepted,failed}'::text[])));
CREATE POLICY tenancy ON handoffs TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE handoffs TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE handoffs TO warmline_app;
GRANT SELECT(tenant_id) ON TABLE handoffs TO warmline_sweep;
GRANT SELECT(id) ON TABLE handoffs TO warmline_sweep;
GRANT SELECT(state) ON TABLE handoffs TO warmline_sweep;
GRANT SELECT(wake_at) ON TABLE handoffs TO warmline_sweep;
GRANT SELECT(due_at) ON TABLE handoffs TO warmline_sweep;
GRANT SELECT(closed_at) ON TABLE handoffs TO warmline_sweep;

-- idempotent_answers

CREATE TABLE idempotent_answers (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    key character varying NOT NULL,
    fingerprint character varying NOT NULL,
    answer jsonb,
    namespaces character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY idempotent_answers FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY idempotent_answers
    ADD CONSTRAINT idempotent_answers_pkey PRIMARY KEY (tenant_id, key);
CREATE INDEX idempotent_answers_by_age ON idempotent_answers USING btree (created_at);
ALTER TABLE ONLY idempotent_answers
    ADD CONSTRAINT idempotent_answers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON idempotent_answers TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE idempotent_answers ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON idempotent_answers FOR DELETE TO warmline_sweep USING (true);
CREATE POLICY sweeping_sight ON idempotent_answers FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY tenancy ON idempotent_answers TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE idempotent_answers TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE idempotent_answers TO warmline_app;
GRANT DELETE ON TABLE idempotent_answers TO warmline_sweep;
GRANT SELECT(created_at) ON TABLE idempotent_answers TO warmline_sweep;

-- identities

CREATE TABLE identities (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    issuer character varying NOT NULL,
    subject character varying NOT NULL,
    operator_id uuid NOT NULL
);
ALTER TABLE ONLY identities FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (tenant_id, issuer, subject);
ALTER TABLE ONLY identities
    ADD CONSTRAINT identities_tenant_id_operator_id_key UNIQUE (tenant_id, operator_id);
ALTER TABLE ONLY identities
    ADD CONSTRAINT identities_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY identities
    ADD CONSTRAINT identities_tenant_id_operator_id_fkey FOREIGN KEY (tenant_id, operator_id) REFERENCES operators(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON identities TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE identities ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON identities TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identities TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identities TO warmline_app;

-- identity_providers

CREATE TABLE identity_providers (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    issuer character varying NOT NULL,
    client_id character varying NOT NULL,
    client_secret character varying,
    adds_operators boolean DEFAULT false NOT NULL,
    role_claim character varying,
    roles jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE ONLY identity_providers FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY identity_providers
    ADD CONSTRAINT identity_providers_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY identity_providers
    ADD CONSTRAINT identity_providers_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON identity_providers TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE identity_providers ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON identity_providers TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity_providers TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE identity_providers TO warmline_app;

-- inquiries

CREATE TABLE inquiries (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    handoff_id uuid NOT NULL,
    asked_by character varying NOT NULL,
    question character varying NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone NOT NULL,
    answered_by character varying,
    answer character varying,
    answered_at timestamp with time zone,
    CONSTRAINT inquiries_answered_as_a_whole CHECK ((((answer IS NULL) = (answered_at IS NULL)) AND ((answer IS NULL) = (answered_by IS NULL)))),
    CONSTRAINT inquiries_question_check CHECK (((question)::text <> ''::text))
);
ALTER TABLE ONLY inquiries FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY inquiries
    ADD CONSTRAINT inquiries_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX inquiries_by_handoff ON inquiries USING btree (tenant_id, handoff_id, id);
ALTER TABLE ONLY inquiries
    ADD CONSTRAINT inquiries_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY inquiries
    ADD CONSTRAINT inquiries_tenant_id_handoff_id_fkey FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON inquiries TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON inquiries AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = inquiries.tenant_id) AND (handoffs.id = inquiries.handoff_id)))))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = inquiries.tenant_id) AND (handoffs.id = inquiries.handoff_id))))));
ALTER TABLE inquiries ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON inquiries TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE inquiries TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE inquiries TO warmline_app;

-- mail_cursors

CREATE TABLE mail_cursors (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    sequence bigint NOT NULL
);
ALTER TABLE ONLY mail_cursors FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY mail_cursors
    ADD CONSTRAINT mail_cursors_pkey PRIMARY KEY (tenant_id);
ALTER TABLE ONLY mail_cursors
    ADD CONSTRAINT mail_cursors_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON mail_cursors TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE mail_cursors ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON mail_cursors TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE mail_cursors TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE mail_cursors TO warmline_app;

-- mail_notices

CREATE TABLE mail_notices (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    operator_id uuid NOT NULL,
    about character varying NOT NULL,
    key character varying NOT NULL,
    handoff_id uuid,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    mailed_at timestamp with time zone,
    CONSTRAINT mail_notices_about_check CHECK (((about)::text = ANY ((ARRAY['waiting'::character varying, 'late'::character varying, 'offered'::character varying, 'mentioned'::character varying])::text[])))
);
ALTER TABLE ONLY mail_notices FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY mail_notices
    ADD CONSTRAINT mail_notices_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY mail_notices
    ADD CONSTRAINT mail_notices_tenant_id_operator_id_about_key_key UNIQUE (tenant_id, operator_id, about, key);
CREATE INDEX mail_notices_by_age ON mail_notices USING btree (at);
CREATE INDEX mail_notices_due ON mail_notices USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX mail_notices_mailed ON mail_notices USING btree (tenant_id, operator_id, mailed_at) WHERE (mailed_at IS NOT NULL);
ALTER TABLE ONLY mail_notices
    ADD CONSTRAINT mail_notices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY mail_notices
    ADD CONSTRAINT mail_notices_tenant_id_operator_id_fkey FOREIGN KEY (tenant_id, operator_id) REFERENCES operators(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON mail_notices TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON mail_notices AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = mail_notices.tenant_id) AND (handoffs.id = mail_notices.handoff_id)))))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = mail_notices.tenant_id) AND (handoffs.id = mail_notices.handoff_id))))));
ALTER TABLE mail_notices ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON mail_notices FOR DELETE TO warmline_sweep USING (true);
CREATE POLICY sweeping_sight ON mail_notices FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY tenancy ON mail_notices TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE mail_notices TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE mail_notices TO warmline_app;
GRANT DELETE ON TABLE mail_notices TO warmline_sweep;
GRANT SELECT(tenant_id) ON TABLE mail_notices TO warmline_sweep;
GRANT SELECT(operator_id) ON TABLE mail_notices TO warmline_sweep;
GRANT SELECT(at) ON TABLE mail_notices TO warmline_sweep;
GRANT SELECT(due_at) ON TABLE mail_notices TO warmline_sweep;

-- measures

CREATE TABLE measures (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    handoff_id uuid NOT NULL,
    lines integer NOT NULL,
    elements integer NOT NULL,
    questions integer NOT NULL,
    repeated integer NOT NULL,
    CONSTRAINT measures_elements_check CHECK (((elements >= 0) AND (elements <= 5))),
    CONSTRAINT measures_lines_check CHECK ((lines >= 0)),
    CONSTRAINT measures_questions_check CHECK ((questions >= 0)),
    CONSTRAINT measures_repeat_what_was_asked CHECK (((repeated >= 0) AND (repeated <= questions)))
);
ALTER TABLE ONLY measures FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY measures
    ADD CONSTRAINT measures_pkey PRIMARY KEY (tenant_id, handoff_id);
ALTER TABLE ONLY measures
    ADD CONSTRAINT measures_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY measures
    ADD CONSTRAINT measures_tenant_id_handoff_id_fkey FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON measures TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON measures AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = measures.tenant_id) AND (handoffs.id = measures.handoff_id)))))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = measures.tenant_id) AND (handoffs.id = measures.handoff_id))))));
ALTER TABLE measures ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON measures TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE measures TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE measures TO warmline_app;

-- memories

CREATE TABLE memories (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    namespace character varying NOT NULL,
    session_id uuid,
    chain_id uuid,
    ordinal integer,
    handoff_id uuid,
    agent character varying,
    kind character varying NOT NULL,
    role character varying,
    external_id character varying,
    content character varying NOT NULL,
    importance real NOT NULL,
    importance_estimated boolean NOT NULL,
    pinned boolean DEFAULT false NOT NULL,
    slot jsonb,
    slot_name character varying GENERATED ALWAYS AS ((slot ->> 'name'::text)) STORED,
    action json,
    metadata jsonb NOT NULL,
    event_time timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    fingerprint bytea,
    times_seen integer DEFAULT 1 NOT NULL,
    last_seen_at timestamp with time zone,
    times_recalled integer DEFAULT 0 NOT NULL,
    last_recalled_at timestamp with time zone,
    found_useful integer DEFAULT 0 NOT NULL,
    found_wrong integer DEFAULT 0 NOT NULL,
    consolidation_id uuid,
    embedding_model_id smallint NOT NULL,
    embedding halfvec NOT NULL,
    terms bytea NOT NULL,
    card bytea GENERATED ALWAYS AS ((((((((((uuid_send(id) || uuid_send(COALESCE(session_id, '00000000-0000-0000-0000-000000000000'::uuid))) || timestamptz_send(event_time)) || float4send(importance)) || int4send(COALESCE(ordinal, 0))) || int4send((octet_length(terms) / 8))) || int4send(times_recalled)) || boolsend(importance_estimated)) || boolsend((pinned OR (handoff_id IS NOT NULL)))) || boolsend((consolidation_id IS NOT NULL)))) STORED NOT NULL,
    indexed_terms bigint[],
    changed_in bigint DEFAULT warmline_transaction() NOT NULL,
    CONSTRAINT memories_chained_in_a_session CHECK (((session_id IS NULL) = (chain_id IS NULL))),
    CONSTRAINT memories_content_check CHECK (((content)::text <> ''::text)),
    CONSTRAINT memories_fingerprint_check CHECK ((length(fingerprint) = 16)),
    CONSTRAINT memories_importance_check CHECK (((importance >= (0)::double precision) AND (importance <= (1)::double precision))),
    CONSTRAINT memories_numbered_in_a_session CHECK (((session_id IS NULL) = (ordinal IS NULL))),
    CONSTRAINT memories_of_briefs_and_pins_never_expire CHECK (((expires_at IS NULL) OR ((handoff_id IS NULL) AND (NOT pinned)))),
    CONSTRAINT memories_of_briefs_are_important CHECK (((handoff_id IS NULL) OR (((kind)::text = 'handoff'::text) AND (importance = (1)::double precision)))),
    CONSTRAINT memories_ordinal_check CHECK ((ordinal >= 1)),
    CONSTRAINT memories_role_check CHECK (((role)::text = ANY ((ARRAY['user'::character varying, 'agent'::character varying, 'tool'::character varying, 'system'::character varying])::text[]))),
    CONSTRAINT memories_terms_check CHECK (((octet_length(terms) % 8) = 0)),
    CONSTRAINT memories_times_seen_check CHECK ((times_seen >= 1))
);
ALTER TABLE ONLY memories FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY memories
    ADD CONSTRAINT memories_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY memories
    ADD CONSTRAINT memories_tenant_id_session_id_ordinal_key UNIQUE (tenant_id, session_id, ordinal);
CREATE INDEX memories_by_chain ON memories USING btree (tenant_id, chain_id, id) WHERE (chain_id IS NOT NULL);
CREATE INDEX memories_by_change ON memories USING btree (tenant_id, namespace COLLATE "C", changed_in);
CREATE INDEX memories_by_consolidation ON memories USING btree (tenant_id, consolidation_id) WHERE (consolidation_id IS NOT NULL);
CREATE INDEX memories_by_expiry ON memories USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE UNIQUE INDEX memories_by_external_id ON memories USING btree (tenant_id, session_id, external_id, namespace, expires_at) NULLS NOT DISTINCT WHERE (external_id IS NOT NULL);
CREATE INDEX memories_by_importance ON memories USING btree (tenant_id, namespace, importance DESC, event_time DESC);
CREATE INDEX memories_by_meaning_1024 ON memories USING hnsw ((((embedding OPERATOR(||) warmline_mark(tenant_id, namespace)))::halfvec(1056)) halfvec_cosine_ops) WHERE ((indexed_terms IS NOT NULL) AND (vector_dims(embedding) = 1024));
CREATE INDEX memories_by_meaning_384 ON memories USING hnsw ((((embedding OPERATOR(||) warmline_mark(tenant_id, namespace)))::halfvec(416)) halfvec_cosine_ops) WHERE ((indexed_terms IS NOT NULL) AND (vector_dims(embedding) = 384));
CREATE INDEX memories_by_meaning_768 ON memories USING hnsw ((((embedding OPERATOR(||) warmline_mark(tenant_id, namespace)))::halfvec(800)) halfvec_cosine_ops) WHERE ((indexed_terms IS NOT NULL) AND (vector_dims(embedding) = 768));
CREATE INDEX memories_by_namespace ON memories USING btree (tenant_id, namespace, id);
CREATE INDEX memories_by_slot ON memories USING btree (tenant_id, namespace, slot_name, event_time DESC, id DESC) WHERE (slot_name IS NOT NULL);
CREATE INDEX memories_by_terms ON memories USING gin (indexed_terms) WITH (fastupdate=off) WHERE (indexed_terms IS NOT NULL);
CREATE INDEX memories_indexed ON memories USING btree (tenant_id, namespace, id) WHERE (indexed_terms IS NOT NULL);
CREATE UNIQUE INDEX memories_no_duplicates ON memories USING btree (tenant_id, fingerprint) WHERE (fingerprint IS NOT NULL);
CREATE UNIQUE INDEX memories_one_per_handoff ON memories USING btree (tenant_id, handoff_id) WHERE (handoff_id IS NOT NULL);
CREATE INDEX memories_unindexed ON memories USING btree (tenant_id, namespace, id) WHERE (indexed_terms IS NULL);
CREATE TRIGGER changed BEFORE UPDATE ON memories FOR EACH ROW WHEN (((old.indexed_terms IS NOT NULL) OR (new.indexed_terms IS NULL))) EXECUTE FUNCTION warmline_note_change();
CREATE TRIGGER deleted AFTER DELETE ON memories REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION warmline_note_deleted();
CREATE TRIGGER moved AFTER UPDATE ON memories FOR EACH ROW WHEN (((new.namespace)::text <> (old.namespace)::text)) EXECUTE FUNCTION warmline_note_moved();
ALTER TABLE ONLY memories
    ADD CONSTRAINT memories_embedding_model_id_fkey FOREIGN KEY (embedding_model_id) REFERENCES embedding_models(id);
ALTER TABLE ONLY memories
    ADD CONSTRAINT memories_tenant_id_chain_id_fkey FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions(tenant_id, id);
ALTER TABLE ONLY memories
    ADD CONSTRAINT memories_tenant_id_consolidation_id_fkey FOREIGN KEY (tenant_id, consolidation_id) REFERENCES consolidations(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY memories
    ADD CONSTRAINT memories_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY memories
    ADD CONSTRAINT memories_tenant_id_handoff_id_fkey FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs(tenant_id, id);
ALTER TABLE ONLY memories
    ADD CONSTRAINT memories_tenant_id_session_id_fkey FOREIGN KEY (tenant_id, session_id) REFERENCES sessions(tenant_id, id);
CREATE POLICY administration ON memories TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON memories AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE memories ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON memories FOR DELETE TO warmline_sweep USING ((expires_at <= now()));
CREATE POLICY sweeping_sight ON memories FOR SELECT TO warmline_sweep USING ((expires_at <= now()));
CREATE POLICY tenancy ON memories TO warmline_app USING (((tenant_id = warmline_tenant()) AND ((expires_at IS NULL) OR (expires_at > now())))) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE memories TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE memories TO warmline_app;
GRANT DELETE ON TABLE memories TO warmline_sweep;
GRANT SELECT(tenant_id) ON TABLE memories TO warmline_sweep;
GRANT SELECT(id) ON TABLE memories TO warmline_sweep;
GRANT SELECT(namespace) ON TABLE memories TO warmline_sweep;
GRANT SELECT(expires_at) ON TABLE memories TO warmline_sweep;

-- operators

CREATE TABLE operators (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    name character varying NOT NULL,
    display_name character varying NOT NULL,
    role character varying DEFAULT 'operator'::character varying NOT NULL,
    queues character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    skills character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    languages character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    level integer DEFAULT 1 NOT NULL,
    capacity integer DEFAULT 5 NOT NULL,
    zone character varying DEFAULT 'UTC'::character varying NOT NULL,
    presence character varying DEFAULT 'offline'::character varying NOT NULL,
    seen_at timestamp with time zone,
    password_hash character varying,
    link_hash bytea,
    link_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    deleted_at timestamp with time zone,
    email character varying,
    mail_about character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    mails_an_hour integer DEFAULT 6 NOT NULL,
    language character varying,
    CONSTRAINT operators_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT operators_deleted_sign_in_no_more CHECK (((deleted_at IS NULL) OR ((disabled_at IS NOT NULL) AND (password_hash IS NULL) AND (link_hash IS NULL)))),
    CONSTRAINT operators_level_check CHECK ((level >= 1)),
    CONSTRAINT operators_link_hash_check CHECK ((length(link_hash) = 32)),
    CONSTRAINT operators_links_end CHECK (((link_hash IS NULL) = (link_until IS NULL))),
    CONSTRAINT operators_mails_an_hour_check CHECK ((mails_an_hour >= 1)),
    CONSTRAINT operators_name_check CHECK (((name)::text ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'::text)),
    CONSTRAINT operators_presence_check CHECK (((presence)::text = ANY ((ARRAY['available'::character varying, 'away'::character varying, 'offline'::character varying])::text[]))),
    CONSTRAINT operators_role_check CHECK (((role)::text = ANY ((ARRAY['operator'::character varying, 'lead'::character varying, 'admin'::character varying, 'auditor'::character varying])::text[])))
);
ALTER TABLE ONLY operators FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY operators
    ADD CONSTRAINT operators_link_hash_key UNIQUE (link_hash);
ALTER TABLE ONLY operators
    ADD CONSTRAINT operators_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY operators
    ADD CONSTRAINT operators_tenant_id_name_key UNIQUE (tenant_id, name);
ALTER TABLE ONLY operators
    ADD CONSTRAINT operators_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON operators TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE operators ENABLE ROW LEVEL SECURITY;
CREATE POLICY setting_a_password ON operators FOR SELECT TO warmline_app USING ((link_hash = warmline_key_hash()));
CREATE POLICY sweeping ON operators FOR SELECT TO warmline_sweep USING (((email IS NOT NULL) AND (mail_about <> '{}'::character varying[])));
CREATE POLICY tenancy ON operators TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE operators TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE operators TO warmline_app;
GRANT SELECT(tenant_id) ON TABLE operators TO warmline_sweep;
GRANT SELECT(mail_about) ON TABLE operators TO warmline_sweep;

-- queues

CREATE TABLE queues (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    name character varying NOT NULL,
    written jsonb NOT NULL,
    written_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT queues_name_check CHECK (((name)::text ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'::text))
);
ALTER TABLE ONLY queues FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY queues
    ADD CONSTRAINT queues_pkey PRIMARY KEY (tenant_id, name);
ALTER TABLE ONLY queues
    ADD CONSTRAINT queues_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON queues TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE queues ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON queues TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE queues TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE queues TO warmline_app;

-- ratings

CREATE TABLE ratings (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    handoff_id uuid NOT NULL,
    chain_id uuid NOT NULL,
    score smallint,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    answered_at timestamp with time zone,
    CONSTRAINT ratings_answered_at_a_time CHECK (((score IS NULL) = (answered_at IS NULL))),
    CONSTRAINT ratings_score_check CHECK (((score >= 1) AND (score <= 5)))
);
ALTER TABLE ONLY ratings FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY ratings
    ADD CONSTRAINT ratings_pkey PRIMARY KEY (tenant_id, handoff_id);
CREATE INDEX ratings_by_chain ON ratings USING btree (tenant_id, chain_id, asked_at);
ALTER TABLE ONLY ratings
    ADD CONSTRAINT ratings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY ratings
    ADD CONSTRAINT ratings_tenant_id_handoff_id_fkey FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON ratings TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON ratings AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = ratings.tenant_id) AND (handoffs.id = ratings.handoff_id)))))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = ratings.tenant_id) AND (handoffs.id = ratings.handoff_id))))));
ALTER TABLE ratings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON ratings TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ratings TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE ratings TO warmline_app;

-- recovery_codes

CREATE TABLE recovery_codes (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    operator_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    CONSTRAINT recovery_codes_code_hash_check CHECK ((length(code_hash) = 32))
);
ALTER TABLE ONLY recovery_codes FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (tenant_id, operator_id, code_hash);
ALTER TABLE ONLY recovery_codes
    ADD CONSTRAINT recovery_codes_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY recovery_codes
    ADD CONSTRAINT recovery_codes_tenant_id_operator_id_fkey FOREIGN KEY (tenant_id, operator_id) REFERENCES second_factors(tenant_id, operator_id) ON DELETE CASCADE;
CREATE POLICY administration ON recovery_codes TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON recovery_codes TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE recovery_codes TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE recovery_codes TO warmline_app;

-- replies

CREATE TABLE replies (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    memory_id uuid NOT NULL,
    namespace character varying NOT NULL,
    state character varying DEFAULT 'saved'::character varying NOT NULL,
    problem character varying,
    alarm_at timestamp with time zone,
    is_late boolean DEFAULT false NOT NULL,
    CONSTRAINT replies_fail_for_a_reason CHECK (((problem IS NULL) OR ((state)::text = 'failed'::text))),
    CONSTRAINT replies_state_check CHECK (((state)::text = ANY ((ARRAY['saved'::character varying, 'sent'::character varying, 'delivered'::character varying, 'read'::character varying, 'failed'::character varying])::text[])))
);
ALTER TABLE ONLY replies FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY replies
    ADD CONSTRAINT replies_pkey PRIMARY KEY (tenant_id, memory_id);
CREATE INDEX replies_to_alarm ON replies USING btree (alarm_at) WHERE (alarm_at IS NOT NULL);
ALTER TABLE ONLY replies
    ADD CONSTRAINT replies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY replies
    ADD CONSTRAINT replies_tenant_id_memory_id_fkey FOREIGN KEY (tenant_id, memory_id) REFERENCES memories(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON replies TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON replies AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE replies ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON replies FOR SELECT TO warmline_sweep USING ((alarm_at IS NOT NULL));
CREATE POLICY tenancy ON replies TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE replies TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE replies TO warmline_app;
GRANT SELECT(tenant_id) ON TABLE replies TO warmline_sweep;
GRANT SELECT(memory_id) ON TABLE replies TO warmline_sweep;
GRANT SELECT(alarm_at) ON TABLE replies TO warmline_sweep;

-- rotas

CREATE TABLE rotas (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    name character varying NOT NULL,
    written jsonb NOT NULL,
    written_at timestamp with time zone DEFAULT now() NOT NULL,
    wake_at timestamp with time zone,
    CONSTRAINT rotas_name_check CHECK (((name)::text ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'::text))
);
ALTER TABLE ONLY rotas FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY rotas
    ADD CONSTRAINT rotas_pkey PRIMARY KEY (tenant_id, name);
CREATE INDEX rotas_to_wake ON rotas USING btree (wake_at) WHERE (wake_at IS NOT NULL);
ALTER TABLE ONLY rotas
    ADD CONSTRAINT rotas_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON rotas TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE rotas ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON rotas FOR SELECT TO warmline_sweep USING ((wake_at IS NOT NULL));
CREATE POLICY tenancy ON rotas TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rotas TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE rotas TO warmline_app;
GRANT SELECT(tenant_id) ON TABLE rotas TO warmline_sweep;
GRANT SELECT(name) ON TABLE rotas TO warmline_sweep;
GRANT SELECT(wake_at) ON TABLE rotas TO warmline_sweep;

-- saved_replies

CREATE TABLE saved_replies (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    name character varying NOT NULL,
    written jsonb NOT NULL,
    written_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT saved_replies_name_check CHECK (((name)::text ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'::text))
);
ALTER TABLE ONLY saved_replies FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY saved_replies
    ADD CONSTRAINT saved_replies_pkey PRIMARY KEY (tenant_id, name);
ALTER TABLE ONLY saved_replies
    ADD CONSTRAINT saved_replies_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON saved_replies TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE saved_replies ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON saved_replies TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE saved_replies TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE saved_replies TO warmline_app;

-- saved_views

CREATE TABLE saved_views (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    operator_id uuid NOT NULL,
    name character varying NOT NULL,
    shown jsonb NOT NULL,
    is_shared boolean DEFAULT false NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT saved_views_name_check CHECK (((length((name)::text) >= 1) AND (length((name)::text) <= 60)))
);
ALTER TABLE ONLY saved_views FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY saved_views
    ADD CONSTRAINT saved_views_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY saved_views
    ADD CONSTRAINT saved_views_tenant_id_operator_id_name_key UNIQUE (tenant_id, operator_id, name);
ALTER TABLE ONLY saved_views
    ADD CONSTRAINT saved_views_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY saved_views
    ADD CONSTRAINT saved_views_tenant_id_operator_id_fkey FOREIGN KEY (tenant_id, operator_id) REFERENCES operators(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON saved_views TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON saved_views TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE saved_views TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE saved_views TO warmline_app;

-- second_embeddings

CREATE TABLE second_embeddings (
    tenant_id uuid NOT NULL,
    memory_id uuid NOT NULL,
    embedding_model_id smallint NOT NULL,
    embedding halfvec NOT NULL,
    content_md5 uuid NOT NULL
);
ALTER TABLE ONLY second_embeddings FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY second_embeddings
    ADD CONSTRAINT second_embeddings_pkey PRIMARY KEY (tenant_id, memory_id, embedding_model_id);
ALTER TABLE ONLY second_embeddings
    ADD CONSTRAINT second_embeddings_embedding_model_id_fkey FOREIGN KEY (embedding_model_id) REFERENCES embedding_models(id);
ALTER TABLE ONLY second_embeddings
    ADD CONSTRAINT second_embeddings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY second_embeddings
    ADD CONSTRAINT second_embeddings_tenant_id_memory_id_fkey FOREIGN KEY (tenant_id, memory_id) REFERENCES memories(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON second_embeddings TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE second_embeddings ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON second_embeddings TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE second_embeddings TO warmline_admin;
GRANT SELECT ON TABLE second_embeddings TO warmline_app;

-- second_factors

CREATE TABLE second_factors (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    operator_id uuid NOT NULL,
    secret character varying NOT NULL,
    last_step bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    confirmed_at timestamp with time zone
);
ALTER TABLE ONLY second_factors FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY second_factors
    ADD CONSTRAINT second_factors_pkey PRIMARY KEY (tenant_id, operator_id);
ALTER TABLE ONLY second_factors
    ADD CONSTRAINT second_factors_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY second_factors
    ADD CONSTRAINT second_factors_tenant_id_operator_id_fkey FOREIGN KEY (tenant_id, operator_id) REFERENCES operators(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON second_factors TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE second_factors ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON second_factors TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE second_factors TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE second_factors TO warmline_app;

-- sessions

CREATE TABLE sessions (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    chain_id uuid NOT NULL,
    namespace character varying NOT NULL,
    agent character varying NOT NULL,
    owns_conversation boolean NOT NULL,
    handoff_id uuid,
    metadata jsonb NOT NULL,
    memory_count integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    ended_reason character varying,
    outcome character varying,
    speaker character varying,
    speaks_until timestamp with time zone,
    earlier_chain_id uuid,
    CONSTRAINT sessions_end_for_a_reason CHECK (((ended_at IS NULL) = (ended_reason IS NULL))),
    CONSTRAINT sessions_ended_reason_check CHECK (((ended_reason)::text = ANY ((ARRAY['client'::character varying, 'handoff'::character varying, 'rollback'::character varying, 'resolved'::character varying, 'escalated'::character varying])::text[]))),
    CONSTRAINT sessions_memory_count_check CHECK ((memory_count >= 0))
);
ALTER TABLE ONLY sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX sessions_by_agent ON sessions USING btree (tenant_id, agent, id);
CREATE INDEX sessions_by_chain ON sessions USING btree (tenant_id, chain_id, id);
CREATE INDEX sessions_by_earlier_chain ON sessions USING btree (tenant_id, earlier_chain_id) WHERE (earlier_chain_id IS NOT NULL);
CREATE INDEX sessions_by_handoff ON sessions USING btree (tenant_id, handoff_id) WHERE (handoff_id IS NOT NULL);
CREATE INDEX sessions_by_namespace ON sessions USING btree (tenant_id, namespace, id);
CREATE INDEX sessions_first_of_chain ON sessions USING btree (tenant_id, started_at) WHERE (id = chain_id);
CREATE UNIQUE INDEX sessions_one_owner_per_chain ON sessions USING btree (tenant_id, chain_id) WHERE (owns_conversation AND (ended_at IS NULL));
ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_started_from_handoff FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs(tenant_id, id);
ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_tenant_id_chain_id_fkey FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions(tenant_id, id);
ALTER TABLE ONLY sessions
    ADD CONSTRAINT sessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON sessions TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON sessions AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[])))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR ((namespace)::text ~~ ANY ((( SELECT warmline_namespaces() AS warmline_namespaces))::text[]))));
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON sessions TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE sessions TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE sessions TO warmline_app;

-- sheet_items

CREATE TABLE sheet_items (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    sheet_id uuid NOT NULL,
    handoff_id uuid NOT NULL,
    owned boolean NOT NULL,
    receiver character varying,
    passed_id uuid,
    declined_by character varying,
    told_at timestamp with time zone,
    CONSTRAINT sheet_items_go_to_somebody CHECK (((NOT owned) OR (receiver IS NOT NULL))),
    CONSTRAINT sheet_items_of_others_are_only_shown CHECK ((owned OR ((receiver IS NULL) AND (passed_id IS NULL) AND (declined_by IS NULL) AND (told_at IS NULL))))
);
ALTER TABLE ONLY sheet_items FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY sheet_items
    ADD CONSTRAINT sheet_items_pkey PRIMARY KEY (tenant_id, sheet_id, handoff_id);
CREATE INDEX sheet_items_by_handoff ON sheet_items USING btree (tenant_id, handoff_id);
CREATE INDEX sheet_items_by_passed ON sheet_items USING btree (tenant_id, passed_id);
ALTER TABLE ONLY sheet_items
    ADD CONSTRAINT sheet_items_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY sheet_items
    ADD CONSTRAINT sheet_items_tenant_id_handoff_id_fkey FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY sheet_items
    ADD CONSTRAINT sheet_items_tenant_id_passed_id_fkey FOREIGN KEY (tenant_id, passed_id) REFERENCES handoffs(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY sheet_items
    ADD CONSTRAINT sheet_items_tenant_id_sheet_id_fkey FOREIGN KEY (tenant_id, sheet_id) REFERENCES sheets(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON sheet_items TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY binding ON sheet_items AS RESTRICTIVE TO warmline_app USING (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = sheet_items.tenant_id) AND (handoffs.id = sheet_items.handoff_id)))))) WITH CHECK (((( SELECT warmline_namespaces() AS warmline_namespaces) IS NULL) OR (EXISTS ( SELECT
   FROM handoffs
  WHERE ((handoffs.tenant_id = sheet_items.tenant_id) AND (handoffs.id = sheet_items.handoff_id))))));
ALTER TABLE sheet_items ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON sheet_items TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE sheet_items TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE sheet_items TO warmline_app;

-- sheets

CREATE TABLE sheets (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    rota character varying,
    outgoing character varying NOT NULL,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    drafted_at timestamp with time zone DEFAULT now() NOT NULL,
    signed_at timestamp with time zone,
    signed_by character varying,
    signed_to character varying,
    acknowledged_by character varying,
    overdue_told_at timestamp with time zone,
    taken_over_at timestamp with time zone,
    wake_at timestamp with time zone,
    CONSTRAINT sheets_due_after_the_shift CHECK ((due_at >= ends_at)),
    CONSTRAINT sheets_outgoing_check CHECK (((outgoing)::text ~~ 'human:_%'::text)),
    CONSTRAINT sheets_signed_before_anything_else CHECK (((signed_at IS NOT NULL) OR ((signed_to IS NULL) AND (acknowledged_by IS NULL) AND (taken_over_at IS NULL)))),
    CONSTRAINT sheets_signed_by_somebody CHECK (((signed_at IS NULL) = (signed_by IS NULL))),
    CONSTRAINT sheets_signed_to_somebody_else CHECK (((signed_to)::text <> (outgoing)::text))
);
ALTER TABLE ONLY sheets FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY sheets
    ADD CONSTRAINT sheets_pkey PRIMARY KEY (tenant_id, id);
ALTER TABLE ONLY sheets
    ADD CONSTRAINT sheets_tenant_id_rota_outgoing_ends_at_key UNIQUE (tenant_id, rota, outgoing, ends_at);
CREATE INDEX sheets_by_outgoing ON sheets USING btree (tenant_id, outgoing, id);
CREATE INDEX sheets_to_wake ON sheets USING btree (wake_at) WHERE (wake_at IS NOT NULL);
ALTER TABLE ONLY sheets
    ADD CONSTRAINT sheets_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON sheets TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE sheets ENABLE ROW LEVEL SECURITY;
CREATE POLICY sweeping ON sheets FOR SELECT TO warmline_sweep USING ((wake_at IS NOT NULL));
CREATE POLICY tenancy ON sheets TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE sheets TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE sheets TO warmline_app;
GRANT SELECT(tenant_id) ON TABLE sheets TO warmline_sweep;
GRANT SELECT(id) ON TABLE sheets TO warmline_sweep;
GRANT SELECT(wake_at) ON TABLE sheets TO warmline_sweep;

-- sign_ins

CREATE TABLE sign_ins (
    token_hash bytea NOT NULL,
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    operator_id uuid NOT NULL,
    csrf character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    address character varying,
    browser character varying,
    still_needs character varying,
    CONSTRAINT sign_ins_still_needs_check CHECK (((still_needs)::text = ANY ((ARRAY['code'::character varying, 'enrolment'::character varying])::text[]))),
    CONSTRAINT sign_ins_token_hash_check CHECK ((length(token_hash) = 32))
);
ALTER TABLE ONLY sign_ins FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY sign_ins
    ADD CONSTRAINT sign_ins_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY sign_ins
    ADD CONSTRAINT sign_ins_tenant_id_id_key UNIQUE (tenant_id, id);
CREATE INDEX sign_ins_by_expiry ON sign_ins USING btree (expires_at);
CREATE INDEX sign_ins_by_operator ON sign_ins USING btree (tenant_id, operator_id);
ALTER TABLE ONLY sign_ins
    ADD CONSTRAINT sign_ins_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY sign_ins
    ADD CONSTRAINT sign_ins_tenant_id_operator_id_fkey FOREIGN KEY (tenant_id, operator_id) REFERENCES operators(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON sign_ins TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE sign_ins ENABLE ROW LEVEL SECURITY;
CREATE POLICY signing_in ON sign_ins FOR SELECT TO warmline_app USING ((token_hash = warmline_key_hash()));
CREATE POLICY sweeping ON sign_ins FOR DELETE TO warmline_sweep USING (true);
CREATE POLICY sweeping_sight ON sign_ins FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY tenancy ON sign_ins TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE sign_ins TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE sign_ins TO warmline_app;
GRANT DELETE ON TABLE sign_ins TO warmline_sweep;
GRANT SELECT(expires_at) ON TABLE sign_ins TO warmline_sweep;

-- summary_calls

CREATE TABLE summary_calls (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    handoff_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    model character varying NOT NULL,
    outcome character varying NOT NULL,
    tokens_in integer NOT NULL,
    tokens_out integer NOT NULL,
    cost numeric,
    seconds double precision NOT NULL,
    CONSTRAINT summary_calls_cost_check CHECK ((cost >= (0)::numeric)),
    CONSTRAINT summary_calls_seconds_check CHECK ((seconds >= (0)::double precision)),
    CONSTRAINT summary_calls_tokens_in_check CHECK ((tokens_in >= 0)),
    CONSTRAINT summary_calls_tokens_out_check CHECK ((tokens_out >= 0))
);
ALTER TABLE ONLY summary_calls FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY summary_calls
    ADD CONSTRAINT summary_calls_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX summary_calls_by_time ON summary_calls USING btree (tenant_id, at);
ALTER TABLE ONLY summary_calls
    ADD CONSTRAINT summary_calls_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id) ON DELETE CASCADE;
CREATE POLICY administration ON summary_calls TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE summary_calls ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON summary_calls TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE summary_calls TO warmline_admin;
GRANT SELECT,INSERT ON TABLE summary_calls TO warmline_app;

-- supersessions

CREATE TABLE supersessions (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    superseded_id uuid NOT NULL,
    memory_id uuid NOT NULL,
    CONSTRAINT supersessions_check CHECK ((memory_id <> superseded_id))
);
ALTER TABLE ONLY supersessions FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY supersessions
    ADD CONSTRAINT supersessions_pkey PRIMARY KEY (tenant_id, superseded_id, memory_id);
CREATE INDEX supersessions_by_memory ON supersessions USING btree (tenant_id, memory_id);
ALTER TABLE ONLY supersessions
    ADD CONSTRAINT supersessions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
ALTER TABLE ONLY supersessions
    ADD CONSTRAINT supersessions_tenant_id_memory_id_fkey FOREIGN KEY (tenant_id, memory_id) REFERENCES memories(tenant_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY supersessions
    ADD CONSTRAINT supersessions_tenant_id_superseded_id_fkey FOREIGN KEY (tenant_id, superseded_id) REFERENCES memories(tenant_id, id) ON DELETE CASCADE;
CREATE POLICY administration ON supersessions TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE supersessions ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON supersessions TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE supersessions TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE supersessions TO warmline_app;

-- templates

CREATE TABLE templates (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    name character varying NOT NULL,
    written jsonb NOT NULL,
    written_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT templates_name_check CHECK (((name)::text ~ '^[a-z][a-z0-9-]{0,63}$'::text))
);
ALTER TABLE ONLY templates FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY templates
    ADD CONSTRAINT templates_pkey PRIMARY KEY (tenant_id, name);
ALTER TABLE ONLY templates
    ADD CONSTRAINT templates_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON templates TO warmline_admin USING (true) WITH CHECK (true);
ALTER TABLE templates ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenancy ON templates TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE templates TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE templates TO warmline_app;

-- tenants

CREATE TABLE tenants (
    id uuid NOT NULL,
    name character varying NOT NULL,
    preferences jsonb DEFAULT '{}'::jsonb NOT NULL,
    limits jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY tenants FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY tenants
    ADD CONSTRAINT tenants_name_key UNIQUE (name);
ALTER TABLE ONLY tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);
CREATE POLICY administration ON tenants TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY preferring ON tenants FOR UPDATE TO warmline_app USING ((id = warmline_tenant())) WITH CHECK ((id = warmline_tenant()));
CREATE POLICY sweeping ON tenants FOR SELECT TO warmline_sweep USING (((preferences @> '{"consolidate": true}'::jsonb) OR (preferences ? 'retention'::text)));
CREATE POLICY tenancy ON tenants FOR SELECT TO warmline_app USING (((id = warmline_tenant()) OR ((name)::text = (warmline_tenant_name())::text) OR (id IN ( SELECT api_keys.tenant_id
   FROM api_keys
  WHERE (api_keys.key_hash = warmline_key_hash())))));
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE tenants TO warmline_admin;
GRANT SELECT ON TABLE tenants TO warmline_app;
GRANT SELECT(id) ON TABLE tenants TO warmline_sweep;
GRANT UPDATE(preferences) ON TABLE tenants TO warmline_app;
GRANT SELECT(preferences) ON TABLE tenants TO warmline_sweep;

-- warmline_revision

CREATE TABLE warmline_revision (
    version_num character varying(32) NOT NULL
);
ALTER TABLE ONLY warmline_revision
    ADD CONSTRAINT warmline_revision_pkc PRIMARY KEY (version_num);
GRANT SELECT ON TABLE warmline_revision TO warmline_app;
GRANT SELECT ON TABLE warmline_revision TO warmline_sweep;

-- webhook_endpoints

CREATE TABLE webhook_endpoints (
    tenant_id uuid DEFAULT warmline_tenant() NOT NULL,
    id uuid NOT NULL,
    url character varying NOT NULL,
    types character varying[] DEFAULT '{}'::character varying[] NOT NULL,
    description character varying,
    with_deeds boolean DEFAULT false NOT NULL,
    secret character varying NOT NULL,
    old_secret character varying,
    old_secret_until timestamp with time zone,
    failing_since timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    disabled_why character varying,
    CONSTRAINT webhook_endpoints_disabled_for_a_reason CHECK (((disabled_at IS NULL) = (disabled_why IS NULL))),
    CONSTRAINT webhook_endpoints_old_secret_ends CHECK (((old_secret IS NULL) = (old_secret_until IS NULL)))
);
ALTER TABLE ONLY webhook_endpoints FORCE ROW LEVEL SECURITY;
ALTER TABLE ONLY webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (tenant_id, id);
CREATE INDEX webhook_endpoints_enabled ON webhook_endpoints USING btree (tenant_id) WHERE (disabled_at IS NULL);
ALTER TABLE ONLY webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES tenants(id);
CREATE POLICY administration ON webhook_endpoints TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY sweeping ON webhook_endpoints FOR SELECT TO warmline_sweep USING ((disabled_at IS NULL));
CREATE POLICY tenancy ON webhook_endpoints TO warmline_app USING ((tenant_id = warmline_tenant())) WITH CHECK ((tenant_id = warmline_tenant()));
ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE webhook_endpoints TO warmline_admin;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE webhook_endpoints TO warmline_app;
GRANT SELECT(tenant_id) ON TABLE webhook_endpoints TO warmline_sweep;
GRANT SELECT(id) ON TABLE webhook_endpoints TO warmline_sweep;
GRANT SELECT(failing_since) ON TABLE webhook_endpoints TO warmline_sweep;
GRANT SELECT(disabled_at) ON TABLE webhook_endpoints TO warmline_sweep;

-- workers

CREATE TABLE workers (
    name character varying NOT NULL,
    version character varying NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    jobs jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE ONLY workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (name);
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE workers TO warmline_sweep;
