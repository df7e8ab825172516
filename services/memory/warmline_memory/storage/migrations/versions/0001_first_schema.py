"""The first schema: all tables, with the rules that the database itself keeps, and who may see which rows.

Until the first release it is edited, and from then on it is frozen: it imports nothing of the code that changes.
``storage/schema.sql`` shows what all migrations together make. The tables are empty here, so indexes are
built in place; on a table that is in use ``steps.build_index`` does it.
"""

from alembic import op
from sqlalchemy import text

from warmline_memory.storage.migrations import roles, steps

revision = "0001"
down_revision = None

FUNCTIONS = """
-- Whose transaction this is. Policies and defaults read it; ``Database.transaction`` sets it.
CREATE FUNCTION warmline_tenant() RETURNS uuid LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('warmline.tenant_id', true), '')::uuid $$;
CREATE FUNCTION warmline_key_hash() RETURNS bytea LANGUAGE sql STABLE AS
  $$ SELECT decode(nullif(current_setting('warmline.key_hash', true), ''), 'hex') $$;
CREATE FUNCTION warmline_tenant_name() RETURNS varchar LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('warmline.tenant_name', true), '') $$;

-- The patterns of the namespaces that an API key is bound to, as LIKE takes them; null for all namespaces. Names hold
-- no comma and no backslash.
CREATE FUNCTION warmline_namespaces() RETURNS varchar[] LANGUAGE sql STABLE AS
  $$ SELECT string_to_array(
    replace(replace(nullif(current_setting('warmline.namespaces', true), ''), '_', '\\_'), '*', '%'), ','
  )::varchar[] $$;

-- Ids for rows that one statement makes many of; other ids are made by the code. 48 bits of milliseconds, the version,
-- then random bits (RFC 9562).
CREATE FUNCTION warmline_uuid7() RETURNS uuid LANGUAGE sql VOLATILE RETURN (
  lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
  || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14)
)::uuid;

-- The number of the running transaction, and the number below which every transaction has ended and can be seen.
CREATE FUNCTION warmline_transaction() RETURNS bigint LANGUAGE sql VOLATILE
  RETURN pg_current_xact_id()::text::bigint;
CREATE FUNCTION warmline_all_known_below() RETURNS bigint LANGUAGE sql STABLE
  RETURN pg_snapshot_xmin(pg_current_snapshot())::text::bigint;

-- 32 signs drawn from a namespace's name. Appended to an embedding of length 1 they are a fifth of the whole's squared
-- length (32 * 0.0883883^2 = 0.25), which keeps namespaces apart in an index that they share (docs/decisions/0007).
CREATE FUNCTION warmline_mark(tenant_id uuid, namespace varchar) RETURNS halfvec
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN (
    SELECT array_agg(CASE get_bit(digest, bit) WHEN 1 THEN 0.0883883 ELSE -0.0883883 END ORDER BY bit)::real[]::halfvec
    FROM decode(md5(tenant_id::text || namespace), 'hex') AS digest, generate_series(0, 31) AS bit
  );
"""

ACCOUNTS = """
CREATE TABLE embedding_models (
  id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name varchar NOT NULL,
  dimension integer NOT NULL CHECK (dimension BETWEEN 1 AND 16000),
  is_current boolean NOT NULL DEFAULT false,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (name, dimension)
);
CREATE TABLE workers (
  name varchar PRIMARY KEY,
  version varchar NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  jobs jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX embedding_models_one_is_current ON embedding_models (is_current) WHERE is_current;

CREATE TABLE tenants (
  id uuid PRIMARY KEY,
  name varchar NOT NULL UNIQUE,
  preferences jsonb NOT NULL DEFAULT '{}',
  limits jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  id uuid NOT NULL,
  name varchar NOT NULL,
  hint varchar NOT NULL,
  key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
  kind varchar NOT NULL CHECK (kind IN ('bot', 'reader', 'desk', 'admin')),
  scopes varchar[] NOT NULL,
  agents varchar[] NOT NULL CHECK (cardinality(agents) > 0),
  namespaces varchar[] NOT NULL CHECK (cardinality(namespaces) > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  replaces_id uuid,
  PRIMARY KEY (tenant_id, id)
);

CREATE TABLE idempotent_answers (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  key varchar NOT NULL,
  fingerprint varchar NOT NULL,
  answer jsonb,
  namespaces varchar[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotent_answers_by_age ON idempotent_answers (created_at);

CREATE TABLE audit_entries (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 1),
  at timestamptz NOT NULL,
  actor_kind varchar NOT NULL CHECK (actor_kind IN ('key', 'operator', 'system')),
  actor_id uuid,
  actor_name varchar NOT NULL,
  address varchar,
  verb varchar NOT NULL,
  namespace varchar,
  namespace_salt varchar,
  namespace_hash varchar,
  details json NOT NULL,
  previous_hash varchar NOT NULL,
  hash varchar NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number)
);

-- The application may not change an entry. Erasing whom it was about is the one exception, and takes no more than that.
CREATE FUNCTION warmline_erase_from_audit(erased varchar) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path TO public, pg_temp AS $$
    UPDATE audit_entries SET namespace = NULL, namespace_salt = NULL
    WHERE tenant_id = warmline_tenant() AND namespace = erased
  $$;

CREATE TABLE summary_calls (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  handoff_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  model varchar NOT NULL,
  outcome varchar NOT NULL,
  tokens_in integer NOT NULL CHECK (tokens_in >= 0),
  tokens_out integer NOT NULL CHECK (tokens_out >= 0),
  cost numeric CHECK (cost >= 0),
  seconds double precision NOT NULL CHECK (seconds >= 0),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX summary_calls_by_time ON summary_calls (tenant_id, at);

CREATE TABLE templates (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  name varchar NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{0,63}$'),
  written jsonb NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);
"""

CHAINS = """
CREATE TABLE sessions (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  chain_id uuid NOT NULL,
  namespace varchar NOT NULL,
  agent varchar NOT NULL,
  owns_conversation boolean NOT NULL,
  handoff_id uuid,
  metadata jsonb NOT NULL,
  memory_count integer NOT NULL DEFAULT 0 CHECK (memory_count >= 0),
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  ended_reason varchar CHECK (ended_reason IN ('client', 'handoff', 'rollback', 'resolved', 'escalated')),
  outcome varchar,
  speaker varchar,
  speaks_until timestamptz,
  earlier_chain_id uuid,
  CONSTRAINT sessions_end_for_a_reason CHECK ((ended_at IS NULL) = (ended_reason IS NULL)),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions (tenant_id, id)
);
CREATE UNIQUE INDEX sessions_one_owner_per_chain ON sessions (tenant_id, chain_id)
  WHERE owns_conversation AND ended_at IS NULL;
CREATE INDEX sessions_by_chain ON sessions (tenant_id, chain_id, id);
CREATE INDEX sessions_first_of_chain ON sessions (tenant_id, started_at) WHERE id = chain_id;
CREATE INDEX sessions_by_namespace ON sessions (tenant_id, namespace, id);
CREATE INDEX sessions_by_agent ON sessions (tenant_id, agent, id);
CREATE INDEX sessions_by_handoff ON sessions (tenant_id, handoff_id) WHERE handoff_id IS NOT NULL;
CREATE INDEX sessions_by_earlier_chain ON sessions (tenant_id, earlier_chain_id) WHERE earlier_chain_id IS NOT NULL;

CREATE TABLE handoffs (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  chain_id uuid NOT NULL,
  namespace varchar NOT NULL,
  state varchar NOT NULL CHECK (
    state IN ('requested', 'drafted', 'ready', 'claimed', 'accepted', 'closed', 'cancelled', 'failed')
  ),
  mode varchar NOT NULL CHECK (mode IN ('cold', 'warm', 'consult')),
  source_session_id uuid NOT NULL,
  source_agent varchar NOT NULL,
  target varchar NOT NULL,
  reason varchar NOT NULL,
  goal varchar,
  hop integer NOT NULL CHECK (hop >= 1),
  template varchar,
  review boolean NOT NULL DEFAULT false,
  refuse_vague boolean NOT NULL DEFAULT false,
  draft_revision integer CHECK (draft_revision >= 1),
  edited_by varchar[] NOT NULL DEFAULT '{}',
  target_session_id uuid,
  brief jsonb,
  account jsonb,
  cut_ordinal integer,
  reason_code varchar NOT NULL DEFAULT 'other',
  urgency varchar NOT NULL DEFAULT 'normal' CHECK (urgency IN ('low', 'normal', 'high', 'critical')),
  urgency_given boolean NOT NULL DEFAULT true,
  language varchar,
  skills varchar[] NOT NULL DEFAULT '{}',
  level integer NOT NULL DEFAULT 1 CHECK (level >= 1),
  holder varchar,
  token integer NOT NULL DEFAULT 0 CHECK (token >= 0),
  claimed_at timestamptz,
  lease_until timestamptz,
  heartbeat_at timestamptz,
  offered_to varchar,
  offered_until timestamptz,
  declined_by varchar[] NOT NULL DEFAULT '{}',
  inquiry_due_at timestamptz,
  snoozed_until timestamptz,
  alarm_at timestamptz,
  accept_due_at timestamptz,
  first_reply_due_at timestamptz,
  resolve_due_at timestamptz,
  first_reply_at timestamptz,
  read_back jsonb,
  notice jsonb,
  returns_id uuid,
  redirected_from varchar,
  closed_as varchar
    CHECK (closed_as IN ('resolved', 'returned', 'transferred', 'escalated', 'rolled_back', 'ended')),
  resolution varchar,
  -- The next promise that would be broken.
  breach_at timestamptz GENERATED ALWAYS AS (
    CASE
      WHEN state IN ('requested', 'drafted', 'ready', 'claimed') THEN accept_due_at
      WHEN state = 'accepted' AND first_reply_at IS NULL THEN LEAST(first_reply_due_at, resolve_due_at)
      WHEN state = 'accepted' THEN resolve_due_at
    END
  ) STORED,
  -- When the worker must look at the handoff again. LEAST leaves nulls out.
  wake_at timestamptz GENERATED ALWAYS AS (
    CASE
      WHEN state IN ('ready', 'claimed', 'accepted')
        THEN LEAST(lease_until, offered_until, inquiry_due_at, snoozed_until, alarm_at)
    END
  ) STORED,
  attempts integer NOT NULL DEFAULT 0,
  problem varchar,
  traceparent varchar,
  due_at timestamptz,
  metadata jsonb NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  ready_at timestamptz,
  accepted_at timestamptz,
  closed_at timestamptz,
  CONSTRAINT handoffs_due_while_requested CHECK ((due_at IS NOT NULL) = (state = 'requested')),
  CONSTRAINT handoffs_ready_with_a_brief CHECK (
    state NOT IN ('ready', 'claimed', 'accepted') OR (brief IS NOT NULL AND ready_at IS NOT NULL)
  ),
  CONSTRAINT handoffs_drafted_with_a_draft CHECK (
    state <> 'drafted' OR (review AND brief IS NOT NULL AND cut_ordinal IS NOT NULL AND draft_revision IS NOT NULL)
  ),
  CONSTRAINT handoffs_ready_held_by_nobody CHECK (state <> 'ready' OR (holder IS NULL AND lease_until IS NULL)),
  CONSTRAINT handoffs_claimed_by_somebody CHECK (
    state <> 'claimed' OR (holder IS NOT NULL AND lease_until IS NOT NULL AND token > 0)
  ),
  CONSTRAINT handoffs_accepted_into_a_session CHECK (
    state <> 'accepted' OR (target_session_id IS NOT NULL AND accepted_at IS NOT NULL)
  ),
  CONSTRAINT handoffs_over_at_a_time CHECK ((closed_at IS NOT NULL) = (state IN ('closed', 'cancelled', 'failed'))),
  CONSTRAINT handoffs_closed_as_something CHECK (closed_as IS NULL OR state = 'closed'),
  CONSTRAINT handoffs_offered_until_a_time CHECK ((offered_to IS NULL) = (offered_until IS NULL)),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, source_session_id) REFERENCES sessions (tenant_id, id),
  FOREIGN KEY (tenant_id, target_session_id) REFERENCES sessions (tenant_id, id),
  FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions (tenant_id, id),
  FOREIGN KEY (tenant_id, returns_id) REFERENCES handoffs (tenant_id, id)
);
CREATE UNIQUE INDEX handoffs_one_under_way_per_session ON handoffs (tenant_id, source_session_id)
  WHERE state IN ('requested', 'drafted', 'ready', 'claimed') AND mode <> 'consult';
CREATE INDEX handoffs_waiting ON handoffs (tenant_id, target, breach_at) WHERE state IN ('ready', 'claimed');
CREATE INDEX handoffs_open ON handoffs (state) WHERE closed_at IS NULL OR state = 'failed';
CREATE INDEX handoffs_held ON handoffs (tenant_id, holder) WHERE state IN ('claimed', 'accepted');
CREATE INDEX handoffs_to_wake ON handoffs (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX handoffs_due ON handoffs (tenant_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX handoffs_by_returned ON handoffs (tenant_id, returns_id) WHERE returns_id IS NOT NULL;
CREATE INDEX handoffs_by_chain ON handoffs (tenant_id, chain_id, id);
CREATE INDEX handoffs_by_request ON handoffs (tenant_id, requested_at);
CREATE INDEX handoffs_by_namespace ON handoffs (tenant_id, namespace, id);
CREATE INDEX handoffs_by_target_session ON handoffs (tenant_id, target_session_id);
CREATE INDEX handoffs_by_source_session ON handoffs (tenant_id, source_session_id);

-- Sessions and handoffs name each other, so one of the two foreign keys comes after both tables.
ALTER TABLE sessions ADD CONSTRAINT sessions_started_from_handoff
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id);
"""

MEMORIES = """
CREATE TABLE consolidations (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  namespace varchar NOT NULL,
  kept_id uuid NOT NULL,
  similarity real NOT NULL CHECK (similarity BETWEEN -1 AND 1),
  made_at timestamptz NOT NULL DEFAULT now(),
  undone_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX consolidations_by_namespace ON consolidations (tenant_id, namespace, id);
CREATE INDEX consolidations_by_kept ON consolidations (tenant_id, kept_id);

CREATE TABLE memories (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  namespace varchar NOT NULL,
  session_id uuid,
  chain_id uuid,
  ordinal integer CHECK (ordinal >= 1),
  handoff_id uuid,
  agent varchar,
  kind varchar NOT NULL,
  role varchar CHECK (role IN ('user', 'agent', 'tool', 'system')),
  external_id varchar,
  content varchar NOT NULL CHECK (content <> ''),
  importance real NOT NULL CHECK (importance BETWEEN 0 AND 1),
  importance_estimated boolean NOT NULL,
  pinned boolean NOT NULL DEFAULT false,
  slot jsonb,
  slot_name varchar GENERATED ALWAYS AS (slot ->> 'name') STORED,
  -- As it was written, since the order of its arguments says something; jsonb would sort them.
  action json,
  metadata jsonb NOT NULL,
  event_time timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  fingerprint bytea CHECK (length(fingerprint) = 16),
  times_seen integer NOT NULL DEFAULT 1 CHECK (times_seen >= 1),
  last_seen_at timestamptz,
  times_recalled integer NOT NULL DEFAULT 0,
  last_recalled_at timestamptz,
  found_useful integer NOT NULL DEFAULT 0,
  found_wrong integer NOT NULL DEFAULT 0,
  consolidation_id uuid,
  embedding_model_id smallint NOT NULL REFERENCES embedding_models (id),
  embedding halfvec NOT NULL,
  terms bytea NOT NULL CHECK (octet_length(terms) % 8 = 0),
  -- What ranking needs to know of a memory, packed, so that a scan of thousands reads one column instead of ten. The
  -- code that reads it knows the order and the widths.
  card bytea NOT NULL GENERATED ALWAYS AS (
    uuid_send(id) || uuid_send(coalesce(session_id, '00000000-0000-0000-0000-000000000000'::uuid))
    || timestamptz_send(event_time) || float4send(importance) || int4send(coalesce(ordinal, 0))
    || int4send(octet_length(terms) / 8) || int4send(times_recalled)
    || boolsend(importance_estimated) || boolsend(pinned OR handoff_id IS NOT NULL)
    || boolsend(consolidation_id IS NOT NULL)
  ) STORED,
  indexed_terms bigint[],
  changed_in bigint NOT NULL DEFAULT warmline_transaction(),
  CONSTRAINT memories_numbered_in_a_session CHECK ((session_id IS NULL) = (ordinal IS NULL)),
  CONSTRAINT memories_chained_in_a_session CHECK ((session_id IS NULL) = (chain_id IS NULL)),
  CONSTRAINT memories_of_briefs_are_important CHECK (handoff_id IS NULL OR (kind = 'handoff' AND importance = 1)),
  CONSTRAINT memories_of_briefs_and_pins_never_expire CHECK (
    expires_at IS NULL OR (handoff_id IS NULL AND NOT pinned)
  ),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, session_id, ordinal),
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id),
  FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions (tenant_id, id),
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id),
  FOREIGN KEY (tenant_id, consolidation_id) REFERENCES consolidations (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX memories_one_per_handoff ON memories (tenant_id, handoff_id) WHERE handoff_id IS NOT NULL;
CREATE UNIQUE INDEX memories_no_duplicates ON memories (tenant_id, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE UNIQUE INDEX memories_by_external_id ON memories (tenant_id, session_id, external_id, namespace, expires_at)
  NULLS NOT DISTINCT WHERE external_id IS NOT NULL;
CREATE INDEX memories_by_namespace ON memories (tenant_id, namespace, id);
CREATE INDEX memories_by_importance ON memories (tenant_id, namespace, importance DESC, event_time DESC);
CREATE INDEX memories_by_chain ON memories (tenant_id, chain_id, id) WHERE chain_id IS NOT NULL;
CREATE INDEX memories_by_slot ON memories (tenant_id, namespace, slot_name, event_time DESC, id DESC)
  WHERE slot_name IS NOT NULL;
CREATE INDEX memories_by_expiry ON memories (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX memories_by_consolidation ON memories (tenant_id, consolidation_id) WHERE consolidation_id IS NOT NULL;
-- Where the planner expects one row of a namespace, two indexes that begin with the namespace cost the same, and it may
-- read all of a large namespace to find the last change in it. An index of another collation serves the statements that
-- name that collation, and those alone.
CREATE INDEX memories_by_change ON memories (tenant_id, namespace COLLATE "C", changed_in);
CREATE INDEX memories_unindexed ON memories (tenant_id, namespace, id) WHERE indexed_terms IS NULL;
CREATE INDEX memories_indexed ON memories (tenant_id, namespace, id) WHERE indexed_terms IS NOT NULL;
-- Written in the background, read while somebody waits: so no list of pending entries that every search must read.
CREATE INDEX memories_by_terms ON memories USING gin (indexed_terms) WITH (fastupdate = off)
  WHERE indexed_terms IS NOT NULL;
ALTER TABLE consolidations ADD CONSTRAINT consolidations_kept
  FOREIGN KEY (tenant_id, kept_id) REFERENCES memories (tenant_id, id) ON DELETE CASCADE;

CREATE TABLE supersessions (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  superseded_id uuid NOT NULL,
  memory_id uuid NOT NULL CHECK (memory_id <> superseded_id),
  PRIMARY KEY (tenant_id, superseded_id, memory_id),
  FOREIGN KEY (tenant_id, superseded_id) REFERENCES memories (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, memory_id) REFERENCES memories (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX supersessions_by_memory ON supersessions (tenant_id, memory_id);

CREATE TABLE replies (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  memory_id uuid NOT NULL,
  namespace varchar NOT NULL,
  state varchar NOT NULL DEFAULT 'saved' CHECK (state IN ('saved', 'sent', 'delivered', 'read', 'failed')),
  problem varchar,
  alarm_at timestamptz,
  is_late boolean NOT NULL DEFAULT false,
  CONSTRAINT replies_fail_for_a_reason CHECK (problem IS NULL OR state = 'failed'),
  PRIMARY KEY (tenant_id, memory_id),
  FOREIGN KEY (tenant_id, memory_id) REFERENCES memories (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX replies_to_alarm ON replies (alarm_at) WHERE alarm_at IS NOT NULL;

CREATE TABLE customers (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  namespace varchar NOT NULL,
  display_name varchar,
  folded_name varchar,
  language varchar,
  time_zone varchar,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, namespace)
);
CREATE TABLE customer_ids (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  channel varchar NOT NULL,
  external_id varchar NOT NULL,
  customer_id uuid NOT NULL,
  namespace varchar NOT NULL,
  PRIMARY KEY (tenant_id, channel, external_id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX customer_ids_by_customer ON customer_ids (tenant_id, customer_id);
CREATE INDEX customer_ids_by_id ON customer_ids (tenant_id, external_id);

CREATE TABLE second_embeddings (
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  memory_id uuid NOT NULL,
  embedding_model_id smallint NOT NULL REFERENCES embedding_models (id),
  embedding halfvec NOT NULL,
  content_md5 uuid NOT NULL,
  PRIMARY KEY (tenant_id, memory_id, embedding_model_id),
  FOREIGN KEY (tenant_id, memory_id) REFERENCES memories (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE deletions (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  id bigint GENERATED ALWAYS AS IDENTITY,
  namespace_md5 uuid NOT NULL,
  changed_in bigint NOT NULL,
  memory_ids uuid[] NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX deletions_by_change ON deletions (tenant_id, namespace_md5, changed_in);
CREATE INDEX deletions_by_time ON deletions (at);
"""

# One index for each common length of embeddings (docs/decisions/0007); 32 is the length of the mark.
BY_MEANING = """
CREATE INDEX memories_by_meaning_{dimension} ON memories
  USING hnsw (((embedding || warmline_mark(tenant_id, namespace))::halfvec({marked})) halfvec_cosine_ops)
  WHERE indexed_terms IS NOT NULL AND vector_dims(embedding) = {dimension}
"""

# The functions that are SECURITY DEFINER run as ``warmline_admin`` and so see past row-level security. Each of them
# says itself whose rows it means, and has a search path that nobody else can put tables into.
TRIGGERS = """
-- Which memories of a namespace hold each term. Under row-level security the planner could not use the index by terms:
-- the policy must be checked before any operator that is not leakproof, and that of arrays is not.
CREATE FUNCTION warmline_holders(wanted_namespace varchar, wanted bigint[], most integer)
  RETURNS TABLE (term bigint, ids bytea, sessions bytea, ordinals bytea)
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = {schema}, pg_temp
  SET enable_seqscan = off
  SET enable_indexscan = off
  SET enable_indexonlyscan = off
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
REVOKE ALL ON FUNCTION warmline_holders, warmline_erase_from_audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION warmline_holders, warmline_erase_from_audit TO warmline_app;

-- Deletions are noted for the processes that cache a namespace (docs/decisions/0009). The application deletes memories,
-- and is not allowed to write here.
CREATE FUNCTION warmline_note_deleted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = {schema}, pg_temp
AS $$
BEGIN
  INSERT INTO deletions (tenant_id, namespace_md5, changed_in, memory_ids)
  SELECT tenant_id, md5(namespace)::uuid, warmline_transaction(), array_agg(id) FROM gone GROUP BY tenant_id, namespace;
  RETURN NULL;
END $$;
CREATE FUNCTION warmline_note_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = {schema}, pg_temp
AS $$
BEGIN
  INSERT INTO deletions (tenant_id, namespace_md5, changed_in, memory_ids)
  VALUES (OLD.tenant_id, md5(OLD.namespace)::uuid, warmline_transaction(), ARRAY[OLD.id]);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION warmline_note_deleted, warmline_note_moved FROM PUBLIC;

CREATE FUNCTION warmline_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_in := warmline_transaction();
  RETURN NEW;
END $$;

-- That a memory enters the indexes changes nothing that a reader could see of it, so that is no change.
CREATE TRIGGER changed BEFORE UPDATE ON memories FOR EACH ROW
  WHEN (OLD.indexed_terms IS NOT NULL OR NEW.indexed_terms IS NULL) EXECUTE FUNCTION warmline_note_change();
CREATE TRIGGER deleted AFTER DELETE ON memories REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION warmline_note_deleted();
CREATE TRIGGER moved AFTER UPDATE ON memories FOR EACH ROW
  WHEN (NEW.namespace <> OLD.namespace) EXECUTE FUNCTION warmline_note_moved();

-- A function's owner must be allowed to create in its schema, if only while it becomes the owner.
GRANT CREATE ON SCHEMA {schema} TO warmline_admin;
ALTER FUNCTION warmline_erase_from_audit OWNER TO warmline_admin;
ALTER FUNCTION warmline_holders OWNER TO warmline_admin;
ALTER FUNCTION warmline_note_deleted OWNER TO warmline_admin;
ALTER FUNCTION warmline_note_moved OWNER TO warmline_admin;
REVOKE CREATE ON SCHEMA {schema} FROM warmline_admin;
"""

DESK = """
CREATE TABLE queues (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  name varchar NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
  written jsonb NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE operators (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  name varchar NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
  display_name varchar NOT NULL,
  role varchar NOT NULL DEFAULT 'operator' CHECK (role IN ('operator', 'lead', 'admin', 'auditor')),
  queues varchar[] NOT NULL DEFAULT '{}',
  skills varchar[] NOT NULL DEFAULT '{}',
  languages varchar[] NOT NULL DEFAULT '{}',
  level integer NOT NULL DEFAULT 1 CHECK (level >= 1),
  capacity integer NOT NULL DEFAULT 5 CHECK (capacity >= 0),
  zone varchar NOT NULL DEFAULT 'UTC',
  presence varchar NOT NULL DEFAULT 'offline' CHECK (presence IN ('available', 'away', 'offline')),
  seen_at timestamptz,
  password_hash varchar,
  link_hash bytea UNIQUE CHECK (length(link_hash) = 32),
  link_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  deleted_at timestamptz,
  CONSTRAINT operators_links_end CHECK ((link_hash IS NULL) = (link_until IS NULL)),
  CONSTRAINT operators_deleted_sign_in_no_more
    CHECK (deleted_at IS NULL OR (disabled_at IS NOT NULL AND password_hash IS NULL AND link_hash IS NULL)),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
);

CREATE TABLE sign_ins (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  operator_id uuid NOT NULL,
  csrf varchar NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  address varchar,
  browser varchar,
  still_needs varchar CHECK (still_needs IN ('code', 'enrolment')),
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, operator_id) REFERENCES operators (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);
CREATE INDEX sign_ins_by_operator ON sign_ins (tenant_id, operator_id);

CREATE TABLE identity_providers (
  tenant_id uuid PRIMARY KEY DEFAULT warmline_tenant() REFERENCES tenants (id),
  issuer varchar NOT NULL,
  client_id varchar NOT NULL,
  client_secret varchar,
  adds_operators boolean NOT NULL DEFAULT false,
  role_claim varchar,
  roles jsonb NOT NULL DEFAULT '{}'
);

CREATE TABLE identities (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  issuer varchar NOT NULL,
  subject varchar NOT NULL,
  operator_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, issuer, subject),
  UNIQUE (tenant_id, operator_id),
  FOREIGN KEY (tenant_id, operator_id) REFERENCES operators (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE second_factors (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  operator_id uuid NOT NULL,
  secret varchar NOT NULL,
  last_step bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  confirmed_at timestamptz,
  PRIMARY KEY (tenant_id, operator_id),
  FOREIGN KEY (tenant_id, operator_id) REFERENCES operators (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE recovery_codes (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  operator_id uuid NOT NULL,
  code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
  PRIMARY KEY (tenant_id, operator_id, code_hash),
  FOREIGN KEY (tenant_id, operator_id) REFERENCES second_factors (tenant_id, operator_id) ON DELETE CASCADE
);

CREATE TABLE inquiries (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  handoff_id uuid NOT NULL,
  asked_by varchar NOT NULL,
  question varchar NOT NULL CHECK (question <> ''),
  asked_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL,
  answered_by varchar,
  answer varchar,
  answered_at timestamptz,
  CONSTRAINT inquiries_answered_as_a_whole
    CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX inquiries_by_handoff ON inquiries (tenant_id, handoff_id, id);

CREATE TABLE events (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  sequence bigint NOT NULL CHECK (sequence >= 1),
  id uuid NOT NULL,
  type varchar NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor varchar,
  namespace varchar,
  chain_id uuid,
  handoff_id uuid,
  queue varchar,
  facts jsonb NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
);
CREATE INDEX events_by_handoff ON events (tenant_id, handoff_id, sequence) WHERE handoff_id IS NOT NULL;
CREATE INDEX events_by_chain ON events (tenant_id, chain_id, sequence) WHERE chain_id IS NOT NULL;
CREATE INDEX events_by_queue ON events (tenant_id, queue, sequence) WHERE queue IS NOT NULL;
CREATE INDEX events_by_namespace ON events (tenant_id, namespace) WHERE namespace IS NOT NULL;
-- What analytics count, and nothing else: most events are of other types.
CREATE INDEX events_of_trouble ON events (tenant_id, handoff_id) WHERE type IN (
  'handoff.lapsed', 'handoff.offer_lapsed', 'handoff.escalated', 'handoff.stalled', 'handoff.declined',
  'handoff.nobody_there', 'handoff.info_requested', 'handoff.redirected', 'handoff.cancelled'
);
CREATE INDEX events_by_age ON events (at);

CREATE TABLE event_counters (
  tenant_id uuid PRIMARY KEY DEFAULT warmline_tenant() REFERENCES tenants (id),
  last bigint NOT NULL CHECK (last >= 0)
);

CREATE TABLE flags (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  handoff_id uuid NOT NULL,
  namespace varchar NOT NULL,
  verdict varchar NOT NULL CHECK (verdict IN ('wrong', 'missing', 'superfluous')),
  section varchar,
  label varchar,
  line varchar,
  memory_ids uuid[] NOT NULL DEFAULT '{}',
  should_be varchar,
  note varchar,
  by varchar NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT flags_quote_a_line_or_miss_one CHECK ((verdict = 'missing') = (line IS NULL)),
  CONSTRAINT flags_say_what_is_missing CHECK (verdict <> 'missing' OR should_be IS NOT NULL),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX flags_by_handoff ON flags (tenant_id, handoff_id, id);
CREATE INDEX flags_by_namespace ON flags (tenant_id, namespace, id);

CREATE TABLE measures (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  handoff_id uuid NOT NULL,
  lines integer NOT NULL CHECK (lines >= 0),
  elements integer NOT NULL CHECK (elements BETWEEN 0 AND 5),
  questions integer NOT NULL CHECK (questions >= 0),
  repeated integer NOT NULL,
  CONSTRAINT measures_repeat_what_was_asked CHECK (repeated BETWEEN 0 AND questions),
  PRIMARY KEY (tenant_id, handoff_id),
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE
);
"""

WEBHOOKS = """
CREATE TABLE webhook_endpoints (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  url varchar NOT NULL,
  types varchar[] NOT NULL DEFAULT '{}',
  description varchar,
  with_deeds boolean NOT NULL DEFAULT false,
  secret varchar NOT NULL,
  old_secret varchar,
  old_secret_until timestamptz,
  failing_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  disabled_why varchar,
  CONSTRAINT webhook_endpoints_old_secret_ends CHECK ((old_secret IS NULL) = (old_secret_until IS NULL)),
  CONSTRAINT webhook_endpoints_disabled_for_a_reason CHECK ((disabled_at IS NULL) = (disabled_why IS NULL)),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX webhook_endpoints_enabled ON webhook_endpoints (tenant_id) WHERE disabled_at IS NULL;

CREATE TABLE deliveries (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL DEFAULT warmline_uuid7(),
  endpoint_id uuid NOT NULL,
  sequence bigint NOT NULL,
  state varchar NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  due_at timestamptz DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  attempted_at timestamptz,
  status integer,
  problem varchar,
  CONSTRAINT deliveries_due_while_pending CHECK ((state = 'pending') = (due_at IS NOT NULL)),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, sequence, endpoint_id),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, sequence) REFERENCES events (tenant_id, sequence) ON DELETE CASCADE
);
CREATE INDEX deliveries_by_endpoint ON deliveries (tenant_id, endpoint_id, id);
CREATE INDEX deliveries_failed ON deliveries (tenant_id, endpoint_id, id) WHERE state = 'failed';
CREATE INDEX deliveries_due ON deliveries (endpoint_id, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE delivery_attempts (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  delivery_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  milliseconds integer NOT NULL CHECK (milliseconds >= 0),
  status integer,
  problem varchar,
  answer varchar,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES deliveries (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts (tenant_id, delivery_id, id);
"""

SHIFTS = """
CREATE TABLE rotas (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  name varchar NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
  written jsonb NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  wake_at timestamptz,
  PRIMARY KEY (tenant_id, name)
);
CREATE INDEX rotas_to_wake ON rotas (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE sheets (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  rota varchar,
  outgoing varchar NOT NULL CHECK (outgoing LIKE 'human:_%'),
  starts_at timestamptz,
  ends_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  drafted_at timestamptz NOT NULL DEFAULT now(),
  signed_at timestamptz,
  signed_by varchar,
  signed_to varchar,
  acknowledged_by varchar,
  overdue_told_at timestamptz,
  taken_over_at timestamptz,
  wake_at timestamptz,
  CONSTRAINT sheets_due_after_the_shift CHECK (due_at >= ends_at),
  CONSTRAINT sheets_signed_to_somebody_else CHECK (signed_to <> outgoing),
  CONSTRAINT sheets_signed_by_somebody CHECK ((signed_at IS NULL) = (signed_by IS NULL)),
  CONSTRAINT sheets_signed_before_anything_else CHECK (
    signed_at IS NOT NULL OR (signed_to IS NULL AND acknowledged_by IS NULL AND taken_over_at IS NULL)
  ),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, rota, outgoing, ends_at)
);
CREATE INDEX sheets_to_wake ON sheets (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sheets_by_outgoing ON sheets (tenant_id, outgoing, id);

CREATE TABLE sheet_items (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  sheet_id uuid NOT NULL,
  handoff_id uuid NOT NULL,
  owned boolean NOT NULL,
  receiver varchar,
  passed_id uuid,
  declined_by varchar,
  told_at timestamptz,
  CONSTRAINT sheet_items_of_others_are_only_shown CHECK (
    owned OR (receiver IS NULL AND passed_id IS NULL AND declined_by IS NULL AND told_at IS NULL)
  ),
  CONSTRAINT sheet_items_go_to_somebody CHECK (NOT owned OR receiver IS NOT NULL),
  PRIMARY KEY (tenant_id, sheet_id, handoff_id),
  FOREIGN KEY (tenant_id, sheet_id) REFERENCES sheets (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, passed_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sheet_items_by_handoff ON sheet_items (tenant_id, handoff_id);
CREATE INDEX sheet_items_by_passed ON sheet_items (tenant_id, passed_id);
"""

ALL_OF_A_TENANTS_OWN = (
    "idempotent_answers",
    "templates",
    "sessions",
    "handoffs",
    "consolidations",
    "supersessions",
    "replies",
    "customers",
    "customer_ids",
    "queues",
    "operators",
    "sign_ins",
    "identity_providers",
    "identities",
    "second_factors",
    "recovery_codes",
    "inquiries",
    "events",
    "event_counters",
    "flags",
    "measures",
    "webhook_endpoints",
    "deliveries",
    "delivery_attempts",
    "rotas",
    "sheets",
    "sheet_items",
)

IN_A_NAMESPACE = (
    "sessions",
    "handoffs",
    "memories",
    "consolidations",
    "flags",
    "events",
    "replies",
    "customers",
    "customer_ids",
)
"""What an API key that is bound to namespaces sees, and writes, of those alone."""
ABOUT_A_HANDOFF = ("inquiries", "measures", "sheet_items")

# A key, a login or a link is looked up before anybody knows whose it is: then the row with that hash can be seen, and
# of its tenant what signing in reads; so can the tenant that somebody who signs in names.
SIGNING_IN = """
GRANT SELECT ON embedding_models, warmline_revision TO warmline_app, warmline_sweep;
GRANT INSERT ON embedding_models TO warmline_app;
GRANT SELECT, INSERT, UPDATE ON embedding_models TO warmline_admin;

GRANT SELECT, UPDATE (preferences) ON tenants TO warmline_app;
CREATE POLICY tenancy ON tenants FOR SELECT TO warmline_app
  USING (
    id = warmline_tenant()
    OR name = warmline_tenant_name()
    OR id IN (SELECT tenant_id FROM api_keys WHERE key_hash = warmline_key_hash())
  );
CREATE POLICY preferring ON tenants FOR UPDATE TO warmline_app
  USING (id = warmline_tenant()) WITH CHECK (id = warmline_tenant());

GRANT SELECT, INSERT, UPDATE ON api_keys TO warmline_app;
CREATE POLICY tenancy ON api_keys FOR SELECT TO warmline_app
  USING (tenant_id = warmline_tenant() OR key_hash = warmline_key_hash());
CREATE POLICY making ON api_keys FOR INSERT TO warmline_app WITH CHECK (tenant_id = warmline_tenant());
CREATE POLICY revoking ON api_keys FOR UPDATE TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());

CREATE POLICY setting_a_password ON operators FOR SELECT TO warmline_app USING (link_hash = warmline_key_hash());
CREATE POLICY signing_in ON sign_ins FOR SELECT TO warmline_app USING (token_hash = warmline_key_hash());
"""


def upgrade() -> None:
    """Make everything, in one transaction."""
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    for part in (roles.ROLES, FUNCTIONS, ACCOUNTS, CHAINS, MEMORIES):
        op.execute(part)
    for dimension in (384, 768, 1024):
        op.execute(BY_MEANING.format(dimension=dimension, marked=dimension + 32))
    op.execute(TRIGGERS.format(schema=op.get_bind().scalar(text("SELECT quote_ident(current_schema())"))))
    for part in (DESK, WEBHOOKS, SHIFTS):
        op.execute(part)
    _guard()
    _let_sweep()
    steps.serve_from("0001")


def _guard() -> None:
    """Say who may see and change which rows."""
    steps.force_row_level_security("tenants")
    steps.force_row_level_security("api_keys")
    for table in ALL_OF_A_TENANTS_OWN:
        steps.guard_tenants_table(table)
    alive = "tenant_id = warmline_tenant() AND (expires_at IS NULL OR expires_at > now())"
    steps.guard_tenants_table("memories", visible=alive)
    # What was done, and what it cost, can be added to and not changed.
    steps.guard_tenants_table("audit_entries", app="SELECT, INSERT")
    steps.guard_tenants_table("summary_calls", app="SELECT, INSERT")
    # `warmline reembed` makes second embeddings, and empties their table when it is done. A trigger notes deletions.
    steps.guard_tenants_table("second_embeddings", app="SELECT", admin=f"{steps.EVERYTHING}, TRUNCATE")
    steps.guard_tenants_table("deletions", app="SELECT")
    op.execute(SIGNING_IN)
    for table in IN_A_NAMESPACE:
        steps.bind_to_namespaces(table)
    for table in ABOUT_A_HANDOFF:
        steps.bind_to_handoffs(table)


def _let_sweep() -> None:
    """Say what the worker's sweep may see and delete of all tenants. It sees no content, only what is due and whose."""
    # Preferences hold nothing that a customer said.
    wanting = "preferences @> '{\"consolidate\": true}' OR preferences ? 'retention'"
    steps.let_sweep_see("tenants", "id, preferences", wanting)
    # PostgreSQL writes IN down in other words once it has been read back, as it is after a restore; this stays.
    is_open = "state = ANY ('{requested,drafted,ready,claimed,accepted,failed}'::text[])"
    steps.let_sweep_see("handoffs", "id, tenant_id, state, due_at, wake_at, closed_at", is_open)
    steps.let_sweep_see("webhook_endpoints", "id, tenant_id, disabled_at, failing_since", "disabled_at IS NULL")
    undelivered = "due_at IS NOT NULL OR state = 'failed'"
    steps.let_sweep_see("deliveries", "id, tenant_id, endpoint_id, state, due_at", undelivered)
    steps.let_sweep_see("replies", "tenant_id, memory_id, alarm_at", "alarm_at IS NOT NULL")
    steps.let_sweep_see("rotas", "tenant_id, name, wake_at", "wake_at IS NOT NULL")
    steps.let_sweep_see("sheets", "tenant_id, id, wake_at", "wake_at IS NOT NULL")
    # It is of no tenant: which processes work, and how.
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON workers TO warmline_sweep")
    steps.let_sweep_delete("memories", "id, tenant_id, namespace, expires_at", "expires_at <= now()")
    steps.let_sweep_delete("idempotent_answers", "created_at")
    steps.let_sweep_delete("deletions", "at")
    steps.let_sweep_delete("sign_ins", "expires_at")
    steps.let_sweep_delete("events", "at")
