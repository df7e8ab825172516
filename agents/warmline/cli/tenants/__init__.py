"""The commands about a tenant as a whole: preferences, audit, usage, analytics, events and webhooks."""

from warmline.cli.tenants import analytics, events, tenant, webhooks

__all__ = ["analytics", "events", "tenant", "webhooks"]
