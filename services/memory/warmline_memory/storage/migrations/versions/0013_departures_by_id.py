"""Departures name the memories that are gone, and changes are found of indexed memories too: a process can hold all of
a namespace, and need not read it anew because something was forgotten."""

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"

CHANGES = """
CREATE INDEX memories_by_change ON memories (tenant_id, namespace, changed_in);
DROP TRIGGER changed ON memories;
CREATE TRIGGER changed BEFORE UPDATE ON memories FOR EACH ROW
  WHEN (OLD.indexed_terms IS NOT NULL OR NEW.indexed_terms IS NULL) EXECUTE FUNCTION warmline_note_change();

DROP TRIGGER deleted ON memories;
DROP TRIGGER moved ON memories;
DROP FUNCTION warmline_note_departure;
DROP TABLE departures;
CREATE TABLE departures (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
  namespace_md5 uuid NOT NULL,
  changed_in bigint NOT NULL,
  memory_ids uuid[] NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX departures_by_change ON departures (tenant_id, namespace_md5, changed_in);
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

CREATE FUNCTION warmline_note_deleted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = {schema}, pg_temp
AS $$
BEGIN
  INSERT INTO departures (tenant_id, namespace_md5, changed_in, memory_ids)
  SELECT tenant_id, md5(namespace)::uuid, warmline_transaction(), array_agg(id) FROM gone GROUP BY tenant_id, namespace;
  RETURN NULL;
END $$;
CREATE FUNCTION warmline_note_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = {schema}, pg_temp
AS $$
BEGIN
  INSERT INTO departures (tenant_id, namespace_md5, changed_in, memory_ids)
  VALUES (OLD.tenant_id, md5(OLD.namespace)::uuid, warmline_transaction(), ARRAY[OLD.id]);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION warmline_note_deleted, warmline_note_moved FROM PUBLIC;
CREATE TRIGGER deleted AFTER DELETE ON memories REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION warmline_note_deleted();
CREATE TRIGGER moved AFTER UPDATE ON memories FOR EACH ROW
  WHEN (NEW.namespace <> OLD.namespace) EXECUTE FUNCTION warmline_note_moved();
"""


def upgrade() -> None:
    """Make everything, in one transaction."""
    schema = op.get_bind().scalar(text("SELECT quote_ident(current_schema())"))
    op.execute(CHANGES.format(schema=schema))
    # A function's owner must be allowed to create in its schema, if only while it becomes the owner.
    op.execute(f"GRANT CREATE ON SCHEMA {schema} TO warmline_admin")
    op.execute("ALTER FUNCTION warmline_note_deleted OWNER TO warmline_admin")
    op.execute("ALTER FUNCTION warmline_note_moved OWNER TO warmline_admin")
    op.execute(f"REVOKE CREATE ON SCHEMA {schema} FROM warmline_admin")
