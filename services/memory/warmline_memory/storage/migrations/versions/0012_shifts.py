"""Shift changes: rotas, and the sheets that are signed and taken over."""

from alembic import op

revision = "0012"
down_revision = "0011"

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
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  rota varchar,
  outgoing varchar NOT NULL CHECK (outgoing LIKE 'human:_%'),
  starts_at timestamptz,
  ends_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL CHECK (due_at >= ends_at),
  drafted_at timestamptz NOT NULL DEFAULT now(),
  signed_at timestamptz,
  signed_by varchar,
  signed_to varchar CHECK (signed_to <> outgoing),
  acknowledged_by varchar,
  overdue_told_at timestamptz,
  taken_over_at timestamptz,
  wake_at timestamptz,
  CHECK ((signed_at IS NULL) = (signed_by IS NULL)),
  CHECK (signed_at IS NOT NULL OR (signed_to IS NULL AND acknowledged_by IS NULL AND taken_over_at IS NULL)),
  UNIQUE (tenant_id, id),
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
  CHECK (owned OR (receiver IS NULL AND passed_id IS NULL AND declined_by IS NULL AND told_at IS NULL)),
  CHECK (NOT owned OR receiver IS NOT NULL),
  PRIMARY KEY (tenant_id, sheet_id, handoff_id),
  FOREIGN KEY (tenant_id, sheet_id) REFERENCES sheets (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, passed_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX sheet_items_by_handoff ON sheet_items (tenant_id, handoff_id);
CREATE INDEX sheet_items_by_passed ON sheet_items (tenant_id, passed_id);
"""

ROW_LEVEL_SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO warmline_admin, warmline_app;
CREATE POLICY administration ON {table} TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY tenancy ON {table} TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());
"""

SWEEPING = """
GRANT SELECT (tenant_id, name, wake_at) ON rotas TO warmline_sweep;
GRANT SELECT (tenant_id, id, wake_at) ON sheets TO warmline_sweep;
CREATE POLICY sweeping ON rotas FOR SELECT TO warmline_sweep USING (wake_at IS NOT NULL);
CREATE POLICY sweeping ON sheets FOR SELECT TO warmline_sweep USING (wake_at IS NOT NULL);
"""


def upgrade() -> None:
    """Make everything, in one transaction."""
    op.execute(SHIFTS)
    for table in ("rotas", "sheets", "sheet_items"):
        op.execute(ROW_LEVEL_SECURITY.format(table=table))
    op.execute(SWEEPING)
