"""Chains as trees: which session started from which handoff, and how."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from warmline_schemas.handoffs import Handoff
from warmline_schemas.sessions import Session
from warmline_schemas.wire import Answer


class StartedAs(StrEnum):
    """How a session of a chain came to start."""

    FIRST = "first"
    CONTINUE = "continue"
    BRANCH = "branch"
    ROLLBACK = "rollback"


class TreeSession(Answer):
    """A session in its place in the tree, with the handoffs that it asked for."""

    session: Session = Field(description="The session.")
    started_as: StartedAs = Field(
        description="`first` in its chain; `continue`: took a handoff over; `branch`: beside whoever did; `rollback`: "
        "again from an earlier brief."
    )
    parent_id: UUID | None = Field(
        description="The session whose handoff it started from; null for the first, and where that is not shown."
    )
    depth: int = Field(ge=0, description="How many branches and rollbacks lead to it: what a reader indents it by.")
    handoffs: list[Handoff] = Field(description="The handoffs from it, oldest first, those that came to nothing too.")


class ChainTree(Answer):
    """A chain as a tree, in the order in which it is read."""

    id: UUID = Field(description="The id of the chain's first session.")
    namespace: str = Field(description="The namespace that all its sessions share.")
    owner_session_id: UUID | None = Field(
        description="The open session that owns the conversation; null when nobody does."
    )
    sessions: list[TreeSession] = Field(
        description="Every session after the one that it started from: what branched off with all that followed from "
        "it, then what continued. A list, for a chain may be longer than JSON may be deep."
    )
