"""Analytics: how a tenant's handoffs went, counted by the database. ``docs/analytics.md`` defines every figure.

The door reads ``Wanted.of`` a request's period and filters, and ``read`` answers the figures of it.
"""

from warmline_memory.analytics.rating import Ratings, rating_of, read_ratings
from warmline_memory.analytics.reading import Wanted, read
from warmline_memory.analytics.tabulating import to_csv

__all__ = ["Ratings", "Wanted", "rating_of", "read", "read_ratings", "to_csv"]
