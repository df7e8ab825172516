"""Indexes for large namespaces: by meaning within a namespace, by terms past row-level security; second embeddings."""

from alembic import op
from sqlalchemy import text

revision = "0003"
down_revision = "0002"

MARK = """
CREATE FUNCTION warmline_mark(tenant_id uuid, namespace varchar) RETURNS halfvec
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN (
    SELECT array_agg(CASE get_bit(digest, bit) WHEN 1 THEN 0.0883883 ELSE -0.0883883 END ORDER BY bit)::real[]::halfvec
    FROM decode(md5(tenant_id::text || namespace), 'hex') AS digest, generate_series(0, 31) AS bit
  );
"""

BY_MEANING = """
CREATE INDEX memories_by_meaning_{dimension} ON memories
  USING hnsw (((embedding || warmline_mark(tenant_id, namespace))::halfvec({marked})) halfvec_cosine_ops)
  WHERE indexed_terms IS NOT NULL AND vector_dims(embedding) = {dimension};
"""

HOLDERS = """
CREATE FUNCTION warmline_holders(wanted_namespace varchar, wanted bigint[], most integer)
  RETURNS TABLE (term bigint, ids bytea, sessions bytea, ordinals bytea)
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = {schema}, pg_temp
  SET enable_seqscan = off
  SET enable_indexscan = off
  SET enable_indexonlyscan = off
AS $$
BEGIN
  FOREACH term IN ARRAY wanted LOOP
    SELECT
      string_agg(uuid_send(m.id), ''),
      string_agg(uuid_send(coalesce(m.session_id, '00000000-0000-0000-0000-000000000000')), ''),
      string_agg(int4send(coalesce(m.ordinal, 0)), '')
    INTO ids, sessions, ordinals
    FROM (
      SELECT id, session_id, ordinal FROM memories
      WHERE indexed_terms @> ARRAY[term]
        AND tenant_id IS NOT DISTINCT FROM warmline_tenant() AND namespace IS NOT DISTINCT FROM wanted_namespace
      LIMIT most
    ) AS m;
    IF ids IS NOT NULL THEN
      RETURN NEXT;
      most := most - octet_length(ids) / 16;
    END IF;
    EXIT WHEN most <= 0;
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION warmline_holders FROM PUBLIC;
GRANT EXECUTE ON FUNCTION warmline_holders TO warmline_app;
"""

SECOND_EMBEDDINGS = """
CREATE TABLE second_embeddings (
  memory_id uuid NOT NULL,
  embedding_model_id smallint NOT NULL REFERENCES embedding_models (id),
  tenant_id uuid NOT NULL REFERENCES tenants (id),
  embedding halfvec NOT NULL,
  content_md5 uuid NOT NULL,
  PRIMARY KEY (memory_id, embedding_model_id),
  FOREIGN KEY (tenant_id, memory_id) REFERENCES memories (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE second_embeddings ENABLE ROW LEVEL SECURITY;
ALTER TABLE second_embeddings FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON second_embeddings TO warmline_admin;
GRANT SELECT ON second_embeddings TO warmline_app;
CREATE POLICY administration ON second_embeddings TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY tenancy ON second_embeddings TO warmline_app USING (tenant_id = warmline_tenant());
"""


def upgrade() -> None:
    """Make everything, in one transaction."""
    op.execute(MARK)
    # Written in the background, read while somebody waits: so no list of pending entries that every search must read.
    op.execute("ALTER INDEX memories_by_terms SET (fastupdate = off)")
    for dimension in (384, 768, 1024):
        op.execute(BY_MEANING.format(dimension=dimension, marked=dimension + 32))
    schema = op.get_bind().scalar(text("SELECT quote_ident(current_schema())"))
    op.execute(HOLDERS.format(schema=schema))
    # A function's owner must be allowed to create in its schema, if only while it becomes the owner.
    op.execute(f"GRANT CREATE ON SCHEMA {schema} TO warmline_admin")
    op.execute("ALTER FUNCTION warmline_holders OWNER TO warmline_admin")
    op.execute(f"REVOKE CREATE ON SCHEMA {schema} FROM warmline_admin")
    op.execute(SECOND_EMBEDDINGS)
