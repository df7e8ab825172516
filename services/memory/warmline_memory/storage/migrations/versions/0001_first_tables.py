"""Tenants, keys, sessions, handoffs, claims, memories; row-level security forced on all of them."""

from alembic import op

revision = "0001"
down_revision = None

ROLES = """
DO $$
DECLARE wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['warmline_app', 'warmline_sweep', 'warmline_admin'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', wanted);
    END IF;
    BEGIN
      EXECUTE format('GRANT %I TO CURRENT_USER', wanted);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE NOTICE 'role % exists, and only its administrator can grant it to %', wanted, current_user;
    END;
  END LOOP;
END $$;
"""

CONTEXT = """
CREATE FUNCTION warmline_tenant() RETURNS uuid LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('warmline.tenant_id', true), '')::uuid $$;
CREATE FUNCTION warmline_key_hash() RETURNS bytea LANGUAGE sql STABLE AS
  $$ SELECT decode(nullif(current_setting('warmline.key_hash', true), ''), 'hex') $$;
"""

TABLES = """
CREATE TABLE embedding_models (
  id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name varchar NOT NULL,
  dimension integer NOT NULL CHECK (dimension BETWEEN 1 AND 16000),
  is_current boolean NOT NULL DEFAULT false,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (name, dimension)
);
CREATE UNIQUE INDEX embedding_models_one_is_current ON embedding_models (is_current) WHERE is_current;

CREATE TABLE tenants (
  id uuid PRIMARY KEY,
  name varchar NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  name varchar NOT NULL,
  hint varchar NOT NULL,
  key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX ix_api_keys_tenant_id ON api_keys (tenant_id);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  chain_id uuid NOT NULL,
  namespace varchar NOT NULL,
  agent varchar NOT NULL,
  owns_conversation boolean NOT NULL,
  handoff_id uuid,
  metadata jsonb NOT NULL,
  memory_count integer NOT NULL DEFAULT 0 CHECK (memory_count >= 0),
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  ended_reason varchar CHECK (ended_reason IN ('client', 'handoff', 'rollback')),
  CHECK ((ended_at IS NULL) = (ended_reason IS NULL)),
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions (tenant_id, id)
);
CREATE UNIQUE INDEX sessions_one_owner_per_chain ON sessions (tenant_id, chain_id)
  WHERE owns_conversation AND ended_at IS NULL;
CREATE INDEX sessions_by_chain ON sessions (tenant_id, chain_id, id);
CREATE INDEX sessions_by_namespace ON sessions (tenant_id, namespace, id);

CREATE TABLE handoffs (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  chain_id uuid NOT NULL,
  namespace varchar NOT NULL,
  state varchar NOT NULL
    CHECK (state IN ('requested', 'ready', 'claimed', 'accepted', 'closed', 'cancelled', 'failed')),
  mode varchar NOT NULL CHECK (mode IN ('cold', 'warm')),
  source_session_id uuid NOT NULL,
  source_agent varchar NOT NULL,
  target varchar NOT NULL,
  reason varchar NOT NULL,
  goal varchar,
  hop integer NOT NULL CHECK (hop >= 1),
  target_session_id uuid,
  brief jsonb,
  cut_ordinal integer,
  attempts integer NOT NULL DEFAULT 0,
  problem varchar,
  due_at timestamptz,
  metadata jsonb NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  ready_at timestamptz,
  accepted_at timestamptz,
  closed_at timestamptz,
  CHECK ((due_at IS NOT NULL) = (state = 'requested')),
  CHECK (state NOT IN ('ready', 'claimed', 'accepted') OR (brief IS NOT NULL AND ready_at IS NOT NULL)),
  CHECK (state <> 'accepted' OR (target_session_id IS NOT NULL AND accepted_at IS NOT NULL)),
  CHECK ((closed_at IS NOT NULL) = (state IN ('closed', 'cancelled', 'failed'))),
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, source_session_id) REFERENCES sessions (tenant_id, id),
  FOREIGN KEY (tenant_id, target_session_id) REFERENCES sessions (tenant_id, id),
  FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions (tenant_id, id)
);
CREATE UNIQUE INDEX handoffs_one_under_way_per_session ON handoffs (tenant_id, source_session_id)
  WHERE state IN ('requested', 'ready', 'claimed');
CREATE INDEX handoffs_by_chain ON handoffs (tenant_id, chain_id, id);
CREATE INDEX handoffs_by_namespace ON handoffs (tenant_id, namespace, id);
CREATE INDEX handoffs_by_target_session ON handoffs (tenant_id, target_session_id);
CREATE INDEX handoffs_due ON handoffs (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE sessions ADD CONSTRAINT sessions_started_from_handoff
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id);

CREATE TABLE claims (
  handoff_id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  agent varchar NOT NULL,
  token integer NOT NULL CHECK (token >= 1),
  claimed_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX claims_by_expiry ON claims (expires_at);

CREATE TABLE memories (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  namespace varchar NOT NULL,
  session_id uuid,
  chain_id uuid,
  ordinal integer CHECK (ordinal >= 1),
  handoff_id uuid,
  agent varchar,
  kind varchar NOT NULL,
  role varchar CHECK (role IN ('user', 'agent', 'tool')),
  content varchar NOT NULL CHECK (content <> ''),
  importance real NOT NULL CHECK (importance BETWEEN 0 AND 1),
  importance_estimated boolean NOT NULL,
  slot jsonb,
  action jsonb,
  metadata jsonb NOT NULL,
  event_time timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  embedding_model_id smallint NOT NULL REFERENCES embedding_models (id),
  embedding halfvec NOT NULL,
  tsv tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('english', content)) STORED,
  CHECK ((session_id IS NULL) = (ordinal IS NULL)),
  CHECK ((session_id IS NULL) = (chain_id IS NULL)),
  CHECK (handoff_id IS NULL OR (kind = 'handoff' AND importance = 1)),
  UNIQUE (tenant_id, session_id, ordinal),
  UNIQUE (tenant_id, handoff_id),
  FOREIGN KEY (tenant_id, session_id) REFERENCES sessions (tenant_id, id),
  FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions (tenant_id, id),
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id)
);
CREATE INDEX memories_by_namespace ON memories (tenant_id, namespace, id);
CREATE INDEX memories_by_importance ON memories (tenant_id, namespace, importance DESC, event_time DESC);
CREATE INDEX memories_by_chain ON memories (tenant_id, chain_id, id);

CREATE TABLE idempotent_answers (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  key varchar NOT NULL,
  fingerprint varchar NOT NULL,
  answer jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, key)
);
CREATE INDEX idempotent_answers_by_age ON idempotent_answers (created_at);
"""

TENANT_TABLES = ("sessions", "handoffs", "claims", "memories", "idempotent_answers")

ROW_LEVEL_SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO warmline_admin;
CREATE POLICY administration ON {table} TO warmline_admin USING (true) WITH CHECK (true);
"""

TENANCY = """
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO warmline_app;
CREATE POLICY tenancy ON {table} TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());
"""

SIGNING_IN = """
GRANT SELECT ON embedding_models, warmline_revision TO warmline_app, warmline_sweep;
GRANT SELECT, INSERT, UPDATE ON embedding_models TO warmline_admin;
GRANT INSERT ON embedding_models TO warmline_app;
GRANT SELECT ON tenants, api_keys TO warmline_app;
CREATE POLICY tenancy ON tenants FOR SELECT TO warmline_app USING (id = warmline_tenant());
CREATE POLICY tenancy ON api_keys FOR SELECT TO warmline_app
  USING (tenant_id = warmline_tenant() OR key_hash = warmline_key_hash());
"""

SWEEPING = """
GRANT SELECT (id, tenant_id, state, due_at) ON handoffs TO warmline_sweep;
GRANT SELECT (handoff_id, tenant_id, expires_at) ON claims TO warmline_sweep;
GRANT SELECT (created_at), DELETE ON idempotent_answers TO warmline_sweep;
CREATE POLICY sweeping ON handoffs FOR SELECT TO warmline_sweep USING (due_at IS NOT NULL OR state = 'claimed');
CREATE POLICY sweeping ON claims FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY sweeping_sight ON idempotent_answers FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY sweeping ON idempotent_answers FOR DELETE TO warmline_sweep USING (true);
"""


def upgrade() -> None:
    """Make everything, in one transaction."""
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.execute(ROLES)
    op.execute(CONTEXT)
    op.execute(TABLES)
    for table in ("tenants", "api_keys", *TENANT_TABLES):
        op.execute(ROW_LEVEL_SECURITY.format(table=table))
    for table in TENANT_TABLES:
        op.execute(TENANCY.format(table=table))
    op.execute(SIGNING_IN)
    op.execute(SWEEPING)
