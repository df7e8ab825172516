"""The errors that the SDK raises.

WarmlineError
 ├─ NotConfigured               no URL or no API key was found
 ├─ ConnectionFailed            the platform could not be reached, or the connection broke
 ├─ TimedOut                    the platform did not answer in time
 ├─ UnexpectedAnswer            the answer is not one of Warmline
 ├─ BriefNotWritten             a handoff that was waited for failed or was cancelled
 ├─ InvalidSignature            a message to a webhook has no valid signature
 ├─ NothingHeld                 a session that is a branch or a rollback does not hold its handoff
 ├─ OutboxFull                  memories wait in the outbox, and none can be sent
 ├─ MemoriesRefused             the platform refused memories of the outbox
 └─ ProblemError                the platform answered with a problem; one subclass for each problem type
     ├─ InvalidRequest          ├─ HandoffInProgress
     ├─ Unauthenticated         ├─ HandoffStateForbids
     ├─ Forbidden               ├─ HandoffClaimed
     ├─ NotFound                ├─ HandoffAccepted
     ├─ MethodNotAllowed        ├─ ConversationOwned
     ├─ SessionEnded            ├─ IdempotencyKeyReused
     ├─ NamespaceMismatch       ├─ PayloadTooLarge
     ├─ MemoryProtected         ├─ KeyIsOver
     ├─ DraftChanged            ├─ BriefTooVague
     ├─ StaleToken              ├─ NotHeld
     ├─ ReadBackRequired        ├─ ReadBackContradicts
     ├─ OperatorBusy            ├─ NameTaken
     ├─ SheetStateForbids       ├─ PersonNeeded
     ├─ RequestTimeout          ├─ HeadersTooLarge
     ├─ RateLimited             ├─ QuotaReached
     ├─ OutcomeUnknown          ├─ Misdirected
     ├─ ChangedMeanwhile        ├─ AttachmentNotReady
     └─ Busy, Unavailable, InternalError
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from warmline_schemas.problems import PROBLEM_URN, FieldError, Problem, ProblemType

if TYPE_CHECKING:
    from warmline_schemas.handoffs import Handoff


class WarmlineError(Exception):
    """The base of all errors that the SDK raises itself. Its text is one or two sentences for people."""

    request_id: str | None = None
    """The id of the request that failed, under which the platform's log names it; None where there was none."""


class NotConfigured(WarmlineError):
    """No URL or no API key was found."""


class ConnectionFailed(WarmlineError):
    """The platform could not be reached, or the connection broke, also on every retry."""


class TimedOut(WarmlineError):
    """The platform did not answer in time, also on every retry."""


class UnexpectedAnswer(WarmlineError):
    """The answer is not one of Warmline, or of a version that this SDK does not know."""


class BriefNotWritten(WarmlineError):
    """The handoff that was waited for gets no brief: it failed, or it was cancelled."""

    def __init__(self, handoff: "Handoff") -> None:
        super().__init__(handoff)
        self.handoff = handoff

    def __str__(self) -> str:
        why = f" ({self.handoff.problem})" if self.handoff.problem else ""
        if self.handoff.state == "cancelled":
            return f"Handoff {self.handoff.id} was cancelled{why}; its source session goes on."
        what = "was refused" if getattr(self.handoff, "brief", None) else "could not be written"
        return f"The brief of handoff {self.handoff.id} {what}{why}; retrying the handoff tries again."


class InvalidSignature(WarmlineError):
    """A message to a webhook has no valid signature, or is too old."""


class NothingHeld(WarmlineError):
    """The session is a branch or a rollback, so it does not hold the handoff from which it started."""


class OutboxFull(WarmlineError):
    """The outbox holds as many memories as it may, and none of them can be sent."""


class MemoriesRefused(WarmlineError):
    """The platform refused memories of the outbox, and they are not stored."""

    def __init__(self, refused: Mapping[bytes, "ProblemError"]) -> None:
        super().__init__(refused)
        self.refused = [(json.loads(memory), problem) for memory, problem in refused.items()]
        """Each memory, as the fields of ``Remember``, with the reason."""

    def __str__(self) -> str:
        _, problem = self.refused[0]
        return f"{len(self.refused)} memories were refused and are not stored. The first one: {problem}"


class ProblemError(WarmlineError):
    """The platform answered with a problem (RFC 9457)."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem
        self.request_id = problem.request_id

    def __str__(self) -> str:
        faults = "; ".join(f"{fault.field}: {fault.message}" for fault in self.problem.errors or [])
        return f"{self.detail} {faults}".strip() if faults and faults not in self.detail else self.detail

    @property
    def type(self) -> str:
        """The problem's type without its URN prefix. It equals a member of ``ProblemType``."""
        return self.problem.type.removeprefix(PROBLEM_URN)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    @property
    def detail(self) -> str:
        """What happened, and what to do about it."""
        return self.problem.detail

    @property
    def facts(self) -> dict[str, Any]:
        """More members of the problem, such as ``current_session_id``."""
        return dict(self.problem.model_extra or {})


class InvalidRequest(ProblemError):
    """The request is malformed. ``problem.errors`` names each wrong field, and what is wrong with it."""


class Unauthenticated(ProblemError):
    """The API key is missing, unknown, expired or revoked."""


class Forbidden(ProblemError):
    """The one who asks may not do this."""


class NotFound(ProblemError):
    """The thing does not exist, or it belongs to another tenant."""


class MethodNotAllowed(ProblemError):
    """The path does not support the HTTP method."""


class SessionEnded(ProblemError):
    """The session has ended. The detail names the chain's current session, where there is one."""


class NamespaceMismatch(ProblemError):
    """The session belongs to another namespace than the one in the request."""


class MemoryProtected(ProblemError):
    """The memory is the brief of a handoff, which cannot be changed or deleted."""


class HandoffInProgress(ProblemError):
    """The session is already being handed off."""


class HandoffStateForbids(ProblemError):
    """The state of the handoff does not allow this."""


class HandoffClaimed(ProblemError):
    """Somebody else holds the handoff."""


class HandoffAccepted(ProblemError):
    """The handoff was already accepted. ``branch`` or ``rollback`` can start from its brief again."""


class NotHeld(ProblemError):
    """Nobody holds the handoff, and only a holder can do this. Claim it first."""


class StaleToken(ProblemError):
    """The fencing token is outdated: the claim lapsed or was released, or somebody else holds the handoff now."""


class ReadBackRequired(ProblemError):
    """The handoff's queue requires a read-back from the receiver."""


class ReadBackContradicts(ProblemError):
    """The read-back contradicts the brief. ``facts["contradictions"]`` lists where."""


class NameTaken(ProblemError):
    """The name is already used."""


class KeyIsOver(ProblemError):
    """The API key is valid no more, so it cannot be rotated."""


class AttachmentNotReady(ProblemError):
    """The attachment cannot be loaded: a scanner has yet to look at it, or refused it. The detail says which."""


class OperatorBusy(ProblemError):
    """The operator cannot take the handoff. The detail says why."""


class ConversationOwned(ProblemError):
    """Another open session speaks for the chain to the customer."""


class ChangedMeanwhile(ProblemError):
    """It was changed since it was read: ``If-Match`` names another version."""


class DraftChanged(ProblemError):
    """The draft was changed after it was read. Read it again."""


class BriefTooVague(ProblemError):
    """The quality of the draft is below the bar of its template, and the request refuses such briefs."""


class SheetStateForbids(ProblemError):
    """The state of the sheet, or of an item of it, does not allow this."""


class PersonNeeded(ProblemError):
    """The rota names nobody, or more than one person. Name a person in the request."""


class IdempotencyKeyReused(ProblemError):
    """The idempotency key was used for another request before."""


class RequestTimeout(ProblemError):
    """The request's body did not come in time."""


class PayloadTooLarge(ProblemError):
    """The body is larger than the platform accepts."""


class HeadersTooLarge(ProblemError):
    """The request line and its headers are too large, or too many."""


class QuotaReached(ProblemError):
    """Your tenant has as much as it may have. ``facts`` say of what, as ``quota``, and how much, as ``most``."""


class Misdirected(ProblemError):
    """The platform is not to be called by this name. Use one of those that its operator allows."""


class RateLimited(ProblemError):
    """A limit was reached, of requests in a time or of things at once. The SDK waits as long as it is told to, and asks
    again; this is raised when that did not help."""


class Busy(ProblemError):
    """The platform is busy, also on every retry."""


class Unavailable(ProblemError):
    """A part that the platform needs is down, also on every retry."""


class OutcomeUnknown(ProblemError):
    """The platform cannot say whether it carried out the request. Look for what it should have changed."""


class InternalError(ProblemError):
    """The platform failed in an unexpected way."""


PROBLEM_ERRORS: dict[ProblemType, type[ProblemError]] = {
    ProblemType.INVALID_REQUEST: InvalidRequest,
    ProblemType.UNAUTHENTICATED: Unauthenticated,
    ProblemType.FORBIDDEN: Forbidden,
    ProblemType.NOT_FOUND: NotFound,
    ProblemType.METHOD_NOT_ALLOWED: MethodNotAllowed,
    ProblemType.SESSION_ENDED: SessionEnded,
    ProblemType.NAMESPACE_MISMATCH: NamespaceMismatch,
    ProblemType.MEMORY_PROTECTED: MemoryProtected,
    ProblemType.HANDOFF_IN_PROGRESS: HandoffInProgress,
    ProblemType.HANDOFF_STATE: HandoffStateForbids,
    ProblemType.HANDOFF_CLAIMED: HandoffClaimed,
    ProblemType.HANDOFF_ACCEPTED: HandoffAccepted,
    ProblemType.NOT_HELD: NotHeld,
    ProblemType.STALE_TOKEN: StaleToken,
    ProblemType.READ_BACK_REQUIRED: ReadBackRequired,
    ProblemType.READ_BACK_CONTRADICTS: ReadBackContradicts,
    ProblemType.NAME_TAKEN: NameTaken,
    ProblemType.KEY_IS_OVER: KeyIsOver,
    ProblemType.ATTACHMENT_NOT_READY: AttachmentNotReady,
    ProblemType.OPERATOR_BUSY: OperatorBusy,
    ProblemType.CONVERSATION_OWNED: ConversationOwned,
    ProblemType.DRAFT_CHANGED: DraftChanged,
    ProblemType.CHANGED_MEANWHILE: ChangedMeanwhile,
    ProblemType.BRIEF_TOO_VAGUE: BriefTooVague,
    ProblemType.SHEET_STATE: SheetStateForbids,
    ProblemType.PERSON_NEEDED: PersonNeeded,
    ProblemType.IDEMPOTENCY_KEY_REUSED: IdempotencyKeyReused,
    ProblemType.REQUEST_TIMEOUT: RequestTimeout,
    ProblemType.PAYLOAD_TOO_LARGE: PayloadTooLarge,
    ProblemType.HEADERS_TOO_LARGE: HeadersTooLarge,
    ProblemType.MISDIRECTED: Misdirected,
    ProblemType.RATE_LIMITED: RateLimited,
    ProblemType.QUOTA_REACHED: QuotaReached,
    ProblemType.BUSY: Busy,
    ProblemType.UNAVAILABLE: Unavailable,
    ProblemType.OUTCOME_UNKNOWN: OutcomeUnknown,
    ProblemType.INTERNAL_ERROR: InternalError,
}
"""The exception of each problem type."""


def problem_error(problem: Problem) -> ProblemError:
    """Build the exception for a problem. For a type that this SDK does not know, it is a ``ProblemError``."""
    by_urn = {problem_type.urn: error for problem_type, error in PROBLEM_ERRORS.items()}
    return by_urn.get(problem.type, ProblemError)(problem)


def invalid_request(error: ValidationError) -> InvalidRequest:
    """Build the exception for a request that is malformed, before it is sent."""
    faults = [FieldError(field=_path(fault["loc"]), message=_message(fault["msg"])) for fault in error.errors()]
    return InvalidRequest(Problem.of(ProblemType.INVALID_REQUEST, "The request is malformed.", faults))


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(["body", *map(str, location)])


def _message(text: str) -> str:
    return text.removeprefix("Value error, ")
