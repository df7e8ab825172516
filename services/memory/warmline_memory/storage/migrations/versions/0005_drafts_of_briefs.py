"""Drafts: a brief that waits for somebody to read it; templates, and briefs that are refused as too vague."""

from alembic import op

revision = "0005"
down_revision = "0004"

DRAFTS = """
ALTER TABLE handoffs
  ADD COLUMN template varchar,
  ADD COLUMN review boolean NOT NULL DEFAULT false,
  ADD COLUMN refuse_vague boolean NOT NULL DEFAULT false,
  ADD COLUMN draft_revision integer CHECK (draft_revision >= 1),
  DROP CONSTRAINT handoffs_state_check,
  ADD CONSTRAINT handoffs_state_check CHECK (
    state IN ('requested', 'drafted', 'ready', 'claimed', 'accepted', 'closed', 'cancelled', 'failed')
  ),
  ADD CHECK (
    state <> 'drafted'
    OR (review AND brief IS NOT NULL AND cut_ordinal IS NOT NULL AND draft_revision IS NOT NULL)
  );
DROP INDEX handoffs_one_under_way_per_session;
CREATE UNIQUE INDEX handoffs_one_under_way_per_session ON handoffs (tenant_id, source_session_id)
  WHERE state IN ('requested', 'drafted', 'ready', 'claimed');
"""


def upgrade() -> None:
    """Make the columns, and let a drafted handoff count as under way."""
    op.execute(DRAFTS)
