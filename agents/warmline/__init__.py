"""Warmline: whoever takes over starts where the last one stopped.

from warmline import Warmline

with Warmline() as client:
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        session.remember("Charged $299, the plan is $199 a month", role="user", importance=0.9)
        handoff = session.hand_off(to="billing-specialist", reason="Customer disputes an overcharge")

    with client.accept(handoff.id, agent="billing-specialist") as warm:
        print(warm.prompt)
"""

import logging

from warmline.chains import Chains
from warmline.client import Warmline
from warmline.consolidations import Consolidations
from warmline.errors import (
    BriefNotWritten,
    BriefTooVague,
    Busy,
    ConnectionFailed,
    ConversationOwned,
    DraftChanged,
    HandoffAccepted,
    HandoffClaimed,
    HandoffInProgress,
    HandoffStateForbids,
    IdempotencyKeyReused,
    InternalError,
    InvalidRequest,
    MemoryProtected,
    MethodNotAllowed,
    NamespaceMismatch,
    NotConfigured,
    NotFound,
    PayloadTooLarge,
    ProblemError,
    SessionEnded,
    TimedOut,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
    WarmlineError,
)
from warmline.handoffs import Handoffs
from warmline.live import LiveSession, Takeover
from warmline.memories import Memories
from warmline.memory import PatternMemory
from warmline.namespaces import Namespaces
from warmline.sessions import Sessions, StartedSession
from warmline.templates import Templates

__all__ = [
    "BriefNotWritten",
    "BriefTooVague",
    "Busy",
    "Chains",
    "ConnectionFailed",
    "Consolidations",
    "ConversationOwned",
    "DraftChanged",
    "HandoffAccepted",
    "HandoffClaimed",
    "HandoffInProgress",
    "HandoffStateForbids",
    "Handoffs",
    "IdempotencyKeyReused",
    "InternalError",
    "InvalidRequest",
    "LiveSession",
    "Memories",
    "MemoryProtected",
    "MethodNotAllowed",
    "NamespaceMismatch",
    "Namespaces",
    "NotConfigured",
    "NotFound",
    "PatternMemory",
    "PayloadTooLarge",
    "ProblemError",
    "SessionEnded",
    "Sessions",
    "StartedSession",
    "Takeover",
    "Templates",
    "TimedOut",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
    "Warmline",
    "WarmlineError",
]

logging.getLogger("warmline").addHandler(logging.NullHandler())
