"""What changed, and what is not indexed, each has an index that no plan passes by for another one.

Where the planner expects one row of a namespace, two indexes that begin with the namespace cost the same, and it may
read all of a large namespace to find the last change in it. An index of another collation serves the statements that
name that collation, and those alone. What is not indexed is read by id, in the order in which the worker indexes it.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

CHANGES = """
DROP INDEX memories_by_change;
CREATE INDEX memories_by_change ON memories (tenant_id, namespace COLLATE "C", changed_in);
DROP INDEX memories_unindexed;
CREATE INDEX memories_unindexed ON memories (tenant_id, namespace, id) WHERE indexed_terms IS NULL;
"""


def upgrade() -> None:
    """Make everything, in one transaction."""
    op.execute(CHANGES)
