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
    InvalidSignature,
    MemoryProtected,
    MethodNotAllowed,
    NamespaceMismatch,
    NameTaken,
    NotConfigured,
    NotFound,
    NotHeld,
    NothingHeld,
    OperatorBusy,
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
from warmline.events import Events
from warmline.flags import Flags
from warmline.handoffs import Handoffs
from warmline.keys import Keys
from warmline.live import LiveSession
from warmline.memories import Memories
from warmline.memory import PatternMemory
from warmline.namespaces import Namespaces
from warmline.operators import Operators
from warmline.queues import Queues
from warmline.rotas import Rotas
from warmline.sessions import Sessions, StartedSession
from warmline.shifts import Shifts
from warmline.takeover import Takeover
from warmline.templates import Templates
from warmline.webhooks import Webhooks

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
    "HandoffAccepted",
    "HandoffClaimed",
    "HandoffInProgress",
    "HandoffStateForbids",
    "Handoffs",
    "IdempotencyKeyReused",
    "InternalError",
    "InvalidRequest",
    "InvalidSignature",
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
