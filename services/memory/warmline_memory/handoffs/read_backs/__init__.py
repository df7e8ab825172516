"""Read-backs: where a receiver's own words contradict the brief. Pure: no database, no clock, no language model."""

from warmline_memory.handoffs.read_backs.contradictions import check

__all__ = ["check"]
