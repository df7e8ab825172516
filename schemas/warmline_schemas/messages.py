"""Messages: what was said and done, in the shapes in which makers of language models have it.

An item of a list is a message of OpenAI's chat completions, an item of its Responses API, or a message of Anthropic's
Messages API. The fields of all of them stand side by side in ``Message``; fields that are not listed are ignored,
because such items are sent as they were received.
"""

from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    StringConstraints,
    model_validator,
)

from warmline_schemas.memories import ExternalId, GivenRole, Importance, Outcome
from warmline_schemas.wire import MAX_METADATA_BYTES, Answer, Moment, Request, small_json, storable

MOST_MESSAGES = 1000
MOST_PARTS = 1000
ROOM_FOR_AN_ATTACHMENT = 16_384
"""So many bytes of a memory's metadata are left for what is noted of an attachment."""

OwnId = Annotated[ExternalId, StringConstraints(max_length=200)]
"""The id of a message: 1 to 200 characters. With it, the ids of its attachments are made."""
ItemType = Annotated[str, StringConstraints(min_length=1, max_length=100)]
ToolName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Sent(BaseModel):
    """A part of a message as it was received. Fields that are not listed are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class FunctionCall(Sent):
    """The function of a call in a chat message."""

    name: ToolName = Field(description="The function's name.")
    arguments: Any = Field(default=None, description="The arguments: JSON as a text, or an object.")


class MessageCall(Sent):
    """A call of a tool in a chat message of OpenAI's."""

    id: OwnId | None = Field(default=None, description="The call's id, which the message of its result names.")
    function: FunctionCall | None = Field(default=None, description="The function that was called.")
    custom: FunctionCall | None = Field(default=None, description="The custom tool that was called.")

    @model_validator(mode="after")
    def _calls_something(self) -> Self:
        if self.function is None and self.custom is None:
            raise ValueError("function: say what was called")
        return self


class MessagePart(Sent):
    """A part of a message's content: a text, an image, a file, a call of a tool, or the result of one.

    The type says which; parts of other types, such as `thinking`, are not kept.
    """

    type: str = Field(default="text", description="What it is, such as `text`, `image_url`, `tool_use`.")
    text: str | None = Field(default=None, description="The text of a text.")
    refusal: str | None = Field(default=None, description="The text of a refusal.")
    image_url: Any = Field(default=None, description="Where an image is: its URL, or an object with `url`.")
    file: Any = Field(default=None, description="A file: an object with `file_id`, `filename` or `file_data`.")
    file_id: str | None = Field(default=None, description="The id of a file.")
    file_url: str | None = Field(default=None, description="The URL of a file.")
    filename: str | None = Field(default=None, description="The name of a file.")
    title: str | None = Field(default=None, description="The title of a document.")
    source: Any = Field(default=None, description="Where an image or a document is, as Anthropic writes it.")
    media_type: str | None = Field(default=None, description="The type of a file, such as `application/pdf`.")
    id: OwnId | None = Field(default=None, description="The id of a call.")
    name: ToolName | None = Field(default=None, description="The name of the tool that is called.")
    input: Any = Field(default=None, description="The arguments of a call.")
    tool_use_id: OwnId | None = Field(default=None, description="For a result: the id of the call.")
    content: Any = Field(default=None, description="What a tool returned: a text, a list of parts, or any JSON.")
    is_error: bool | None = Field(default=None, description="Whether the tool failed.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.type.endswith("tool_use") and self.name is None:
            raise ValueError("name: say which tool is called")
        return self


def _as_parts(given: Any) -> Any:
    if isinstance(given, str):
        return [{"type": "text", "text": given}]
    if isinstance(given, dict):
        return [given]
    # A list of texts is what some libraries make of a list of parts.
    return [{"type": "text", "text": one} if isinstance(one, str) else one for one in given or []]


Parts = Annotated[list[MessagePart], BeforeValidator(_as_parts, json_schema_input_type=str | list[MessagePart] | None)]


class Message(Sent):
    """Something that was said or done, as a chat message or as an item of another provider's shape.

    - OpenAI, chat: `role`, `content`, `tool_calls`; the result of a call has the role `tool` and a `tool_call_id`.
    - OpenAI, responses: `type` is `message`, `function_call` (`call_id`, `name`, `arguments`), `function_call_output`
      (`call_id`, `output`), or another call with its output.
    - Anthropic: `role`, `content` with parts of type `text`, `image`, `document`, `tool_use`, `tool_result`.
    """

    type: ItemType = Field(default="message", description="`message`, or the type of another item.")
    role: GivenRole | None = Field(
        default=None, description="Who said it: `user`, `assistant`, `system`, `developer` or `tool`."
    )
    content: Parts = Field(default_factory=list, description="What was said: a text, or a list of parts.")
    refusal: str | None = Field(default=None, description="What a model said in place of an answer.")
    name: ToolName | None = Field(default=None, description="The name of the tool, for a call or a result.")
    tool_calls: list[MessageCall] | None = Field(default=None, description="The calls that a message makes.")
    function_call: FunctionCall | None = Field(default=None, description="The call that an older message makes.")
    tool_call_id: OwnId | None = Field(default=None, description="For a result: the id of the call.")
    call_id: OwnId | None = Field(default=None, description="For a call or its output: the id of the call.")
    id: OwnId | None = Field(
        default=None, description="The item's own id. It is the `external_id` where that is left out."
    )
    arguments: Any = Field(default=None, description="The arguments of a call: JSON as a text, or an object.")
    input: Any = Field(default=None, description="The input of a custom call.")
    action: Any = Field(default=None, description="What a built-in tool, such as a web search, was told to do.")
    output: Any = Field(default=None, description="What a tool returned: a text, a list of parts, or any JSON.")
    error: Any = Field(default=None, description="What a tool failed with.")
    status: str | None = Field(default=None, description="How a call or a tool went, such as `completed` or `failed`.")
    outcome: Outcome | None = Field(
        default=None,
        description="For a result: what is known of the call's effect. Otherwise the result is read for it.",
    )
    external_id: OwnId | None = Field(
        default=None,
        description="An id of your own, unique in the session. What was sent before under it is not stored again.",
    )
    event_time: Moment | None = Field(default=None, description="When it happened, with an offset from UTC.")
    importance: Importance | None = Field(
        default=None, description="How much it matters, 0 to 1. Where it is left out, it is estimated from the text."
    )
    metadata: Annotated[dict[str, Any], small_json(MAX_METADATA_BYTES - ROOM_FOR_AN_ATTACHMENT)] = Field(
        default_factory=dict, description="An object of your own, at most 49,152 bytes as JSON."
    )

    _was_replaced: bool = PrivateAttr(default=False)

    @model_validator(mode="wrap")
    @classmethod
    def _as_storable(cls, given: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(given, cls):
            return given
        cleaned = storable(given)
        message = handler(cleaned)
        message._was_replaced = cleaned != given
        return message

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.type == "message" and self.role is None:
            raise ValueError("role: say who said it: user, assistant, system, developer or tool")
        if self.type.endswith("_call_output") and self.call_id is None:
            raise ValueError("call_id: say which call this is the output of")
        if self.type in ("function_call", "custom_tool_call", "mcp_call") and self.name is None:
            raise ValueError("name: say which tool is called")
        return self

    @property
    def was_replaced(self) -> bool:
        """Whether it held what cannot be stored: U+0000, half of a surrogate pair, NaN, or too many levels."""
        return self._was_replaced

    @property
    def own_id(self) -> str | None:
        """The id by which it is known when it is sent again."""
        return self.external_id or self.id


class KeepMessages(Request):
    """Keeps up to 1,000 messages and calls of tools as memories of an open session, all of them or none.

    What cannot be stored is replaced by U+FFFD, and a text of more than 100,000 characters keeps its head and its tail;
    the answer says so. A call and its result are one memory; where they come in two requests, the whole one corrects
    the half. An image or a file is kept by reference.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "messages": [
                        {"role": "user", "content": "I was charged $94 for order W1", "external_id": "m-1"},
                        {
                            "role": "assistant",
                            "content": None,
                            "tool_calls": [
                                {
                                    "id": "call_1",
                                    "type": "function",
                                    "function": {"name": "get_order", "arguments": '{"order": "W1"}'},
                                }
                            ],
                        },
                        {"role": "tool", "tool_call_id": "call_1", "content": '{"total": 94}'},
                    ]
                }
            ]
        }
    )

    messages: list[Message] = Field(
        min_length=1, max_length=MOST_MESSAGES, description="The messages, in the order in which they were said."
    )


class MessageState(StrEnum):
    """What became of a message. `skipped`: it holds nothing that is kept, such as the thoughts of a model."""

    CREATED = "created"
    REPEATED = "repeated"
    SKIPPED = "skipped"


class KeptMessage(Answer):
    """What became of one message."""

    index: int = Field(description="Its place in the request, from 0.")
    external_id: str | None = Field(description="Its id, if it has one.")
    state: MessageState = Field(
        description="`created`; `repeated` where all of it was sent before; `skipped` where there is nothing to keep."
    )
    memory_ids: list[UUID] = Field(description="The memories that hold it.")
    remarks: list[str] = Field(description="What was changed or left out, in sentences.")


class KeptMessages(Answer):
    """What became of the messages of one request, in its order."""

    namespace: str = Field(description="Whose memories they became.")
    messages: list[KeptMessage] = Field(description="One entry for each message.")
    created: int = Field(description="How many of them are new.")
    repeated: int = Field(description="How many of them were sent before.")
    skipped: int = Field(description="How many of them hold nothing to keep.")
