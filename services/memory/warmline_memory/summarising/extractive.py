"""Rules alone: no model, no network, the same brief every time."""

from warmline_memory import briefs
from warmline_memory.briefs import BriefSource
from warmline_schemas.briefs import Brief


class Extractive:
    """Writes briefs by rules."""

    def write(self, source: BriefSource) -> Brief:
        """Write the brief of a session; every line is taken from its memories."""
        return briefs.write(source)
