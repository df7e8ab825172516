"""Changes: each memory says which transaction changed it last, so that a process that holds memories reads only those
that are new to it; departures say that some are gone."""

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"

CHANGES = """
CREATE FUNCTION warmline_transaction() RETURNS bigint LANGUAGE sql VOLATILE
  RETURN pg_current_xact_id()::text::bigint;
CREATE FUNCTION warmline_all_known_below() RETURNS bigint LANGUAGE sql STABLE
  RETURN pg_snapshot_xmin(pg_current_snapshot())::text::bigint;

ALTER TABLE memories ADD COLUMN changed_in bigint NOT NULL DEFAULT 0;
ALTER TABLE memories ALTER COLUMN changed_in SET DEFAULT warmline_transaction();
DROP INDEX memories_unindexed;
CREATE INDEX memories_unindexed ON memories (tenant_id, namespace, changed_in) WHERE indexed_terms IS NULL;

CREATE TABLE departures (
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  namespace_md5 uuid NOT NULL,
  changed_in bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, namespace_md5, changed_in)
);
CREATE INDEX departures_by_time ON departures (at);
ALTER TABLE departures ENABLE ROW LEVEL SECURITY;
ALTER TABLE departures FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON departures TO warmline_admin;
GRANT SELECT ON departures TO warmline_app;
GRANT SELECT (at), DELETE ON departures TO warmline_sweep;
CREATE POLICY administration ON departures TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY tenancy ON departures TO warmline_app USING (tenant_id = warmline_tenant());
CREATE POLICY sweeping_sight ON departures FOR SELECT TO warmline_sweep USING (true);
CREATE POLICY sweeping ON departures FOR DELETE TO warmline_sweep USING (true);

CREATE FUNCTION warmline_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_in := warmline_transaction();
  RETURN NEW;
END $$;
CREATE TRIGGER changed BEFORE UPDATE ON memories FOR EACH ROW EXECUTE FUNCTION warmline_note_change();

CREATE FUNCTION warmline_note_departure() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = {schema}, pg_temp
AS $$
BEGIN
  INSERT INTO departures (tenant_id, namespace_md5, changed_in)
  VALUES (OLD.tenant_id, md5(OLD.namespace)::uuid, warmline_transaction())
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION warmline_note_departure FROM PUBLIC;
CREATE TRIGGER deleted AFTER DELETE ON memories FOR EACH ROW
  WHEN (OLD.indexed_terms IS NULL) EXECUTE FUNCTION warmline_note_departure();
CREATE TRIGGER moved AFTER UPDATE ON memories FOR EACH ROW
  WHEN (OLD.indexed_terms IS NULL AND (NEW.indexed_terms IS NOT NULL OR NEW.namespace <> OLD.namespace))
  EXECUTE FUNCTION warmline_note_departure();
"""


def upgrade() -> None:
    """Make everything, in one transaction."""
    schema = op.get_bind().scalar(text("SELECT quote_ident(current_schema())"))
    op.execute(CHANGES.format(schema=schema))
    # A function's owner must be allowed to create in its schema, if only while it becomes the owner.
    op.execute(f"GRANT CREATE ON SCHEMA {schema} TO warmline_admin")
    op.execute("ALTER FUNCTION warmline_note_departure OWNER TO warmline_admin")
    op.execute(f"REVOKE CREATE ON SCHEMA {schema} FROM warmline_admin")
