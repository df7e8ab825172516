"""The tool with which a model gives a conversation away: its name, its words, and what the model reads."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warmline_schemas.handoffs import Handoff

NAME = "hand_over"
DESCRIPTION = (
    "Hand this conversation over to somebody else: another agent, a specialist, a person. They get a brief of what was "
    "said and done here. Where a person takes it, you wait, and then read what they did."
)
TO = "Who should go on: the name of an agent, or human:NAME, queue:NAME, skill:NAME."
REASON = "Why, in one sentence."
GOAL = "What they should achieve, specific enough to check."
URGENCY = "How pressing it is. Leave out to let the conversation decide."
ACCOUNT = (
    "What they must know, as Markdown with headings: Wanted (as it stands now), Customer, Done (with what came of it), "
    "Failed, Decided (what they chose, accepted or refused), Promised (by whom, until when), Next steps. Write short "
    "sentences with the exact identifiers, amounts and dates. It is checked against the record."
)
# Spelled out, because some frameworks take no schema with references, which an enumeration would be.
HowUrgent = Literal["low", "normal", "high", "critical"]


class HandOver(BaseModel):
    """The arguments of the tool."""

    model_config = ConfigDict(extra="forbid")

    to: Annotated[str, Field(description=TO)]
    reason: Annotated[str, Field(description=REASON)]
    goal: Annotated[str | None, Field(description=GOAL)] = None
    urgency: Annotated[HowUrgent | None, Field(description=URGENCY)] = None
    account: Annotated[str | None, Field(description=ACCOUNT)] = None


def schema() -> dict[str, Any]:
    """The JSON Schema of the arguments, which also strict modes take: all of them are named, and may be null."""
    made = HandOver.model_json_schema()
    fields = {name: {k: v for k, v in field.items() if k != "default"} for name, field in made["properties"].items()}
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def refused(error: ValidationError) -> str:
    """What the model reads where its arguments are not valid."""
    faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
    return f"Nothing was handed over ({faults}). Call {NAME} again with `to` and `reason`."


def handed_over(handoff: Handoff) -> str:
    """What the model reads where another agent has the conversation now."""
    return f"{handoff.to} has this conversation now, and knows what was said and done. Say nothing more."
