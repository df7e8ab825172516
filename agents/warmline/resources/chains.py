"""Chains over the wire: as a tree, two of their briefs side by side, and who speaks for them."""

from warmline.transport import Id, Transport, at
from warmline_schemas.chains import ChainTree
from warmline_schemas.claims import Owner
from warmline_schemas.comparisons import Comparison

PATH = "/v1/chains"
HANDOFFS = "/v1/handoffs"


class Chains:
    """``client.chains``. Every method raises the tree of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def tree(self, chain_id: Id) -> ChainTree:
        """Read a chain as a tree, branches and rollbacks included. Its id is the id of its first session."""
        return self._transport.get(ChainTree, at(PATH, chain_id))

    def compare(self, left: Id, right: Id) -> Comparison:
        """Put the briefs of two handoffs of one chain side by side: where they part, and what differs since."""
        return self._transport.get(Comparison, at(f"{at(HANDOFFS, left)}/compare", right))

    def owner(self, chain_id: Id, *, session_id: Id | None = None, agent: str | None = None) -> Owner:
        """Read who speaks for a chain, and whether this session, or else this agent, may reply now."""
        return self._transport.get(Owner, at(PATH, chain_id, "owner"), {"session_id": session_id, "agent": agent})
