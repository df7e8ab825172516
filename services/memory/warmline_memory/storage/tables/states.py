"""The states of a handoff, grouped by what they mean. This is their one home: the lowest rooms need them as the highest
do, and the partial indexes of the handoffs' table are made for exactly these groups.
"""

from warmline_schemas.handoffs import HandoffState

UNDER_WAY = (HandoffState.REQUESTED, HandoffState.DRAFTED, HandoffState.READY, HandoffState.CLAIMED)
"""It has neither been taken over nor come to nothing."""
WAITING = (HandoffState.READY, HandoffState.CLAIMED)
"""It waits to be taken over, be it that nobody holds it, or that somebody has claimed it."""
HELD = (HandoffState.CLAIMED, HandoffState.ACCEPTED)
"""Somebody holds it."""
TAKEN_OVER = (HandoffState.ACCEPTED, HandoffState.CLOSED)
"""Somebody has accepted it; its work is going on in their session, or has ended there."""
OVER = (HandoffState.CLOSED, HandoffState.CANCELLED)
"""Nobody waits for it or works on it any more."""
