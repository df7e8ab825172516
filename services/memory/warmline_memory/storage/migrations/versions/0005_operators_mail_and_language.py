"""E-mails to operators, and the language in which an operator reads the console."""

from alembic import op

from warmline_memory.storage.migrations import steps

revision = "0005"
down_revision = "0004"

OPERATORS = """
ALTER TABLE operators
  ADD COLUMN email varchar,
  ADD COLUMN mail_about varchar[] NOT NULL DEFAULT '{}',
  ADD COLUMN mails_an_hour integer NOT NULL DEFAULT 6 CHECK (mails_an_hour >= 1),
  ADD COLUMN language varchar;
"""
MAIL = """
CREATE TABLE mail_notices (
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  id uuid NOT NULL,
  operator_id uuid NOT NULL,
  about varchar NOT NULL CHECK (about IN ('waiting', 'late', 'offered', 'mentioned')),
  key varchar NOT NULL,
  handoff_id uuid,
  facts jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL,
  due_at timestamptz,
  mailed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, operator_id, about, key),
  FOREIGN KEY (tenant_id, operator_id) REFERENCES operators (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX mail_notices_due ON mail_notices (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mail_notices_mailed ON mail_notices (tenant_id, operator_id, mailed_at) WHERE mailed_at IS NOT NULL;
CREATE INDEX mail_notices_by_age ON mail_notices (at);

CREATE TABLE mail_cursors (
  tenant_id uuid PRIMARY KEY DEFAULT warmline_tenant() REFERENCES tenants (id),
  sequence bigint NOT NULL
);
"""


def upgrade() -> None:
    """Add columns with constant defaults, and tables; the release before notices neither."""
    op.execute(OPERATORS)
    op.execute(MAIL)
    for table in ("mail_notices", "mail_cursors"):
        steps.guard_tenants_table(table)
    steps.bind_to_handoffs("mail_notices")
    steps.let_sweep_see("operators", "tenant_id, mail_about", "email IS NOT NULL AND mail_about <> '{}'")
    steps.let_sweep_delete("mail_notices", "tenant_id, operator_id, due_at, at")
    steps.serve_from("0001")
