"""The routes under `/v1`, one module for each noun, and those that say how the service is."""

from warmline_api.routers import routers_of

ROUTERS = routers_of(
    __name__,
    "tenant.keys",
    "sessions",
    "memories",
    "recall",
    "handoffs",
    "desk",
    "queues",
    "operators",
    "flags",
    "analytics",
    "rotas",
    "shifts",
    "chains",
    "customers",
    "attachments",
    "events",
    "webhooks",
    "forgetting",
    "namespaces",
    "tenant.audit",
    "tenant.preferences",
    "saved_replies",
    "templates",
    "consolidations",
    "tenant.usage",
)
"""What is served under `/v1`, in the order of the documentation."""

(HEALTH,) = routers_of(__name__, "health")
"""What is served for load balancers, without a version in its path."""

(METRICS,) = routers_of(__name__, "metrics")
"""What is served for Prometheus."""

__all__ = ["HEALTH", "METRICS", "ROUTERS"]
