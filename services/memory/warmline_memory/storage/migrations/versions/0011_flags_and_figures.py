"""Flags on briefs, what is measured of a handoff when it closes, and the indexes that analytics reads by."""

from alembic import op

revision = "0011"
down_revision = "0010"

FLAGS = """
CREATE TABLE flags (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
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
  CHECK ((verdict = 'missing') = (line IS NULL)),
  CHECK (verdict <> 'missing' OR should_be IS NOT NULL),
  UNIQUE (tenant_id, id),
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
  repeated integer NOT NULL CHECK (repeated BETWEEN 0 AND questions),
  PRIMARY KEY (tenant_id, handoff_id),
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE
);

CREATE INDEX handoffs_by_request ON handoffs (tenant_id, requested_at);
CREATE INDEX sessions_first_of_chain ON sessions (tenant_id, started_at) WHERE id = chain_id;
CREATE INDEX events_of_trouble ON events (tenant_id, handoff_id) WHERE type IN (
  'handoff.lapsed', 'handoff.offer_lapsed', 'handoff.escalated', 'handoff.stalled', 'handoff.declined',
  'handoff.nobody_there', 'handoff.info_requested', 'handoff.redirected', 'handoff.cancelled'
);
"""

TENANT_TABLES = ("flags", "measures")

ROW_LEVEL_SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO warmline_admin, warmline_app;
CREATE POLICY administration ON {table} TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY tenancy ON {table} TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());
"""


def upgrade() -> None:
    """Make the tables and the indexes, in one transaction."""
    op.execute(FLAGS)
    for table in TENANT_TABLES:
        op.execute(ROW_LEVEL_SECURITY.format(table=table))
