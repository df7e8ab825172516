"""The port: what everything that writes briefs offers."""

from typing import Protocol

from warmline_memory.briefs import BriefSource
from warmline_schemas.briefs import Brief


class Summariser(Protocol):
    """Writes briefs. Any thread may use it."""

    def write(self, source: BriefSource) -> Brief:
        """Write the brief of a session, within `source.max_words`, every line citing the memories that prove it.

        The same for every implementation: headline and goal are the request's; no secret stands in it; what the rules
        are sure of (identifiers, facts, actions with their outcomes) is in it as the rules wrote it. Never raises for
        a fault outside this process: the brief says in `summary` why it was written by rules alone.
        """
        ...
