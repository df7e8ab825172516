"""Calendars of rotas: the addresses at which calendar programs read them."""

from alembic import op

from warmline_memory.storage.migrations import steps

revision = "0003"
down_revision = "0002"

CALENDAR_LINKS = """
CREATE TABLE calendar_links (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  rota varchar NOT NULL,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, rota),
  FOREIGN KEY (tenant_id, rota) REFERENCES rotas (tenant_id, name) ON DELETE CASCADE
);
"""
READING = """
CREATE POLICY reading_a_calendar ON calendar_links FOR SELECT TO warmline_app USING (token_hash = warmline_key_hash())
"""


def upgrade() -> None:
    """Add a table that the release before does not know, and does not miss."""
    op.execute(CALENDAR_LINKS)
    steps.guard_tenants_table("calendar_links")
    op.execute(READING)
    steps.serve_from("0001")
