"""Content keys: what seals what a tenant's people said. A table of its own, of which the release before knows nothing.

Nothing is sealed before the setting is switched on; from then on the release before cannot read what is.
"""

from alembic import op

from warmline_memory.storage.migrations import steps

revision = "0008"
down_revision = "0007"

TABLE = """
CREATE TABLE content_keys (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id) ON DELETE CASCADE,
  number smallint NOT NULL CHECK (number >= 1),
  sealed varchar NOT NULL CHECK (sealed <> ''),
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, number)
);
"""


def upgrade() -> None:
    """Make the table. A key is made once, and only administrators change or destroy it."""
    op.execute(TABLE)
    steps.guard_tenants_table("content_keys", app="SELECT, INSERT")
    # Whoever starts looks whether the platform's keys open what is there.
    steps.let_sweep_see("content_keys", "sealed", "true")
    steps.serve_from("0001")
