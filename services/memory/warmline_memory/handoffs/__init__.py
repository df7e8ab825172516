"""Handoffs: how work goes from one session to its next agent or person.

A handoff is requested, its brief is written, reviewed where that was asked for, claimed, accepted (which starts the
target's session with everything it must know), and closed. What its holder does in between is in ``desk``.

Four parts have faces of their own: ``attempts`` at writing a brief, ``drafts`` that are reviewed before they go on,
``lines`` of sessions that led to a handoff, and ``chains`` looked at as a whole.
"""

from warmline_memory.handoffs import attempts, chains, drafts, lines
from warmline_memory.handoffs.backlog import Backlog, backlog, count_open
from warmline_memory.handoffs.choosing import Choice, choose
from warmline_memory.handoffs.claims import claim_next, held as find_held, let_go, not_waiting, prolong
from warmline_memory.handoffs.closing import (
    end as end_session,
    finish as finish_session,
    open_again as open_handoff_again,
)
from warmline_memory.handoffs.completing import is_refusal, replace_brief
from warmline_memory.handoffs.deeds import DONE_WITH as DEED_EVENTS, of as deed
from warmline_memory.handoffs.locking import lock
from warmline_memory.handoffs.materials import kept_since
from warmline_memory.handoffs.read_backs import check as check_read_back
from warmline_memory.handoffs.requests import (
    ask_again,
    brief_of,
    call_off,
    cancel,
    find,
    get,
    kept_of,
    list_page,
    pass_on,
    request,
    request_return,
    retry,
)
from warmline_memory.handoffs.resuming import open_again as open_session_again, resume as resume_session
from warmline_memory.handoffs.starts import accept, bootstrap_of, claim

__all__ = [
    "DEED_EVENTS",
    "Backlog",
    "Choice",
    "accept",
    "ask_again",
    "attempts",
    "backlog",
    "bootstrap_of",
    "brief_of",
    "call_off",
    "cancel",
    "chains",
    "check_read_back",
    "choose",
    "claim",
    "claim_next",
    "count_open",
    "deed",
    "drafts",
    "end_session",
    "find",
    "find_held",
    "finish_session",
    "get",
    "is_refusal",
    "kept_of",
    "kept_since",
    "let_go",
    "lines",
    "list_page",
    "lock",
    "not_waiting",
    "open_handoff_again",
    "open_session_again",
    "pass_on",
    "prolong",
    "replace_brief",
    "request",
    "request_return",
    "resume_session",
    "retry",
]
