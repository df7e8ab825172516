"""A tool with which a model asks for a handoff, when its context is nearly full or somebody else should do the work.

The tool changes nothing and sends nothing. It returns a typed request to the program that runs the model. The program
then requests the handoff with a review, shows the draft to a person, and confirms or cancels it:

    asked = ask_for_handoff(call.arguments)
    if isinstance(asked, SessionHandoffRequested):
        handoff = session.hand_off(
            to=asked.to or "coder", reason=asked.reason, goal=asked.goal, account=asked.account, review=True
        )
    return asked.model_dump_json()  # what the model reads
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warmline_schemas.accounts import Markdown
from warmline_schemas.handoffs import Reason
from warmline_schemas.wire import AgentName

NAME = "session-handoff"
DESCRIPTION = (
    "Ask for this session to be handed off. Call it when your context is nearly full, or when somebody else should go "
    "on: another agent, a specialist, a person. It only asks. A summary of the session is drafted and shown for "
    "review; the session goes on unchanged until somebody confirms it, so keep working until you are told."
)


# Models invent arguments. ``forbid`` turns those into a message that the model can act on.
class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: Reason = Field(description="Why the work should go over now, in one sentence.")
    goal: Reason | None = Field(
        default=None, description="What whoever goes on should achieve, specific enough to check. Leave out if unknown."
    )
    to: AgentName | None = Field(
        default=None,
        description="Who should go on: the name of an agent, or human:NAME, queue:NAME, skill:NAME. Leave out to let "
        "the program decide.",
    )
    account: Markdown | None = Field(
        default=None,
        description="What whoever goes on must know, as Markdown with headings such as Wanted, Done, Failed, Decided, "
        "Promised, Open questions, Next steps. Write short sentences with the exact identifiers, amounts, dates, "
        "commands and paths. It is checked against the record, so write only what was said or done.",
    )


class SessionHandoffRequested(BaseModel):
    """A model asks for a handoff. Nothing has changed yet."""

    model_config = ConfigDict(frozen=True)

    type: Literal["session-handoff-requested"] = "session-handoff-requested"
    reason: str
    """Why the work should go over."""
    goal: str | None = None
    """What the target should achieve, if the model said so."""
    to: str | None = None
    """Who should go on. Where it is None, the program decides."""
    account: str | None = None
    """What the model says of its work, as Markdown, if it wrote that."""
    message: str = "The handoff was requested and waits for review. Nothing has changed: go on until you are told."
    """What the model reads."""


class SessionHandoffRefused(BaseModel):
    """The arguments of a model are not valid. The model can correct them and call the tool again."""

    model_config = ConfigDict(frozen=True)

    type: Literal["session-handoff-refused"] = "session-handoff-refused"
    message: str
    """What is wrong and what would be right, for the model to read."""


def openai_tool() -> dict[str, Any]:
    """Return the tool for the ``tools`` of a chat completion in OpenAI's API."""
    return {"type": "function", "function": {"name": NAME, "description": DESCRIPTION, "parameters": _parameters()}}


def anthropic_tool() -> dict[str, Any]:
    """Return the tool for the ``tools`` of a message in Anthropic's API."""
    return {"name": NAME, "description": DESCRIPTION, "input_schema": _parameters()}


def ask_for_handoff(arguments: str | bytes | Mapping[str, Any]) -> SessionHandoffRequested | SessionHandoffRefused:
    """Read a model's call of the tool. ``arguments`` is an object, or its JSON text, as some APIs give it.

    It never raises an error because of what the model wrote, and changes nothing.
    """
    try:
        if isinstance(arguments, str | bytes):
            asked = _Arguments.model_validate_json(arguments)
        else:
            asked = _Arguments.model_validate(arguments)
    except ValidationError as error:
        return SessionHandoffRefused(message=_refusal(error))
    return SessionHandoffRequested(reason=asked.reason, goal=asked.goal, to=asked.to, account=asked.account)


def _parameters() -> dict[str, Any]:
    """Return the JSON Schema of the arguments, without titles, nulls and references, which some APIs do not accept."""
    # This is written by hand: the schema that pydantic makes has ``anyOf`` with null for optional fields, which some
    # APIs refuse.
    properties = {
        name: {"type": "string", "description": field.description} for name, field in _Arguments.model_fields.items()
    }
    return {"type": "object", "properties": properties, "required": ["reason"], "additionalProperties": False}


def _refusal(error: ValidationError) -> str:
    faults = [
        # A fault without a field is about the arguments as a whole, such as text that is not JSON.
        f"{fault['loc'][0]}: {fault['msg']}" if fault["loc"] else "the arguments are no JSON object"
        for fault in error.errors()
    ]
    return (
        f"The handoff was not requested: {'; '.join(faults)}. Call {NAME} again with a JSON object: `reason` says why "
        "in one sentence, `goal`, `to` and `account` may be left out."
    )
