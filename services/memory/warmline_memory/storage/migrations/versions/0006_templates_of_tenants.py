"""Templates of tenants: what a tenant's briefs look like where it wants them otherwise than built in."""

from alembic import op

revision = "0006"
down_revision = "0005"

TEMPLATES = """
CREATE TABLE templates (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  name varchar NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{0,63}$'),
  written jsonb NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);
ALTER TABLE templates ENABLE ROW LEVEL SECURITY;
ALTER TABLE templates FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON templates TO warmline_admin, warmline_app;
CREATE POLICY administration ON templates TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY tenancy ON templates TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());
"""


def upgrade() -> None:
    """Make the table, in one transaction."""
    op.execute(TEMPLATES)
