"""Read-backs: what a receiver says a handoff is about, and where that contradicts the brief."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from warmline_schemas.wire import Answer


class ContradictionKind(StrEnum):
    """What sort of value differs."""

    AMOUNT = "amount"
    IDENTIFIER = "identifier"
    DATE = "date"
    TIME = "time"
    CONTACT = "contact"
    SUPERSEDED = "superseded"


class Contradiction(Answer):
    """One value of a read-back that the brief does not have, or has differently."""

    kind: ContradictionKind = Field(
        description="What sort of value it is; a count of something, such as guests, is an `amount`."
    )
    said: str = Field(description="The value as the receiver said it, with numbers in digits.")
    brief_has: list[str] = Field(description="What the brief has instead; for a superseded value, what replaced it.")
    memory_ids: list[UUID] = Field(description="The memories that prove what the brief has.")


class ReadBack(Answer):
    """The receiver's own synthesis, as it was accepted."""

    text: str = Field(description="The synthesis, in one line.")
    by: str = Field(description="Who said it.")
    contradictions: list[Contradiction] = Field(
        description="Where it contradicted the brief, and was confirmed all the same."
    )
