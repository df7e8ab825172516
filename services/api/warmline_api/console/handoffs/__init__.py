"""Handoffs: the page of one and what can be done with it, its draft, its chain, why it brings these memories, and what
failed.
"""

from warmline_api.console.handoffs.handoff_page import contradictions_of, sections_of, standing_of
from warmline_api.console.handoffs.taking import check_may_take
from warmline_api.routers import routers_of

ROUTERS = routers_of(
    __name__,
    "actions",
    "chains",
    "drafts",
    "failures",
    "handoff_page",
    "recalls",
    "saved_replies",
    "several",
    "speaking",
    "tags",
)

__all__ = ["ROUTERS", "check_may_take", "contradictions_of", "sections_of", "standing_of"]
