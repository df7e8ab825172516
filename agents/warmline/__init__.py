"""The Warmline SDK: memories for agents, and handoffs in which the receiver starts where the sender stopped.

from warmline import Warmline

with Warmline() as client:
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        session.remember("Charged $299, the plan is $199 a month", role="user", importance=0.9)
        handoff = session.hand_off(to="billing-specialist", reason="Customer disputes an overcharge")

    with client.accept(handoff.id, agent="billing-specialist") as warm:
        print(warm.prompt)
"""

import logging

from warmline.client import Warmline
from warmline.errors import (
    BriefNotWritten,
    BriefTooVague,
    Busy,
    ConnectionFailed,
    ConversationOwned,
    DraftChanged,
    Forbidden,
    HandoffAccepted,
    HandoffClaimed,
    HandoffInProgress,
    HandoffStateForbids,
    IdempotencyKeyReused,
    InternalError,
    InvalidRequest,
    InvalidSignature,
    KeyIsOver,
    MemoryProtected,
    MethodNotAllowed,
    NamespaceMismatch,
    NameTaken,
    NotConfigured,
    NotFound,
    NotHeld,
    NothingHeld,
    OperatorBusy,
    OutcomeUnknown,
    PayloadTooLarge,
    PersonNeeded,
    ProblemError,
    ReadBackContradicts,
    ReadBackRequired,
    SessionEnded,
    SheetStateForbids,
    StaleToken,
    TimedOut,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
    WarmlineError,
)
from warmline.live import LiveSession
from warmline.memory import PatternMemory
from warmline.resources import (
    Chains,
    Consolidations,
    Events,
    Flags,
    Handoffs,
    Keys,
    Memories,
    Namespaces,
    Operators,
    Queues,
    Rotas,
    Sessions,
    Shifts,
    StartedSession,
    Templates,
    Webhooks,
)
from warmline.takeover import Takeover

__all__ = [
    "BriefNotWritten",
    "BriefTooVague",
    "Busy",
    "Chains",
    "ConnectionFailed",
    "Consolidations",
    "ConversationOwned",
    "DraftChanged",
    "Events",
    "Flags",
    "Forbidden",
    "HandoffAccepted",
    "HandoffClaimed",
    "HandoffInProgress",
    "HandoffStateForbids",
    "Handoffs",
    "IdempotencyKeyReused",
    "InternalError",
    "InvalidRequest",
    "InvalidSignature",
    "KeyIsOver",
    "Keys",
    "LiveSession",
    "Memories",
    "MemoryProtected",
    "MethodNotAllowed",
    "NameTaken",
    "NamespaceMismatch",
    "Namespaces",
    "NotConfigured",
    "NotFound",
    "NotHeld",
    "NothingHeld",
    "OperatorBusy",
    "Operators",
    "OutcomeUnknown",
    "PatternMemory",
    "PayloadTooLarge",
    "PersonNeeded",
    "ProblemError",
    "Queues",
    "ReadBackContradicts",
    "ReadBackRequired",
    "Rotas",
    "SessionEnded",
    "Sessions",
    "SheetStateForbids",
    "Shifts",
    "StaleToken",
    "StartedSession",
    "Takeover",
    "Templates",
    "TimedOut",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
    "Warmline",
    "WarmlineError",
    "Webhooks",
]

logging.getLogger("warmline").addHandler(logging.NullHandler())
