"""The warm start: everything that the target of a handoff gets when it accepts."""

from pydantic import Field

from warmline_schemas.briefs import Brief
from warmline_schemas.claims import Claim
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import Chain, Session
from warmline_schemas.wire import Answer


class WarmStart(Answer):
    """The answer to accepting a handoff. The target can begin to work without asking for more."""

    session: Session = Field(description="The target's new session.")
    handoff: Handoff = Field(description="The handoff that was accepted.")
    claim: Claim | None = Field(
        default=None,
        description=(
            "The receiver's claim. The receiver sends its `token` with every later call about the "
            "handoff. Null for a branch and a rollback, which do not hold the handoff."
        ),
    )
    brief: Brief = Field(description="The brief of the handoff.")
    since_the_brief: list[Memory] = Field(
        description="The memories that the source session kept after the brief was made, oldest first."
    )
    memories: list[Memory] = Field(
        description="The memories that matter most, most important first. The handoff's own memory is the first."
    )
    chain: Chain = Field(description="The chain up to now.")
    prompt: str = Field(
        description=(
            "The brief, the memories since the brief and the other memories as one text for a model, "
            "marked as data, within the token budget."
        )
    )
    prompt_tokens: int = Field(description="How many tokens `prompt` has, by estimate.")
    prompt_truncated: bool = Field(description="Whether something was left out of `prompt` to keep the token budget.")
