"""The warm start: all that the target of a handoff wakes up with."""

from pydantic import Field

from warmline_schemas.briefs import Brief
from warmline_schemas.claims import Claim
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import Chain, Session
from warmline_schemas.wire import Answer


class WarmStart(Answer):
    """The answer to accepting a handoff. Nothing more need be asked before the target can go on."""

    session: Session = Field(description="The target's new session.")
    handoff: Handoff = Field(description="The handoff that was accepted.")
    claim: Claim | None = Field(
        default=None,
        description="The receiver's hold; its `token` goes with everything that it does with the handoff from now on. "
        "Null for a branch and a rollback, which start beside it.",
    )
    brief: Brief = Field(description="Its brief.")
    since_the_brief: list[Memory] = Field(
        description="What the source session kept after the brief was cut, oldest first."
    )
    memories: list[Memory] = Field(
        description="The memories that matter most, most important first; the handoff's own leads."
    )
    chain: Chain = Field(description="The chain so far.")
    prompt: str = Field(
        description="Brief, since-list and memories as one text, fenced as data, within the token budget."
    )
    prompt_tokens: int = Field(description="The estimated length of `prompt`, in tokens.")
    prompt_truncated: bool = Field(description="True where the budget left something out of `prompt`.")
