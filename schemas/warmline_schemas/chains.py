"""Chains as trees: which session started from which handoff, and how it started."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from warmline_schemas.handoffs import Handoff
from warmline_schemas.sessions import Session
from warmline_schemas.wire import Answer


class StartedAs(StrEnum):
    """How a session of a chain started."""

    FIRST = "first"
    CONTINUE = "continue"
    BRANCH = "branch"
    ROLLBACK = "rollback"


class TreeSession(Answer):
    """A session at its place in the tree, with the handoffs that were requested from it."""

    session: Session = Field(description="The session.")
    started_as: StartedAs = Field(
        description=(
            "How it started. `first`: it is the chain's first session; `continue`: it took a handoff "
            "over; `branch`: it started beside the session that took over; `rollback`: it started again "
            "from an earlier brief."
        )
    )
    parent_id: UUID | None = Field(
        description=(
            "The session from which its handoff came; null for the first session, and where that session is not shown."
        )
    )
    depth: int = Field(
        ge=0, description="How many branches and rollbacks lead to this session. A reader can indent it by that."
    )
    handoffs: list[Handoff] = Field(
        description="The handoffs from this session, oldest first, also those that failed or were cancelled."
    )


class ChainTree(Answer):
    """A chain as a tree, written as a list in reading order."""

    id: UUID = Field(description="The id of the chain's first session.")
    namespace: str = Field(description="The namespace that all its sessions share.")
    owner_session_id: UUID | None = Field(
        description="The open session that speaks for the chain to the customer; null where none does."
    )
    sessions: list[TreeSession] = Field(
        description=(
            "Every session after the one from which it came: first each branch with all that followed "
            "from it, then the session that continued. It is a list because a long chain would nest "
            "deeper than JSON parsers allow."
        )
    )
