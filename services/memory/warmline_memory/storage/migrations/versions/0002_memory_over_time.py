"""Memories over time: terms for recall, duplicates, expiry, pins, feedback, consolidations, preferences, the audit."""

from uuid import UUID

from alembic import op
from sqlalchemy import Connection, text

from warmline_memory.language import terms

revision = "0002"
down_revision = "0001"

BATCH = 1_000

COLUMNS = """
ALTER TABLE tenants ADD COLUMN preferences jsonb NOT NULL DEFAULT '{}';
GRANT UPDATE (preferences) ON tenants TO warmline_app;
ALTER POLICY tenancy ON tenants
  USING (id = warmline_tenant() OR id IN (SELECT tenant_id FROM api_keys WHERE key_hash = warmline_key_hash()));
CREATE POLICY preferring ON tenants FOR UPDATE TO warmline_app
  USING (id = warmline_tenant()) WITH CHECK (id = warmline_tenant());

CREATE TABLE consolidations (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  namespace varchar NOT NULL,
  kept_id uuid NOT NULL,
  similarity real NOT NULL CHECK (similarity BETWEEN -1 AND 1),
  made_at timestamptz NOT NULL DEFAULT now(),
  undone_at timestamptz,
  UNIQUE (tenant_id, id)
);
CREATE INDEX consolidations_by_namespace ON consolidations (tenant_id, namespace, id);
CREATE INDEX consolidations_by_kept ON consolidations (tenant_id, kept_id);

CREATE TABLE audit_entries (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  at timestamptz NOT NULL DEFAULT now(),
  actor varchar NOT NULL,
  verb varchar NOT NULL,
  namespace varchar,
  details jsonb NOT NULL
);
CREATE INDEX audit_entries_by_tenant ON audit_entries (tenant_id, id);

DROP INDEX memories_by_chain;
ALTER TABLE memories DROP CONSTRAINT memories_tenant_id_handoff_id_key;
ALTER TABLE memories
  DROP COLUMN tsv,
  ALTER COLUMN action TYPE json,
  ADD COLUMN slot_name varchar GENERATED ALWAYS AS (slot ->> 'name') STORED,
  ADD COLUMN terms bytea NOT NULL DEFAULT '' CHECK (octet_length(terms) % 8 = 0),
  ADD COLUMN indexed_terms bigint[],
  ADD COLUMN fingerprint bytea CHECK (length(fingerprint) = 16),
  ADD COLUMN times_seen integer NOT NULL DEFAULT 1 CHECK (times_seen >= 1),
  ADD COLUMN last_seen_at timestamptz,
  ADD COLUMN pinned boolean NOT NULL DEFAULT false,
  ADD COLUMN expires_at timestamptz,
  ADD COLUMN times_recalled integer NOT NULL DEFAULT 0,
  ADD COLUMN last_recalled_at timestamptz,
  ADD COLUMN found_useful integer NOT NULL DEFAULT 0,
  ADD COLUMN found_wrong integer NOT NULL DEFAULT 0,
  ADD COLUMN consolidation_id uuid,
  ADD CHECK (expires_at IS NULL OR (handoff_id IS NULL AND NOT pinned)),
  ADD UNIQUE (tenant_id, id),
  ADD FOREIGN KEY (tenant_id, consolidation_id) REFERENCES consolidations (tenant_id, id) ON DELETE CASCADE;
ALTER TABLE consolidations
  ADD CONSTRAINT consolidations_kept FOREIGN KEY (tenant_id, kept_id) REFERENCES memories (tenant_id, id)
  ON DELETE CASCADE;
"""

CARD = """
ALTER TABLE memories ADD COLUMN card bytea NOT NULL GENERATED ALWAYS AS (
  uuid_send(id) || uuid_send(coalesce(session_id, '00000000-0000-0000-0000-000000000000'::uuid))
  || timestamptz_send(event_time) || float4send(importance) || int4send(coalesce(ordinal, 0))
  || int4send(octet_length(terms) / 8) || int4send(times_recalled)
  || boolsend(importance_estimated) || boolsend(pinned OR handoff_id IS NOT NULL)
  || boolsend(consolidation_id IS NOT NULL)
) STORED;
"""

INDEXES = """
CREATE UNIQUE INDEX memories_one_per_handoff ON memories (tenant_id, handoff_id) WHERE handoff_id IS NOT NULL;
CREATE UNIQUE INDEX memories_no_duplicates ON memories (tenant_id, fingerprint) WHERE fingerprint IS NOT NULL;
CREATE INDEX memories_by_chain ON memories (tenant_id, chain_id, id) WHERE chain_id IS NOT NULL;
CREATE INDEX memories_by_slot ON memories (tenant_id, namespace, slot_name, event_time DESC, id DESC)
  WHERE slot_name IS NOT NULL;
CREATE INDEX memories_by_expiry ON memories (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX memories_by_consolidation ON memories (tenant_id, consolidation_id) WHERE consolidation_id IS NOT NULL;
CREATE INDEX handoffs_by_source_session ON handoffs (tenant_id, source_session_id);
CREATE INDEX sessions_by_handoff ON sessions (tenant_id, handoff_id) WHERE handoff_id IS NOT NULL;
CREATE INDEX memories_unindexed ON memories (tenant_id, namespace, id) WHERE indexed_terms IS NULL;
CREATE INDEX memories_indexed ON memories (tenant_id, namespace, id) WHERE indexed_terms IS NOT NULL;
CREATE INDEX memories_by_terms ON memories USING gin (indexed_terms) WHERE indexed_terms IS NOT NULL;
"""

TENANCY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO warmline_admin, warmline_app;
CREATE POLICY administration ON {table} TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY tenancy ON {table} TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());
"""

EXPIRY = """
DROP POLICY tenancy ON memories;
CREATE POLICY tenancy ON memories TO warmline_app
  USING (tenant_id = warmline_tenant() AND (expires_at IS NULL OR expires_at > now()))
  WITH CHECK (tenant_id = warmline_tenant());
GRANT SELECT (id, tenant_id, namespace, expires_at), DELETE ON memories TO warmline_sweep;
CREATE POLICY sweeping_sight ON memories FOR SELECT TO warmline_sweep USING (expires_at <= now());
CREATE POLICY sweeping ON memories FOR DELETE TO warmline_sweep USING (expires_at <= now());
"""


def upgrade() -> None:
    """Add everything, in one transaction, and give the memories that exist their terms."""
    op.execute(COLUMNS)
    for table in ("consolidations", "audit_entries"):
        op.execute(TENANCY.format(table=table))
    op.execute("REVOKE UPDATE, DELETE ON audit_entries FROM warmline_app")
    op.execute(EXPIRY)
    op.execute("SET LOCAL ROLE warmline_admin")
    _give_terms(op.get_bind())
    op.execute("RESET ROLE")
    op.execute("ALTER TABLE memories ALTER COLUMN terms DROP DEFAULT")
    op.execute(CARD)
    op.execute(INDEXES)


def _give_terms(connection: Connection) -> None:
    page = text(
        "SELECT id, tenant_id, namespace, concat_ws(' ', content, slot ->> 'name', slot ->> 'value') AS words "
        "FROM memories WHERE id > :last ORDER BY id LIMIT :batch"
    )
    store = text("UPDATE memories SET terms = :terms WHERE id = :id")
    last = UUID(int=0)
    while rows := connection.execute(page, {"last": last, "batch": BATCH}).all():
        connection.execute(
            store,
            [{"id": row.id, "terms": terms.stored(row.words, row.tenant_id, row.namespace)} for row in rows],
        )
        last = rows[-1].id
