"""Tags on cases, and views of lists that operators saved. Tables of their own, of which the release before knows
nothing."""

from alembic import op

from warmline_memory.storage.migrations import steps

revision = "0006"
down_revision = "0005"

TABLES = """
CREATE TABLE case_tags (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  chain_id uuid NOT NULL,
  tag varchar NOT NULL CHECK (length(tag) BETWEEN 1 AND 40),
  namespace varchar NOT NULL,
  by varchar NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, chain_id, tag),
  FOREIGN KEY (tenant_id, chain_id) REFERENCES sessions (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX case_tags_by_tag ON case_tags (tenant_id, tag, chain_id);

CREATE TABLE saved_views (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  operator_id uuid NOT NULL,
  name varchar NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  shown jsonb NOT NULL,
  is_shared boolean NOT NULL DEFAULT false,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, operator_id, name),
  FOREIGN KEY (tenant_id, operator_id) REFERENCES operators (tenant_id, id) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(TABLES)
    for table in ("case_tags", "saved_views"):
        steps.guard_tenants_table(table)
    steps.bind_to_namespaces("case_tags")
    steps.serve_from("0001")
