"""Consolidating: the worker may see the ids of those tenants that want it, and nothing else of them."""

from alembic import op

revision = "0004"
down_revision = "0003"

WILLING = """
GRANT SELECT (id) ON tenants TO warmline_sweep;
CREATE POLICY consolidating ON tenants FOR SELECT TO warmline_sweep USING (preferences @> '{"consolidate": true}');
"""


def upgrade() -> None:
    """Show them to the sweeping role."""
    op.execute(WILLING)
