"""Read-backs: what a receiver says that a handoff is about, and where this contradicts the brief."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from warmline_schemas.wire import Answer


class ContradictionKind(StrEnum):
    """The sort of value that differs."""

    AMOUNT = "amount"
    IDENTIFIER = "identifier"
    DATE = "date"
    TIME = "time"
    CONTACT = "contact"
    SUPERSEDED = "superseded"


class Contradiction(Answer):
    """A value in a read-back that the brief does not have, or has with other contents."""

    kind: ContradictionKind = Field(description="The sort of value. A count, such as of guests, is an `amount`.")
    said: str = Field(description="The value in the read-back, with numbers written in digits.")
    brief_has: list[str] = Field(
        description="The values that the brief has instead; for a superseded value, the value that replaced it."
    )
    memory_ids: list[UUID] = Field(description="The memories that prove what the brief has.")


class ReadBack(Answer):
    """What a receiver said that a handoff was about, as it was accepted."""

    text: str = Field(description="The read-back, in one line.")
    by: str = Field(description="Who gave the read-back.")
    contradictions: list[Contradiction] = Field(
        description="Where it contradicts the brief. The receiver confirmed these contradictions."
    )
