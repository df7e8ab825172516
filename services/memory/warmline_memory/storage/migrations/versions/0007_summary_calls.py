"""Summary calls: what was asked of language models, and what it cost."""

from alembic import op

revision = "0007"
down_revision = "0006"

CALLS = """
CREATE TABLE summary_calls (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id) ON DELETE CASCADE,
  handoff_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  model varchar NOT NULL,
  outcome varchar NOT NULL,
  tokens_in integer NOT NULL CHECK (tokens_in >= 0),
  tokens_out integer NOT NULL CHECK (tokens_out >= 0),
  cost numeric CHECK (cost >= 0),
  seconds double precision NOT NULL CHECK (seconds >= 0)
);
CREATE INDEX summary_calls_by_time ON summary_calls (tenant_id, at);
ALTER TABLE summary_calls ENABLE ROW LEVEL SECURITY;
ALTER TABLE summary_calls FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON summary_calls TO warmline_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON summary_calls TO warmline_admin;
CREATE POLICY administration ON summary_calls TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY tenancy ON summary_calls TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());
"""


def upgrade() -> None:
    """Make the table, in one transaction."""
    op.execute(CALLS)
