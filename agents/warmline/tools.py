"""Tools for models: six that work with the platform, and one that only asks the program for a handoff.

``Toolbox`` (``AsyncToolbox``) carries the calls of the six out, for one agent:

    tools = Toolbox(client, session=session)
    completion = openai.chat.completions.create(model=…, messages=messages, tools=tools.openai())
    for call in completion.choices[0].message.tool_calls or []:
        answer = tools.call(call.function.name, call.function.arguments, call_id=call.id)
        messages.append({"role": "tool", "tool_call_id": call.id, "content": answer.content})

The seventh, ``session-handoff``, changes nothing and sends nothing. It returns a typed request to the program that runs
the model. The program then requests the handoff with a review, shows the draft to a person, and confirms or cancels it:

    asked = ask_for_handoff(call.arguments)
    if isinstance(asked, SessionHandoffRequested):
        handoff = session.hand_off(
            to=asked.to or "coder", reason=asked.reason, goal=asked.goal, account=asked.account, review=True
        )
    return asked.model_dump_json()  # what the model reads
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from warmline_schemas.accounts import Markdown
from warmline_schemas.handoffs import Reason, Urgency
from warmline_schemas.memories import Content, Importance
from warmline_schemas.wire import AgentName, Kind

NAME = "session-handoff"
DESCRIPTION = (
    "Ask for this session to be handed off. Call it when your context is nearly full, or when somebody else should go "
    "on: another agent, a specialist, a person. It only asks. A summary of the session is drafted and shown for "
    "review; the session goes on unchanged until somebody confirms it, so keep working until you are told."
)


TARGET = "the name of an agent, or human:NAME, queue:NAME, skill:NAME"

# What the arguments of all tools mean, for models. Long texts cost on every turn.
WhatToKeep = Annotated[
    Content, Field(description="What to keep, in one or two sentences with the exact names, amounts and dates.")
]
WhatSort = Annotated[
    Kind, Field(description="The sort: fact, decision, promise, issue, message or a word of your own.")
]
HowMuch = Annotated[Importance, Field(description="How much it matters, 0 to 1. Leave out if unsure.")]
WhatToFind = Annotated[str, Field(max_length=2000, description="What you want to know, in plain words.")]
HowMany = Annotated[int, Field(ge=1, le=50, description="How many memories at most, 1 to 50.")]
AlsoElsewhere = Annotated[
    bool, Field(description="Also what was kept on other branches of the code; `branch` says on which.")
]
Whom = Annotated[AgentName, Field(description=f"Who should go on: {TARGET}.")]
Why = Annotated[Reason, Field(description="Why the work should go over now, in one sentence.")]
WhatFor = Annotated[
    Reason, Field(description="What whoever goes on should achieve, specific enough to check. Leave out if unknown.")
]
HowUrgent = Annotated[Urgency, Field(description="How pressing it is. Leave out to let the conversation decide.")]
Account = Annotated[
    Markdown,
    Field(
        description="What whoever goes on must know, as Markdown with headings: Wanted (as it stands now), Customer, "
        "Done (with what came of it), Failed, Decided (what they chose, accepted or refused), Promised (by whom, until "
        "when), Rules, Open questions, Next steps. Leave out what nobody spoke of. Write short sentences with exact "
        "identifiers, amounts, dates, commands and paths. It is checked against the record: write only what was said "
        "or done."
    ),
]
WhichHandoff = Annotated[UUID, Field(description="The id of the handoff.")]
WhichToken = Annotated[int, Field(ge=1, description="The token that accept_handoff answered.")]
ReadBack = Annotated[
    str, Field(max_length=2000, description="One line that says what the handoff is about. It is checked.")
]
WhatToDo = Annotated[Reason, Field(description="What the one who handed over should do now.")]
HowItEnded = Annotated[Reason, Field(description="How it was solved, in one or two sentences.")]


# Models invent arguments. ``forbid`` turns those into a message that the model can act on.
class Arguments(BaseModel):
    """The arguments of a tool, as a model gives them."""

    model_config = ConfigDict(extra="forbid")


Given = TypeVar("Given", bound=Arguments)


class RememberArguments(Arguments):
    """``remember``."""

    content: WhatToKeep
    kind: WhatSort | None = None
    importance: HowMuch | None = None


class RecallArguments(Arguments):
    """``recall``."""

    query: WhatToFind
    top_k: HowMany | None = None
    other_branches: AlsoElsewhere | None = None


class RequestArguments(Arguments):
    """``request_handoff``."""

    to: Whom
    reason: Why
    goal: WhatFor | None = None
    urgency: HowUrgent | None = None
    account: Account | None = None


class AcceptArguments(Arguments):
    """``accept_handoff``."""

    handoff_id: WhichHandoff
    read_back: ReadBack | None = None


class ReturnArguments(Arguments):
    """``return_handoff``."""

    handoff_id: WhichHandoff
    instruction: WhatToDo
    token: WhichToken | None = None


class ResolveArguments(Arguments):
    """``resolve``."""

    handoff_id: WhichHandoff
    note: HowItEnded
    token: WhichToken | None = None


@dataclass(frozen=True)
class Tool:
    """A tool, as a model sees it."""

    name: str
    description: str
    arguments: type[Arguments]

    def openai(self) -> dict[str, Any]:
        """Return it for the ``tools`` of a chat completion in OpenAI's API, with a strict schema."""
        function = {"name": self.name, "description": self.description, "strict": True}
        return {"type": "function", "function": {**function, "parameters": schema_of(self.arguments, strict=True)}}

    def anthropic(self) -> dict[str, Any]:
        """Return it for the ``tools`` of a message in Anthropic's API."""
        return {"name": self.name, "description": self.description, "input_schema": schema_of(self.arguments)}

    def refusal(self, error: ValidationError) -> str:
        """Say what is wrong with arguments, and what would be right, for the model to read."""
        return refusal_of(self.name, schema_of(self.arguments), error)

    def mcp(self) -> dict[str, Any]:
        """Return it as an MCP server lists it."""
        return {"name": self.name, "description": self.description, "inputSchema": schema_of(self.arguments)}


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "remember",
            "Keep something that matters later: a fact, a decision, a promise, what was tried. Others who work on this "
            "can recall it.",
            RememberArguments,
        ),
        Tool("recall", "Look up what is known from earlier, also from other agents and sessions.", RecallArguments),
        Tool(
            "request_handoff",
            "Ask for this work to go to somebody else: another agent, a specialist, a person. It only asks. A brief is "
            "written from what was kept; keep working until you are told.",
            RequestArguments,
        ),
        Tool(
            "accept_handoff",
            "Take over work that was handed to you. The answer says what was done, and what to do now.",
            AcceptArguments,
        ),
        Tool(
            "return_handoff",
            "Give work that you took over back to the agent that handed it to you, with an instruction.",
            ReturnArguments,
        ),
        Tool("resolve", "Close work that you took over, when it is done.", ResolveArguments),
    )
}
"""The six tools by name."""


def openai_tools() -> list[dict[str, Any]]:
    """Return the six tools for OpenAI's API, with strict schemas."""
    return [tool.openai() for tool in TOOLS.values()]


def anthropic_tools() -> list[dict[str, Any]]:
    """Return the six tools for Anthropic's API."""
    return [tool.anthropic() for tool in TOOLS.values()]


def mcp_tools() -> list[dict[str, Any]]:
    """Return the six tools as an MCP server lists them."""
    return [tool.mcp() for tool in TOOLS.values()]


@dataclass(frozen=True)
class ToolAnswer:
    """What a model reads of a call."""

    content: str
    """A JSON object, or where it is an error a sentence that says what is wrong and what to do."""
    is_error: bool = False


def read_arguments(arguments: type[Given], given: str | bytes | Mapping[str, Any]) -> Given:
    """Read the arguments of a call. Raises ``ValidationError``."""
    if isinstance(given, str | bytes):
        return arguments.model_validate_json(given)
    return arguments.model_validate(given)


def schema_of(arguments: type[Arguments], *, strict: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of the arguments of a tool, without titles, references and limits on sizes.

    A strict one, as OpenAI wants it, requires every property, and what can be left out can be null.
    """
    shown = arguments.model_json_schema()
    needed = [name for name in shown["properties"] if strict or name in shown["required"]]
    properties = {
        name: _property(field, shown.get("$defs", {}), nullable=strict and name not in shown["required"])
        for name, field in shown["properties"].items()
    }
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def refusal_of(name: str, schema: Mapping[str, Any], error: ValidationError) -> str:
    """Say what is wrong with the arguments of a tool with this schema, and what would be right."""
    needed = schema.get("required", [])
    optional = [one for one in schema["properties"] if one not in needed]
    also = f", and may have {', '.join(optional)}" if optional else ""
    return (
        f"{name} was not called: {_faults(error)}. Call it again with a JSON object that has {', '.join(needed)}{also}."
    )


def _property(field: dict[str, Any], definitions: dict[str, Any], *, nullable: bool) -> dict[str, Any]:
    # Pydantic writes ``anyOf`` with null for optional fields, and references, which some APIs refuse.
    kind = next(one for one in field.get("anyOf", [field]) if one.get("type") != "null")
    kind = {**definitions.get(kind.get("$ref", "").rpartition("/")[2], {}), **kind}
    plain = {"type": kind["type"], "description": field.get("description") or kind["description"]}
    if "enum" in kind:
        plain["enum"] = kind["enum"]
    if nullable:
        plain |= {"type": [kind["type"], "null"], **({"enum": [*plain["enum"], None]} if "enum" in plain else {})}
    return plain


class _Arguments(Arguments):
    reason: Why
    goal: WhatFor | None = None
    to: AgentName | None = Field(
        default=None, description=f"Who should go on: {TARGET}. Leave out to let the program decide."
    )
    account: Account | None = None


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
    return {
        "type": "function",
        "function": {"name": NAME, "description": DESCRIPTION, "parameters": schema_of(_Arguments)},
    }


def anthropic_tool() -> dict[str, Any]:
    """Return the tool for the ``tools`` of a message in Anthropic's API."""
    return {"name": NAME, "description": DESCRIPTION, "input_schema": schema_of(_Arguments)}


def ask_for_handoff(arguments: str | bytes | Mapping[str, Any]) -> SessionHandoffRequested | SessionHandoffRefused:
    """Read a model's call of the tool. ``arguments`` is an object, or its JSON text, as some APIs give it.

    It never raises an error because of what the model wrote, and changes nothing.
    """
    try:
        asked = read_arguments(_Arguments, arguments)
    except ValidationError as error:
        return SessionHandoffRefused(message=_refusal(error))
    return SessionHandoffRequested(reason=asked.reason, goal=asked.goal, to=asked.to, account=asked.account)


def _refusal(error: ValidationError) -> str:
    return (
        f"The handoff was not requested: {_faults(error)}. Call {NAME} again with a JSON object: `reason` says why "
        "in one sentence, `goal`, `to` and `account` may be left out."
    )


def _faults(error: ValidationError) -> str:
    return "; ".join(_fault(fault["loc"], fault["type"], fault["msg"]) for fault in error.errors())


def _fault(place: tuple[int | str, ...], sort: str, message: str) -> str:
    # A fault without a field is about the arguments as a whole, such as text that is not JSON.
    if not place:
        return "the arguments are no JSON object"
    if sort == "extra_forbidden":
        return f"{place[0]}: there is no such argument, leave it out"
    return f"{place[0]}: {'it is missing, give it' if sort == 'missing' else message.removeprefix('Value error, ')}"
