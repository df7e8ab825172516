"""Analytics: how a tenant's handoffs went, counted by the database. ``docs/analytics.md`` defines every figure."""

from warmline_memory.analytics.reading import Wanted, read
from warmline_memory.analytics.tabulating import to_csv

__all__ = ["Wanted", "read", "to_csv"]
