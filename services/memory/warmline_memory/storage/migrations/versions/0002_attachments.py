"""Attachments: files that somebody sent in a case. A table of its own, of which the release before knows nothing."""

from alembic import op

from warmline_memory.storage.migrations import steps

revision = "0002"
down_revision = "0001"

TABLE = """
CREATE TABLE attachments (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  namespace varchar NOT NULL,
  chain_id uuid,
  memory_id uuid,
  external_id varchar,
  name varchar NOT NULL CHECK (name <> ''),
  type varchar NOT NULL CHECK (type <> ''),
  size integer NOT NULL CHECK (size > 0),
  width integer CHECK (width > 0),
  height integer CHECK (height > 0),
  sha256 bytea NOT NULL CHECK (length(sha256) = 32),
  state varchar NOT NULL CHECK (state IN ('unchecked', 'waiting', 'clean', 'refused')),
  problem varchar,
  check_due_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  content bytea,
  CONSTRAINT attachments_due_while_waiting CHECK ((state = 'waiting') = (check_due_at IS NOT NULL)),
  CONSTRAINT attachments_refused_hold_nothing CHECK ((state = 'refused') = (content IS NULL)),
  CONSTRAINT attachments_refused_for_a_reason CHECK (problem IS NULL OR state = 'refused'),
  CONSTRAINT attachments_sent_in_a_chain CHECK ((memory_id IS NULL) = (chain_id IS NULL)),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, memory_id) REFERENCES memories (tenant_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX attachments_by_memory ON attachments (tenant_id, memory_id) WHERE memory_id IS NOT NULL;
CREATE UNIQUE INDEX attachments_by_external_id ON attachments (tenant_id, namespace, external_id)
  WHERE external_id IS NOT NULL;
CREATE INDEX attachments_by_namespace ON attachments (tenant_id, namespace, id);
CREATE INDEX attachments_by_chain ON attachments (tenant_id, chain_id, id) WHERE chain_id IS NOT NULL;
CREATE INDEX attachments_by_age ON attachments (tenant_id, created_at);
CREATE INDEX attachments_to_check ON attachments (check_due_at) WHERE check_due_at IS NOT NULL;
CREATE INDEX attachments_unsent ON attachments (created_at) WHERE memory_id IS NULL;
"""

# The sweep sees of which attachments a check is due, and takes away what was uploaded and never sent.
SWEEPING = """
GRANT SELECT (tenant_id, id, memory_id, check_due_at, created_at), DELETE ON attachments TO warmline_sweep;
CREATE POLICY checking ON attachments FOR SELECT TO warmline_sweep USING (check_due_at IS NOT NULL);
CREATE POLICY sweeping_sight ON attachments FOR SELECT TO warmline_sweep USING (memory_id IS NULL);
CREATE POLICY sweeping ON attachments FOR DELETE TO warmline_sweep USING (memory_id IS NULL);
"""


def upgrade() -> None:
    """Make the table."""
    op.execute(TABLE)
    steps.guard_tenants_table("attachments")
    steps.bind_to_namespaces("attachments")
    op.execute(SWEEPING)
    steps.serve_from("0001")
