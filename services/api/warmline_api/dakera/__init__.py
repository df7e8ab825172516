"""Dakera's API, for programs that were written for it: the routes that its clients call.

Each route says in Dakera's words what one of our own operations says in ours, and has that operation's name: so it
needs the same scope of an API key, and counts against the same quotas. An ``agent_id`` is a namespace. What Dakera has
and we have no place for is kept in the metadata (``reserved``); docs/moving-from-dakera.md says what differs.
"""

from warmline_api.dakera.site import DOOR, mount

__all__ = ["DOOR", "mount"]
