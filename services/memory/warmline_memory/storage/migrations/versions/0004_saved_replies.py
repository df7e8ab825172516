"""Saved replies: texts that people who answer customers use again and again."""

from alembic import op

from warmline_memory.storage.migrations import steps

revision = "0004"
down_revision = "0003"

TABLE = """
CREATE TABLE saved_replies (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  name varchar NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9_.-]{0,63}$'),
  written jsonb NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)
    steps.guard_tenants_table("saved_replies")
    steps.serve_from("0001")
