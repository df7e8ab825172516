"""The Warmline SDK: memories for agents, and handoffs in which the receiver starts where the sender stopped.

from warmline import Warmline

with Warmline() as client:
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        session.remember("Charged $299, the plan is $199 a month", role="user", importance=0.9)
        handoff = session.hand_off(to="billing-specialist", reason="Customer disputes an overcharge")

    with client.accept(handoff.id, agent="billing-specialist") as warm:
        print(warm.prompt)

``AsyncWarmline`` is the same with ``await``.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warmline.asynchronous import (
        AsyncLeanTakeover,
        AsyncLiveSession,
        AsyncOutbox,
        AsyncPatternMemory,
        AsyncStream,
        AsyncTakeover,
        AsyncToolbox,
        AsyncWarmline,
    )
    from warmline.calls import NotGiven
    from warmline.client import Dakera, Warmline
    from warmline.errors import (
        AttachmentNotReady,
        BriefNotWritten,
        BriefTooVague,
        Busy,
        ChangedMeanwhile,
        ConnectionFailed,
        ConversationOwned,
        DraftChanged,
        Forbidden,
        HandoffAccepted,
        HandoffClaimed,
        HandoffInProgress,
        HandoffStateForbids,
        HeadersTooLarge,
        IdempotencyKeyReused,
        InternalError,
        InvalidRequest,
        InvalidSignature,
        KeyIsOver,
        MemoriesRefused,
        MemoryProtected,
        MethodNotAllowed,
        Misdirected,
        NamespaceMismatch,
        NameTaken,
        NotConfigured,
        NotFound,
        NotHeld,
        NothingHeld,
        OperatorBusy,
        OutboxFull,
        OutcomeUnknown,
        PayloadTooLarge,
        PersonNeeded,
        ProblemError,
        QuotaReached,
        RateLimited,
        ReadBackContradicts,
        ReadBackRequired,
        RequestTimeout,
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
    from warmline.outbox import Outbox
    from warmline.resources import (
        Attachments,
        Chains,
        Consolidations,
        Customers,
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
        Templates,
        Webhooks,
    )
    from warmline.started import StartedSession
    from warmline.streams import Stream
    from warmline.takeover import LeanTakeover, Takeover
    from warmline.toolbox import Toolbox
    from warmline.unsent import OutboxLimits

__all__ = [
    "AsyncDakera",
    "AsyncLeanTakeover",
    "AsyncLiveSession",
    "AsyncOutbox",
    "AsyncPatternMemory",
    "AsyncStream",
    "AsyncTakeover",
    "AsyncToolbox",
    "AsyncWarmline",
    "AttachmentNotReady",
    "Attachments",
    "BriefNotWritten",
    "BriefTooVague",
    "Busy",
    "Chains",
    "ChangedMeanwhile",
    "ConnectionFailed",
    "Consolidations",
    "ConversationOwned",
    "Customers",
    "Dakera",
    "DraftChanged",
    "Events",
    "Flags",
    "Forbidden",
    "HandoffAccepted",
    "HandoffClaimed",
    "HandoffInProgress",
    "HandoffStateForbids",
    "Handoffs",
    "HeadersTooLarge",
    "IdempotencyKeyReused",
    "InternalError",
    "InvalidRequest",
    "InvalidSignature",
    "KeyIsOver",
    "Keys",
    "LeanTakeover",
    "LiveSession",
    "Memories",
    "MemoriesRefused",
    "MemoryProtected",
    "MethodNotAllowed",
    "Misdirected",
    "NameTaken",
    "NamespaceMismatch",
    "Namespaces",
    "NotConfigured",
    "NotFound",
    "NotGiven",
    "NotHeld",
    "NothingHeld",
    "OperatorBusy",
    "Operators",
    "Outbox",
    "OutboxFull",
    "OutboxLimits",
    "OutcomeUnknown",
    "PatternMemory",
    "PayloadTooLarge",
    "PersonNeeded",
    "ProblemError",
    "Queues",
    "QuotaReached",
    "RateLimited",
    "ReadBackContradicts",
    "ReadBackRequired",
    "RequestTimeout",
    "Rotas",
    "SessionEnded",
    "Sessions",
    "SheetStateForbids",
    "Shifts",
    "StaleToken",
    "StartedSession",
    "Stream",
    "Takeover",
    "Templates",
    "TimedOut",
    "Toolbox",
    "Unauthenticated",
    "Unavailable",
    "UnexpectedAnswer",
    "Warmline",
    "WarmlineError",
    "Webhooks",
]

logging.getLogger("warmline").addHandler(logging.NullHandler())

# Where the names are that are no errors. Modules are loaded when a name of them is used first: a program that only
# verifies webhooks, or has a name for a type, does not load a client and all shapes.
_ROOMS = {
    "Dakera": "client",
    "LeanTakeover": "takeover",
    "LiveSession": "live",
    "NotGiven": "calls",
    "Outbox": "outbox",
    "OutboxLimits": "unsent",
    "PatternMemory": "memory",
    "StartedSession": "started",
    "Stream": "streams",
    "Takeover": "takeover",
    "Toolbox": "toolbox",
    "Warmline": "client",
    **dict.fromkeys(
        (
            *(
                "Attachments",
                "Chains",
                "Consolidations",
                "Customers",
                "Events",
                "Flags",
                "Handoffs",
                "Keys",
                "Memories",
            ),
            *("Namespaces", "Operators", "Queues", "Rotas", "Sessions", "Shifts", "Templates", "Webhooks"),
        ),
        "resources",
    ),
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'warmline' has no attribute {name!r}")
    room = "asynchronous" if name.startswith("Async") else _ROOMS.get(name, "errors")
    # The next time it is found without this function.
    found = globals()[name] = getattr(import_module(f"warmline.{room}"), name)
    return found
