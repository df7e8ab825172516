"""Ratings: what customers answer when they are asked how it was. A table of its own, of which the release before knows
nothing."""

from alembic import op

from warmline_memory.storage.migrations import steps

revision = "0007"
down_revision = "0006"

TABLE = """
CREATE TABLE ratings (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  handoff_id uuid NOT NULL,
  chain_id uuid NOT NULL,
  score smallint CHECK (score BETWEEN 1 AND 5),
  asked_at timestamptz NOT NULL DEFAULT now(),
  answered_at timestamptz,
  PRIMARY KEY (tenant_id, handoff_id),
  CONSTRAINT ratings_answered_at_a_time CHECK ((score IS NULL) = (answered_at IS NULL)),
  FOREIGN KEY (tenant_id, handoff_id) REFERENCES handoffs (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX ratings_by_chain ON ratings (tenant_id, chain_id, asked_at);
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)
    steps.guard_tenants_table("ratings")
    steps.bind_to_handoffs("ratings")
    steps.serve_from("0001")
