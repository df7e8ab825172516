"""Problems: the closed list of error answers, as problem+json (RFC 9457); and whether the platform works."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from warmline_schemas.wire import Answer

PROBLEM_URN = "urn:warmline:problem:"
PROBLEM_MEDIA_TYPE = "application/problem+json"


class ProblemType(StrEnum):
    """Every sort of error answer. The value is the last part of the problem's ``type`` URN."""

    INVALID_REQUEST = "invalid-request"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    SESSION_ENDED = "session-ended"
    NAMESPACE_MISMATCH = "namespace-mismatch"
    MEMORY_PROTECTED = "memory-protected"
    HANDOFF_IN_PROGRESS = "handoff-in-progress"
    HANDOFF_STATE = "handoff-state"
    HANDOFF_CLAIMED = "handoff-claimed"
    HANDOFF_ACCEPTED = "handoff-accepted"
    NOT_HELD = "not-held"
    STALE_TOKEN = "stale-token"  # noqa: S105 (a name, no password)
    READ_BACK_REQUIRED = "read-back-required"
    READ_BACK_CONTRADICTS = "read-back-contradicts"
    NAME_TAKEN = "name-taken"
    OPERATOR_BUSY = "operator-busy"
    CONVERSATION_OWNED = "conversation-owned"
    DRAFT_CHANGED = "draft-changed"
    CHANGED_MEANWHILE = "changed-meanwhile"
    BRIEF_TOO_VAGUE = "brief-too-vague"
    SHEET_STATE = "sheet-state"
    PERSON_NEEDED = "person-needed"
    KEY_IS_OVER = "key-is-over"
    ATTACHMENT_NOT_READY = "attachment-not-ready"
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused"
    REQUEST_TIMEOUT = "request-timeout"
    PAYLOAD_TOO_LARGE = "payload-too-large"
    HEADERS_TOO_LARGE = "headers-too-large"
    MISDIRECTED = "misdirected"
    RATE_LIMITED = "rate-limited"
    QUOTA_REACHED = "quota-reached"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    OUTCOME_UNKNOWN = "outcome-unknown"
    INTERNAL_ERROR = "internal-error"

    @property
    def urn(self) -> str:
        """The problem's ``type`` on the wire."""
        return PROBLEM_URN + self.value


STATUS: dict[ProblemType, int] = {
    ProblemType.INVALID_REQUEST: 422,
    ProblemType.UNAUTHENTICATED: 401,
    ProblemType.FORBIDDEN: 403,
    ProblemType.NOT_FOUND: 404,
    ProblemType.METHOD_NOT_ALLOWED: 405,
    ProblemType.SESSION_ENDED: 409,
    ProblemType.NAMESPACE_MISMATCH: 409,
    ProblemType.MEMORY_PROTECTED: 409,
    ProblemType.HANDOFF_IN_PROGRESS: 409,
    ProblemType.HANDOFF_STATE: 409,
    ProblemType.HANDOFF_CLAIMED: 409,
    ProblemType.HANDOFF_ACCEPTED: 409,
    ProblemType.NOT_HELD: 409,
    ProblemType.STALE_TOKEN: 409,
    ProblemType.READ_BACK_REQUIRED: 409,
    ProblemType.READ_BACK_CONTRADICTS: 409,
    ProblemType.NAME_TAKEN: 409,
    ProblemType.OPERATOR_BUSY: 409,
    ProblemType.CONVERSATION_OWNED: 409,
    ProblemType.DRAFT_CHANGED: 409,
    ProblemType.CHANGED_MEANWHILE: 412,
    ProblemType.BRIEF_TOO_VAGUE: 409,
    ProblemType.SHEET_STATE: 409,
    ProblemType.PERSON_NEEDED: 409,
    ProblemType.KEY_IS_OVER: 409,
    ProblemType.ATTACHMENT_NOT_READY: 409,
    ProblemType.IDEMPOTENCY_KEY_REUSED: 409,
    ProblemType.REQUEST_TIMEOUT: 408,
    ProblemType.PAYLOAD_TOO_LARGE: 413,
    ProblemType.HEADERS_TOO_LARGE: 431,
    ProblemType.MISDIRECTED: 421,
    ProblemType.RATE_LIMITED: 429,
    ProblemType.QUOTA_REACHED: 403,
    ProblemType.BUSY: 503,
    ProblemType.UNAVAILABLE: 503,
    ProblemType.OUTCOME_UNKNOWN: 503,
    ProblemType.INTERNAL_ERROR: 500,
}
"""The HTTP status of each problem type. Only a malformed request gets 422."""

TITLE: dict[ProblemType, str] = {
    ProblemType.INVALID_REQUEST: "The request is malformed",
    ProblemType.UNAUTHENTICATED: "No valid API key",
    ProblemType.FORBIDDEN: "You may not do this",
    ProblemType.NOT_FOUND: "This does not exist",
    ProblemType.METHOD_NOT_ALLOWED: "This path does not take that method",
    ProblemType.SESSION_ENDED: "The session has ended",
    ProblemType.NAMESPACE_MISMATCH: "The session belongs to another namespace",
    ProblemType.MEMORY_PROTECTED: "A handoff's brief cannot be changed",
    ProblemType.HANDOFF_IN_PROGRESS: "The session is already being handed off",
    ProblemType.HANDOFF_STATE: "The handoff is not in a state that allows this",
    ProblemType.HANDOFF_CLAIMED: "Somebody else holds the handoff",
    ProblemType.HANDOFF_ACCEPTED: "The handoff was already accepted",
    ProblemType.NOT_HELD: "Nobody holds the handoff",
    ProblemType.STALE_TOKEN: "The fencing token is outdated",
    ProblemType.READ_BACK_REQUIRED: "The handoff's receiver must read it back",
    ProblemType.READ_BACK_CONTRADICTS: "The read-back contradicts the brief",
    ProblemType.NAME_TAKEN: "The name is taken",
    ProblemType.OPERATOR_BUSY: "The operator cannot take the handoff",
    ProblemType.CONVERSATION_OWNED: "Another open session owns the conversation",
    ProblemType.DRAFT_CHANGED: "The draft was changed meanwhile",
    ProblemType.CHANGED_MEANWHILE: "It was changed since it was read",
    ProblemType.BRIEF_TOO_VAGUE: "The brief is too vague to be handed on",
    ProblemType.SHEET_STATE: "The shift's sheet is not in a state that allows this",
    ProblemType.KEY_IS_OVER: "The API key is valid no more",
    ProblemType.ATTACHMENT_NOT_READY: "The attachment cannot be loaded",
    ProblemType.PERSON_NEEDED: "No single person is scheduled",
    ProblemType.IDEMPOTENCY_KEY_REUSED: "The Idempotency-Key was used for another request",
    ProblemType.REQUEST_TIMEOUT: "The request did not come in time",
    ProblemType.PAYLOAD_TOO_LARGE: "The payload is too large",
    ProblemType.HEADERS_TOO_LARGE: "The request's headers are too large",
    ProblemType.MISDIRECTED: "The request came to the wrong place",
    ProblemType.RATE_LIMITED: "Too many requests",
    ProblemType.QUOTA_REACHED: "The tenant has as much as it may have",
    ProblemType.BUSY: "The platform is busy",
    ProblemType.UNAVAILABLE: "The platform cannot do this right now",
    ProblemType.OUTCOME_UNKNOWN: "It is not known whether the request was carried out",
    ProblemType.INTERNAL_ERROR: "The platform failed",
}
"""A short sentence for each problem type. ``detail`` says more about the single case."""


class FieldError(BaseModel):
    """What is wrong with one field of the request."""

    field: str = Field(description="The field's path, such as `body.memories.3.importance`.")
    message: str = Field(description="What is wrong, and what would be right.")


class Problem(BaseModel):
    """An error answer."""

    model_config = ConfigDict(
        # RFC 9457, 3.2: a problem may have further members. Clients keep them as ``facts``.
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:warmline:problem:session-ended",
                    "title": "The session has ended",
                    "status": 409,
                    "detail": "Session 01978f6e-7c1a-7000-8000-000000000001 has ended. Write to the chain's current "
                    "session 01978f6e-7c1a-7000-8000-000000000002.",
                    "current_session_id": "01978f6e-7c1a-7000-8000-000000000002",
                }
            ]
        },
    )

    type: str = Field(description="`urn:warmline:problem:`, followed by one of the listed types.")
    title: str = Field(description="The type as a short sentence.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened, and what to do about it.")
    errors: list[FieldError] | None = Field(
        default=None, description="For `invalid-request`: each wrong field, and what is wrong with it."
    )

    request_id: str | None = Field(
        default=None, description="The request's id, as in the header `X-Request-ID`; the platform's log names it."
    )

    @classmethod
    def of(cls, problem: ProblemType, detail: str, errors: list[FieldError] | None = None, **facts: Any) -> "Problem":
        """Build a problem of a type. ``facts`` become extension members, such as ``current_session_id``."""
        return cls.model_validate(
            {
                "type": problem.urn,
                "title": TITLE[problem],
                "status": STATUS[problem],
                "detail": detail,
                "errors": errors,
                **facts,
            }
        )

    def to_json(self) -> dict[str, Any]:
        """Return the members that have a value, as JSON."""
        return self.model_dump(mode="json", exclude_none=True)


class Check(StrEnum):
    """The state of one part that the platform needs."""

    OK = "ok"
    DOWN = "down"


class Health(Answer):
    """Whether the platform works. Without Redis it still does: the worker's sweep then finds waiting handoffs."""

    status: str = Field(description="`alive`; `ready`; or `degraded`, where the platform works and a part does not.")
    version: str = Field(description="The version of Warmline.")
    checks: dict[str, Check] = Field(
        default_factory=dict,
        description="The state of each part: `database`, `embedding`, `redis`, `worker`, `replica`.",
    )
    waiting: int | None = Field(default=None, description="How many handoffs are due for a brief. Null for `alive`.")
