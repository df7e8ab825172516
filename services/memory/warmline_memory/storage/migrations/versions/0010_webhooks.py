"""Webhooks: endpoints, deliveries and attempts; events can be found by namespace, to be forgotten with it."""

from alembic import op

revision = "0010"
down_revision = "0009"

WEBHOOKS = """
CREATE FUNCTION warmline_uuid7() RETURNS uuid LANGUAGE sql VOLATILE RETURN (
  lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0')
  || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14)
)::uuid;

CREATE TABLE webhook_endpoints (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  url varchar NOT NULL,
  types varchar[] NOT NULL DEFAULT '{}',
  description varchar,
  secret varchar NOT NULL,
  old_secret varchar,
  old_secret_until timestamptz,
  failing_since timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  disabled_why varchar,
  CHECK ((old_secret IS NULL) = (old_secret_until IS NULL)),
  CHECK ((disabled_at IS NULL) = (disabled_why IS NULL)),
  UNIQUE (tenant_id, id)
);
CREATE INDEX webhook_endpoints_enabled ON webhook_endpoints (tenant_id) WHERE disabled_at IS NULL;

CREATE TABLE deliveries (
  id uuid PRIMARY KEY DEFAULT warmline_uuid7(),
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  endpoint_id uuid NOT NULL,
  sequence bigint NOT NULL,
  state varchar NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
  due_at timestamptz DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  attempted_at timestamptz,
  status integer,
  problem varchar,
  CHECK ((state = 'pending') = (due_at IS NOT NULL)),
  UNIQUE (tenant_id, id),
  UNIQUE (tenant_id, sequence, endpoint_id),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, sequence) REFERENCES events (tenant_id, sequence) ON DELETE CASCADE
);
CREATE INDEX deliveries_by_endpoint ON deliveries (tenant_id, endpoint_id, id);
CREATE INDEX deliveries_failed ON deliveries (tenant_id, endpoint_id, id) WHERE state = 'failed';
CREATE INDEX deliveries_due ON deliveries (endpoint_id, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE delivery_attempts (
  id uuid PRIMARY KEY,
  tenant_id uuid NOT NULL DEFAULT warmline_tenant() REFERENCES tenants (id),
  delivery_id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  milliseconds integer NOT NULL CHECK (milliseconds >= 0),
  status integer,
  problem varchar,
  answer varchar,
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES deliveries (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts (tenant_id, delivery_id, id);

CREATE INDEX events_by_namespace ON events (tenant_id, namespace) WHERE namespace IS NOT NULL;
"""

ROW_LEVEL_SECURITY = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO warmline_admin, warmline_app;
CREATE POLICY administration ON {table} TO warmline_admin USING (true) WITH CHECK (true);
CREATE POLICY tenancy ON {table} TO warmline_app
  USING (tenant_id = warmline_tenant()) WITH CHECK (tenant_id = warmline_tenant());
"""

FINDING_WHAT_IS_DUE = """
GRANT SELECT (id, tenant_id, disabled_at, failing_since) ON webhook_endpoints TO warmline_sweep;
CREATE POLICY sweeping ON webhook_endpoints FOR SELECT TO warmline_sweep USING (disabled_at IS NULL);
GRANT SELECT (id, tenant_id, endpoint_id, due_at) ON deliveries TO warmline_sweep;
CREATE POLICY sweeping ON deliveries FOR SELECT TO warmline_sweep USING (due_at IS NOT NULL);
"""


def upgrade() -> None:
    """Make everything, in one transaction."""
    op.execute(WEBHOOKS)
    for table in ("webhook_endpoints", "deliveries", "delivery_attempts"):
        op.execute(ROW_LEVEL_SECURITY.format(table=table))
    op.execute(FINDING_WHAT_IS_DUE)
