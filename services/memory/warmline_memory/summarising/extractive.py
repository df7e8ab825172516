"""No model: no network, the same brief every time."""

from warmline_memory import briefs
from warmline_memory.briefs import BriefSource
from warmline_memory.summarising.summariser import Proposal
from warmline_schemas.briefs import Brief


class Extractive:
    """Says nothing of its own: briefs are what the record says."""

    def propose(self, source: BriefSource) -> Proposal:  # noqa: ARG002 (the port's)
        """No account."""
        return Proposal()

    def write(self, source: BriefSource) -> Brief:
        """Write the brief of a session; every line is taken from its memories."""
        return briefs.write(source)
