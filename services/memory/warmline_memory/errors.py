"""What can go wrong, one class each. The docstring's first line is the message; ``{…}`` are the facts of the case.

WarmlineError
 ├─ NotFound ─ NoOwnTemplate
 ├─ Unauthenticated
 ├─ Conflict
 │   ├─ SessionEnded             ├─ HandoffInProgress
 │   ├─ NamespaceMismatch        ├─ HandoffStateForbids
 │   ├─ MemoryProtected          ├─ HandoffClaimed
 │   ├─ IdempotencyKeyReused     ├─ HandoffAccepted
 │   ├─ ConversationOwned        ├─ DraftChanged
 │   └─ BriefTooVague
 ├─ Busy
 ├─ Unavailable
 └─ SetupError
"""

from typing import Any, ClassVar

from warmline_schemas.problems import ProblemType


class WarmlineError(Exception):
    """The platform failed."""

    problem: ClassVar[ProblemType] = ProblemType.INTERNAL_ERROR

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        message = (type(self).__doc__ or "").split("\n\n")[0]
        super().__init__(" ".join(message.split()).format(**facts))


class NotFound(WarmlineError):
    """There is no {noun} {id}."""

    problem = ProblemType.NOT_FOUND


class NoOwnTemplate(NotFound):
    """There is no {noun} {id}; built-in ones cannot be deleted."""


class Unauthenticated(WarmlineError):
    """The API key is missing, unknown, expired or revoked. Send `Authorization: Bearer <key>`; `warmline keys create`
    makes one."""

    problem = ProblemType.UNAUTHENTICATED


class UnstorableText(WarmlineError):
    """A text holds a character that cannot be stored (U+0000, or half of a surrogate pair). Remove it."""

    problem = ProblemType.INVALID_REQUEST


class InvalidCursor(WarmlineError):
    """{cursor!r} is no cursor of this list. Pass `next_cursor` of the page before, unchanged."""

    problem = ProblemType.INVALID_REQUEST


class InvalidLine(WarmlineError):
    """Line {line}: {fault}. The batches of lines before it are stored; mend it and import the file again."""

    problem = ProblemType.INVALID_REQUEST


class LineTooLong(WarmlineError):
    """Line {line} is longer than {most_bytes} bytes."""

    problem = ProblemType.PAYLOAD_TOO_LARGE


class TooManyTemplates(WarmlineError):
    """A tenant has at most {most} templates of its own. Delete one, or replace it."""

    problem = ProblemType.INVALID_REQUEST


class DifferentChains(WarmlineError):
    """Handoffs {left_id} and {right_id} belong to different chains. Compare two of one chain."""

    problem = ProblemType.INVALID_REQUEST


class Conflict(WarmlineError):
    """The request contradicts the present state."""


class SessionEnded(Conflict):
    """Session {session_id} has ended. {mend}"""

    problem = ProblemType.SESSION_ENDED


class NamespaceMismatch(Conflict):
    """Session {session_id} belongs to namespace {session_namespace}, not to {namespace}. Leave `namespace` out."""

    problem = ProblemType.NAMESPACE_MISMATCH


class MemoryProtected(Conflict):
    """Memory {memory_id} is the brief of handoff {handoff_id}, which its receivers rely on. It cannot be changed."""

    problem = ProblemType.MEMORY_PROTECTED


class HandoffInProgress(Conflict):
    """Session {session_id} already has handoff {handoff_id} under way. Accept, confirm or cancel that one first."""

    problem = ProblemType.HANDOFF_IN_PROGRESS


class HandoffStateForbids(Conflict):
    """Handoff {handoff_id} is {state}; to {verb} it, it must be {needed}."""

    problem = ProblemType.HANDOFF_STATE


class HandoffClaimed(Conflict):
    """{holder} holds handoff {handoff_id} until {expires_at}. Wait, or ask {holder}."""

    problem = ProblemType.HANDOFF_CLAIMED


class HandoffAccepted(Conflict):
    """Session {target_session_id} already took handoff {handoff_id} over. Use mode `branch` to start beside it, or
    `rollback` to start again from this brief."""

    problem = ProblemType.HANDOFF_ACCEPTED


class ConversationOwned(Conflict):
    """Session {owner_session_id} is open and owns chain {chain_id}. Use mode `branch` to start beside it, or `rollback`
    to end it."""

    problem = ProblemType.CONVERSATION_OWNED


class DraftChanged(Conflict):
    """The draft of handoff {handoff_id} is at revision {revision}, not {read_revision}: it was changed meanwhile. Read
    it again, and repeat the request with its revision."""

    problem = ProblemType.DRAFT_CHANGED


class BriefTooVague(Conflict):
    """The brief of handoff {handoff_id} is too vague. {findings} Edit the draft, or remember what is missing and renew
    it."""

    problem = ProblemType.BRIEF_TOO_VAGUE


class IdempotencyKeyReused(Conflict):
    """Idempotency-Key {key} came with another request before. Use a new key for a new request."""

    problem = ProblemType.IDEMPOTENCY_KEY_REUSED


class Busy(WarmlineError):
    """The platform is busy: {why}. Try again."""

    problem = ProblemType.BUSY


class Unavailable(WarmlineError):
    """{what} cannot be reached. {mend}"""

    problem = ProblemType.UNAVAILABLE


class SetupError(WarmlineError):
    """{what} {mend}

    Raised while starting, never while serving: the sentence is for whoever runs the platform.
    """
