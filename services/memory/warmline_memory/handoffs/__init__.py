"""Handoffs: how work goes from one session to its next agent or person.

A handoff is requested, its brief is written, reviewed where that was asked for, claimed, accepted (which starts the
target's session with everything it must know), and closed. What its holder does in between is in ``desk``.
"""

from warmline_memory.handoffs.choosing import Choice, choose
from warmline_memory.handoffs.claims import (
    claim_next,
    held as find_held,
    let_go,
    not_waiting,
    prolong,
)
from warmline_memory.handoffs.closing import end as end_session, finish as finish_session
from warmline_memory.handoffs.comparing import compare as compare_briefs, tree_of as chain_tree
from warmline_memory.handoffs.completing import fail, is_refusal, is_vague, make_ready, refusal, refuse
from warmline_memory.handoffs.locking import lock, lock_chain
from warmline_memory.handoffs.materials import (
    MEMORIES_READ,
    Material,
    hold as still_held,
    kept_since,
    read as read_material,
    request_of,
)
from warmline_memory.handoffs.requests import (
    brief_of,
    call_off,
    cancel,
    find,
    get,
    kept_of,
    list_page,
    pass_on,
    refuse_a_second,
    request,
    retry,
)
from warmline_memory.handoffs.reviews import (
    confirm as confirm_draft,
    edit as edit_draft,
    get as get_draft,
    keep as keep_draft,
    renew as renew_draft,
)
from warmline_memory.handoffs.starts import accept, claim

__all__ = [
    "MEMORIES_READ",
    "Choice",
    "Material",
    "accept",
    "brief_of",
    "call_off",
    "cancel",
    "chain_tree",
    "choose",
    "claim",
    "claim_next",
    "compare_briefs",
    "confirm_draft",
    "edit_draft",
    "end_session",
    "fail",
    "find",
    "find_held",
    "finish_session",
    "get",
    "get_draft",
    "is_refusal",
    "is_vague",
    "keep_draft",
    "kept_of",
    "kept_since",
    "let_go",
    "list_page",
    "lock",
    "lock_chain",
    "make_ready",
    "not_waiting",
    "pass_on",
    "prolong",
    "read_material",
    "refusal",
    "refuse",
    "refuse_a_second",
    "renew_draft",
    "request",
    "request_of",
    "retry",
    "still_held",
]
