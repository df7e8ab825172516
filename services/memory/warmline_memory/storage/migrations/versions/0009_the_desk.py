"""The desk: queues, operators and their sign-ins; who holds a handoff and until when; inquiries; events."""

from alembic import op

revision = "0009"
down_revision = "0008"

HOLDING = """
ALTER TABLE handoffs
  ADD COLUMN reason_code varchar NOT NULL DEFAULT 'other',
  ADD COLUMN urgency varchar NOT NULL DEFAULT 'normal' CHECK (urgency IN ('low', 'normal', 'high', 'critical')),
  ADD COLUMN language varchar,
  ADD COLUMN skills varchar[] NOT NULL DEFAULT '{}',
  ADD COLUMN level integer NOT NULL DEFAULT 1 CHECK (level >= 1),
  ADD COLUMN holder varchar,
  ADD COLUMN token integer NOT NULL DEFAULT 0 CHECK (token >= 0),
  ADD COLUMN claimed_at timestamptz,
  ADD COLUMN lease_until timestamptz,
  ADD COLUMN offered_to varchar,
  ADD COLUMN offered_until timestamptz,
  ADD COLUMN declined_by varchar[] NOT NULL DEFAULT '{}',
  ADD COLUMN inquiry_due_at timestamptz,
  ADD COLUMN snoozed_until timestamptz,
  ADD COLUMN alarm_at timestamptz,
  ADD COLUMN accept_due_at timestamptz,
  ADD COLUMN first_reply_due_at timestamptz,
  ADD COLUMN resolve_due_at timestamptz,
  ADD COLUMN first_reply_at timestamptz,
  ADD COLUMN read_back jsonb,
  ADD COLUMN notice jsonb,
  ADD COLUMN returns_id uuid,
  ADD COLUMN redirected_from varchar,
  ADD COLUMN closed_as varchar
    CHECK (closed_as IN ('resolved', 'returned', 'transferred', 'escalated', 'rolled_back', 'ended')),
  ADD COLUMN resolution varchar,
  ADD COLUMN breach_at timestamptz GENERATED ALWAYS AS (
    CASE
      WHEN state IN ('requested', 'drafted', 'ready', 'claimed') THEN accept_due_at
      WHEN state = 'accepted' AND first_reply_at IS NULL THEN LEAST(first_reply_due_at, resolve_due_at)
      WHEN state = 'accepted' THEN resolve_due_at
    END
  ) STORED,
  ADD COLUMN wake_at timestamptz GENERATED ALWAYS AS (
    CASE
      WHEN state IN ('ready', 'claimed', 'accepted')
        THEN LEAST(lease_until, offered_until, inquiry_due_at, snoozed_until, alarm_at)
    END
  ) STORED,
  ADD CHECK ((offered_to IS NULL) = (offered_until IS NULL)),
  ADD CHECK (state <> 'ready' OR (holder IS NULL AND lease_until IS NULL)),
  ADD CHECK (closed_as IS NULL OR state = 'closed'),
  ADD FOREIGN KEY (tenant_id, returns_id) REFERENCES handoffs (tenant_id, id);

UPDATE handoffs SET holder = claims.agent, token = claims.token, claimed_at = claims.claimed_at,
  lease_until = CASE WHEN handoffs.state = 'claimed' THEN claims.expires_at END
  FROM claims WHERE claims.handoff_id = handoffs.id AND handoffs.state <> 'ready';
UPDATE handoffs SET token = claims.token FROM claims WHERE claims.handoff_id = handoffs.id AND handoffs.state = 'ready';
DROP TABLE claims;
ALTER TABLE handoffs ADD CHECK (state <> 'claimed' OR (holder IS NOT NULL AND lease_until IS NOT NULL AND token > 0));

ALTER TABLE handoffs DROP CONSTRAINT handoffs_mode_check,
  ADD CONSTRAINT handoffs_mode_check CHECK (mode IN ('cold', 'warm', 'consult'));
DROP INDEX handoffs_one_under_way_per_session;
CREATE UNIQUE INDEX handoffs_one_under_way_per_session ON handoffs (tenant_id, source_session_id)
  WHERE state IN ('requested', 'drafted', 'ready', 'claimed') AND mode <> 'consult';
CREATE INDEX handoffs_waiting ON handoffs (tenant_id, target, breach_at) WHERE state IN ('ready', 'claimed');
CREATE INDEX handoffs_held ON handoffs (tenant_id, holder) WHERE state IN ('claimed', 'accepted');
CREATE INDEX handoffs_to_wake ON handoffs (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX handoffs_by_returned ON handoffs (tenant_id, returns_id) WHERE returns_id IS NOT NULL;

DROP POLICY sweeping ON handoffs;
CREATE POLICY sweeping ON handoffs FOR SELECT TO warmline_sweep USING (due_at IS NOT NULL OR wake_at IS NOT NULL);
GRANT SELECT (wake_at) ON handoffs TO warmline_sweep;

ALTER TABLE sessions DROP CONSTRAINT sessions_ended_reason_check,
  ADD CONSTRAINT sessions_ended_reason_check
    CHECK (ended_reason IN ('client', 'handoff', 'rollback', 'resolved', 'escalated'));
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
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  name varchar NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
  display_name varchar NOT NULL,
  role varchar NOT NULL DEFAULT 'operator' CHECK (role IN ('operator', 'lead', 'admin')),
  queues varchar[] NOT NULL DEFAULT '{}',
  skills varchar[] NOT NULL DEFAULT '{}',
  languages varchar[] NOT NULL DEFAULT '{}',
  level integer NOT NULL DEFAULT 1 CHECK (level >= 1),
  capacity integer NOT NULL DEFAULT 5 CHECK (capacity >= 0),
  zone varchar NOT NULL DEFAULT 'UTC',
  presence varchar NOT NULL DEFAULT 'offline' CHECK (presence IN ('available', 'away', 'offline')),
  seen_at timestamptz,
  sign_in_name varchar UNIQUE,
  password_hash varchar,
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  CHECK ((sign_in_name IS NULL) = (password_hash IS NULL)),
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, name)
);

CREATE TABLE sign_ins (
  token_hash bytea PRIMARY KEY CHECK (length(token_hash) = 32),
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  operator_id uuid NOT NULL,
  csrf varchar NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  FOREIGN KEY (tenant_id, operator_id) REFERENCES operators (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);
CREATE INDEX sign_ins_by_operator ON sign_ins (tenant_id, operator_id);

CREATE TABLE inquiries (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  handoff_id uuid NOT NULL,
  asked_by varchar NOT NULL,
  question varchar NOT NULL CHECK (question <> ''),
  asked_at timestamptz NOT NULL DEFAULT now(),
  due_at timestamptz NOT NULL,
  answered_by varchar,
  answer varchar,
  answered_at timestamptz,
  CHECK ((answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_by IS NULL)),
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
CREATE INDEX events_by_age ON events (at);

CREATE TABLE event_counters (
  tenant_id uuid PRIMARY KEY DEFAULT warmline_tenant() REFERENCES tenants (id),
  last bigint NOT NULL CHECK (last >= 0)
);
"""

TENANT_TABLES = ("queues", "operators", "sign_ins", "inquiries", "events", "event_counters")

ROW_LEVEL_SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO warmline_admin, warmline_app;
CREATE POLICY administration ON {table} TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY tenancy ON {table} TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());
"""

SIGNING_IN = """
CREATE FUNCTION warmline_sign_in_name() RETURNS varchar LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('warmline.sign_in_name', true), '') $$;
CREATE POLICY signing_in ON operators FOR SELECT TO warmline_app USING (sign_in_name = warmline_sign_in_name());
CREATE POLICY signing_in ON sign_ins FOR SELECT TO warmline_app USING (token_hash = warmline_key_hash());
GRANT INSERT, UPDATE ON api_keys TO warmline_app;
CREATE POLICY making ON api_keys FOR INSERT TO warmline_app WITH CHECK (tenant_id = warmline_tenant());
CREATE POLICY revoking ON api_keys FOR UPDATE TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());
GRANT SELECT (expires_at), DELETE ON sign_ins TO warmline_sweep;
CREATE POLICY sweeping_sight ON sign_ins FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY sweeping ON sign_ins FOR DELETE TO warmline_sweep USING (true);
GRANT SELECT (at), DELETE ON events TO warmline_sweep;
CREATE POLICY sweeping_sight ON events FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY sweeping ON events FOR DELETE TO warmline_sweep USING (true);
"""


def upgrade() -> None:
    """Make everything, in one transaction."""
    op.execute(HOLDING)
    op.execute(DESK)
    for table in TENANT_TABLES:
        op.execute(ROW_LEVEL_SECURITY.format(table=table))
    op.execute(SIGNING_IN)
