"""What can go wrong, as a caller of the SDK sees it.

WarmlineError
 ├─ NotConfigured               no URL or no API key to be found
 ├─ ConnectionFailed            the platform could not be reached, or hung up
 ├─ TimedOut                    the platform did not answer in time
 ├─ UnexpectedAnswer            what answered does not speak Warmline
 ├─ BriefNotWritten             a handoff that was waited for failed or was cancelled
 ├─ InvalidSignature            what came to a webhook was not signed by the platform
 ├─ NothingHeld                 a session that started beside a handoff does not hold it
 └─ ProblemError                the platform answered with a problem; one subclass per problem type
     ├─ InvalidRequest          ├─ HandoffInProgress
     ├─ Unauthenticated         ├─ HandoffStateForbids
     ├─ NotFound                ├─ HandoffClaimed
     ├─ MethodNotAllowed        ├─ HandoffAccepted
     ├─ SessionEnded            ├─ ConversationOwned
     ├─ NamespaceMismatch       ├─ IdempotencyKeyReused
     ├─ MemoryProtected         ├─ PayloadTooLarge
     ├─ DraftChanged            ├─ BriefTooVague
     ├─ StaleToken              ├─ NotHeld
     ├─ ReadBackRequired        ├─ ReadBackContradicts
     ├─ OperatorBusy            ├─ NameTaken
     ├─ SheetStateForbids       ├─ PersonNeeded
     └─ Busy, Unavailable, InternalError
"""

from typing import Any

from pydantic import ValidationError

from warmline_schemas.handoffs import Handoff, HandoffState
from warmline_schemas.problems import PROBLEM_URN, FieldError, Problem, ProblemType


class WarmlineError(Exception):
    """Anything that the SDK raises on purpose; its text is one sentence or two for people."""


class NotConfigured(WarmlineError):
    """There is no URL or no API key to work with."""


class ConnectionFailed(WarmlineError):
    """The platform could not be reached, or it hung up, and every retry met the same."""


class TimedOut(WarmlineError):
    """The platform did not answer in time, and every retry met the same."""


class UnexpectedAnswer(WarmlineError):
    """What answered at the URL does not speak Warmline, or speaks a version that this SDK does not know."""


class BriefNotWritten(WarmlineError):
    """The handoff that was waited for will not get its brief: it failed, or it was cancelled."""

    def __init__(self, handoff: Handoff) -> None:
        super().__init__(handoff)
        self.handoff = handoff

    def __str__(self) -> str:
        why = f" ({self.handoff.problem})" if self.handoff.problem else ""
        if self.handoff.state is HandoffState.CANCELLED:
            return f"Handoff {self.handoff.id} was cancelled{why}; its source session goes on."
        fault = "was refused" if getattr(self.handoff, "brief", None) else "could not be written"
        return f"The brief of handoff {self.handoff.id} {fault}{why}; retrying the handoff tries again."


class InvalidSignature(WarmlineError):
    """A webhook's message has no signature that holds, or an old one."""


class NothingHeld(WarmlineError):
    """The session started beside its handoff, as a branch or a rollback, and does not hold it."""


class ProblemError(WarmlineError):
    """The platform answered with a problem (RFC 9457)."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem

    def __str__(self) -> str:
        faults = "; ".join(f"{fault.field}: {fault.message}" for fault in self.problem.errors or [])
        return f"{self.detail} {faults}".strip() if faults and faults not in self.detail else self.detail

    @property
    def type(self) -> str:
        """The problem's type without its URN prefix; it equals a member of ``ProblemType``."""
        return self.problem.type.removeprefix(PROBLEM_URN)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    @property
    def detail(self) -> str:
        """What happened, and the mend."""
        return self.problem.detail

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of the case that came with the problem, such as ``current_session_id``."""
        return dict(self.problem.model_extra or {})


class InvalidRequest(ProblemError):
    """The request is malformed; ``problem.errors`` names each field and its fault."""


class Unauthenticated(ProblemError):
    """The API key is missing, unknown, expired or revoked."""


class NotFound(ProblemError):
    """There is no such thing, or it belongs to another tenant."""


class MethodNotAllowed(ProblemError):
    """The path does not take that method."""


class SessionEnded(ProblemError):
    """The session has ended; the detail names the chain's current one where there is one."""


class NamespaceMismatch(ProblemError):
    """The session belongs to another namespace than the one given."""


class MemoryProtected(ProblemError):
    """A handoff's brief cannot be changed or forgotten."""


class HandoffInProgress(ProblemError):
    """The session is already being handed off."""


class HandoffStateForbids(ProblemError):
    """The handoff is not in a state that allows this."""


class HandoffClaimed(ProblemError):
    """Somebody else holds the handoff."""


class HandoffAccepted(ProblemError):
    """The handoff was already accepted; ``branch`` or ``rollback`` starts from its brief again."""


class NotHeld(ProblemError):
    """Nobody holds the handoff, so there is nothing that its holder could do; claim it first."""


class StaleToken(ProblemError):
    """The fencing token is not that of the present hold: it lapsed, was given back, or somebody else holds it now."""


class ReadBackRequired(ProblemError):
    """The handoff's queue wants a read-back of whoever accepts."""


class ReadBackContradicts(ProblemError):
    """The read-back contradicts the brief; ``facts["contradictions"]`` says where."""


class NameTaken(ProblemError):
    """There is one of that name already."""


class OperatorBusy(ProblemError):
    """The operator cannot take the handoff; the detail says why."""


class ConversationOwned(ProblemError):
    """Another open session owns the conversation."""


class DraftChanged(ProblemError):
    """Somebody changed the draft since it was read; read it again."""


class BriefTooVague(ProblemError):
    """The draft is below its template's bar, and its request refuses such briefs."""


class SheetStateForbids(ProblemError):
    """A shift's sheet, or an item of it, is not in a state that allows this."""


class PersonNeeded(ProblemError):
    """Nobody, or more than one person, comes into question: name one."""


class IdempotencyKeyReused(ProblemError):
    """The idempotency key came with another request before."""


class PayloadTooLarge(ProblemError):
    """The payload is larger than the platform takes."""


class Busy(ProblemError):
    """The platform is busy, and still was after every retry."""


class Unavailable(ProblemError):
    """Something that the platform needs is down, and still was after every retry."""


class InternalError(ProblemError):
    """The platform failed."""


PROBLEM_ERRORS: dict[ProblemType, type[ProblemError]] = {
    ProblemType.INVALID_REQUEST: InvalidRequest,
    ProblemType.UNAUTHENTICATED: Unauthenticated,
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
    ProblemType.OPERATOR_BUSY: OperatorBusy,
    ProblemType.CONVERSATION_OWNED: ConversationOwned,
    ProblemType.DRAFT_CHANGED: DraftChanged,
    ProblemType.BRIEF_TOO_VAGUE: BriefTooVague,
    ProblemType.SHEET_STATE: SheetStateForbids,
    ProblemType.PERSON_NEEDED: PersonNeeded,
    ProblemType.IDEMPOTENCY_KEY_REUSED: IdempotencyKeyReused,
    ProblemType.PAYLOAD_TOO_LARGE: PayloadTooLarge,
    ProblemType.BUSY: Busy,
    ProblemType.UNAVAILABLE: Unavailable,
    ProblemType.INTERNAL_ERROR: InternalError,
}
"""The exception of each problem type."""


def problem_error(problem: Problem) -> ProblemError:
    """Build the exception of a problem; a type that this SDK does not know yet becomes a plain ``ProblemError``."""
    by_urn = {problem_type.urn: error for problem_type, error in PROBLEM_ERRORS.items()}
    return by_urn.get(problem.type, ProblemError)(problem)


def invalid_request(error: ValidationError) -> InvalidRequest:
    """Build the exception of a request that is already known to be malformed before it is sent."""
    faults = [FieldError(field=_path(fault["loc"]), message=_message(fault["msg"])) for fault in error.errors()]
    return InvalidRequest(Problem.of(ProblemType.INVALID_REQUEST, "The request is malformed.", faults))


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(["body", *map(str, location)])


def _message(text: str) -> str:
    return text.removeprefix("Value error, ")
