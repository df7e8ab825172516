"""The chains API: a chain as a tree, two of its briefs compared, and the session that speaks for it."""

from warmline.transport import Id, Transport, path_to
from warmline_schemas.claims import Owner
from warmline_schemas.comparisons import Comparison
from warmline_schemas.sessions import ChainTree

PATH = "/v1/chains"
HANDOFFS = "/v1/handoffs"


class Chains:
    """``client.chains``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def tree(self, chain_id: Id) -> ChainTree:
        """Read a chain as a tree, with its branches and rollbacks. The id of a chain is the id of its first session."""
        return self._transport.get(ChainTree, path_to(PATH, chain_id))

    def compare(self, left: Id, right: Id) -> Comparison:
        """Compare the briefs of two handoffs of one chain: where they have their common origin, and what differs."""
        return self._transport.get(Comparison, path_to(f"{path_to(HANDOFFS, left)}/compare", right))

    def owner(self, chain_id: Id, *, session_id: Id | None = None, agent: str | None = None) -> Owner:
        """Read which session speaks for a chain, and whether this session, or else this agent, may reply to the
        customer now.
        """
        return self._transport.get(Owner, path_to(PATH, chain_id, "owner"), {"session_id": session_id, "agent": agent})
