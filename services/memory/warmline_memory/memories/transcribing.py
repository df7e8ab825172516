"""Transcribing: messages in the shapes of model providers as what was said, what was called, and what came back.

Pure: what a message holds follows from the message alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from warmline_memory.reading.notes import ATTACHMENT
from warmline_schemas.memories import Outcome, Remember, Role
from warmline_schemas.messages import FunctionCall, Message, MessagePart
from warmline_schemas.wire import MAX_ACTION_BYTES, MAX_CONTENT_CHARS, storable

HEAD_SHARE = 0.7
"""Of a text that is too long, so much is kept of its head; the rest of the room is its tail's."""
MOST_NAME_CHARS, MOST_URL_CHARS = 200, 2_000
FAILED_STATUSES = {"failed", "error", "incomplete", "cancelled"}
IMAGES, AUDIOS = {"image", "image_url", "input_image"}, {"audio", "input_audio", "output_audio"}
FILES = {"file", "input_file", "document", "container_upload", "video", "input_video"}
TEXTS = {"text", "input_text", "output_text"}
MEDIA = "image/*", "audio/*", "application/octet-stream"


@dataclass(frozen=True)
class Words:
    """What somebody said, or an attachment, as the memory that it becomes."""

    index: int
    ask: Remember


@dataclass(frozen=True)
class Call:
    """A tool that was called. ``call_id`` is None where the provider gives calls no ids; ``own_id`` is made of the
    message's, where that has one."""

    index: int
    call_id: str | None
    own_id: str | None
    name: str
    arguments: dict[str, Any]
    message: Message


@dataclass(frozen=True)
class Result:
    """What came back of a call. ``name`` is the tool's, where the message names it; the ids are as a call's."""

    index: int
    call_id: str | None
    own_id: str | None
    name: str | None
    result: Any
    outcome: Outcome
    message: Message


Piece = Words | Call | Result


@dataclass
class Transcript:
    """Messages with their pieces in order, and what is to be remarked on each message, by its place."""

    session_id: UUID
    messages: Sequence[Message]
    pieces: list[Piece] = field(default_factory=list)
    remarks: dict[int, list[str]] = field(default_factory=dict)

    def remark(self, index: int, sentence: str) -> None:
        """Note a sentence on a message, once."""
        if sentence not in self.remarks[index]:
            self.remarks[index].append(sentence)


def transcribed(messages: Sequence[Message], session_id: UUID) -> Transcript:
    """What messages hold, as it is kept in a session."""
    found = Transcript(session_id, messages, remarks={index: [] for index in range(len(messages))})
    for index, message in enumerate(messages):
        if message.was_replaced:
            found.remark(index, "What cannot be stored, such as U+0000, was replaced.")
        found.pieces.extend(_Reader(found, index, message).pieces())
    return found


def shortened(text: str, most: int = MAX_CONTENT_CHARS) -> str:
    """A text of at most ``most`` characters: a longer one keeps its head and its tail, and says how much is gone."""
    if len(text) <= most:
        return text
    gap = f"\n[… {len(text) - most:,} characters and more are left out here …]\n"
    head = int((most - len(gap)) * HEAD_SHARE)
    tail = most - len(gap) - head
    # Cut between words: half of a card number would no longer be known for one when secrets are looked for.
    return "".join([*text[:head].rsplit(maxsplit=1)[:1], gap, *text[-tail:].split(maxsplit=1)[-1:]])


class _Reader:
    """Reads one message."""

    def __init__(self, found: Transcript, index: int, message: Message) -> None:
        self.found, self.index, self.message = found, index, message
        self.attachments = self.uses = 0

    def pieces(self) -> Iterator[Piece]:
        message = self.message
        if message.type == "message":
            yield from self._of_message()
        elif message.type.endswith("_call_output"):
            yield self._result(message.call_id, message.name, message.output, self._failed(message.status))
        elif message.type.endswith("_call"):
            yield from self._of_call()
        else:
            self.found.remark(self.index, f"Items of type `{message.type}` are not kept.")

    def _of_message(self) -> Iterator[Piece]:
        message = self.message
        if message.role is Role.TOOL:
            content = [part.model_dump(exclude_none=True) for part in message.content]
            yield self._result(message.tool_call_id, message.name, content, self._failed(message.status))
            return
        said = [text for part in message.content if (text := _text(part))]
        if message.refusal:
            said.append(message.refusal)
        if text := "\n".join(said).strip():
            yield Words(self.index, self._memory(self._short(text), message.own_id, kind="message"))
        for part in message.content:
            yield from self._of_part(part)
        for call in message.tool_calls or ():
            called = call.function or call.custom
            assert called is not None  # noqa: S101 (the schema guarantees one of the two)
            yield self._call(call.id, called)
        if message.function_call is not None:
            yield self._call(None, message.function_call)

    def _of_part(self, part: MessagePart) -> Iterator[Piece]:
        if part.type in IMAGES | AUDIOS | FILES:
            yield self._attachment(part)
        elif part.type.endswith("tool_use"):
            yield self._call(part.id, FunctionCall.model_construct(name=part.name or "", arguments=part.input))
        elif part.type.endswith("tool_result"):
            yield self._result(part.tool_use_id, part.name, part.content, bool(part.is_error))
        elif part.type not in {*TEXTS, "refusal"}:
            self.found.remark(self.index, f"Parts of type `{part.type}` are not kept.")

    def _of_call(self) -> Iterator[Piece]:
        """A call as an item of its own; that of a tool of the provider's holds its output, too."""
        message = self.message
        given = next((one for one in (message.arguments, message.input, message.action) if one is not None), None)
        name = message.name or message.type.removesuffix("_call") or message.type
        call_id = message.call_id or message.id
        yield self._call(call_id, FunctionCall.model_construct(name=name, arguments=given))
        failed = self._failed(message.status)
        # What the provider's own tools did is over when the item is there, whether it shows an output or not.
        is_own = message.type not in {"function_call", "custom_tool_call"} and message.status == "completed"
        if failed or is_own or message.output is not None or message.error is not None:
            yield self._result(call_id, name, message.output if message.error is None else message.error, failed)

    def _call(self, call_id: str | None, called: FunctionCall) -> Call:
        arguments = self._arguments(called.arguments)
        return Call(self.index, call_id, self._id_of_use(), called.name, arguments, self.message)

    def _result(self, call_id: str | None, name: str | None, content: Any, failed: bool) -> Result:
        outcome = self.message.outcome or (Outcome.FAILED if failed else Outcome.UNKNOWN)
        bounded = self._bounded(_returned(content))
        return Result(self.index, call_id, self._id_of_use(), name, bounded, outcome, self.message)

    def _id_of_use(self) -> str | None:
        self.uses += 1
        return self.message.own_id and f"{self.message.own_id}/use/{self.uses}"

    def _failed(self, status: str | None) -> bool:
        return status in FAILED_STATUSES or self.message.error is not None

    def _attachment(self, part: MessagePart) -> Words:
        """The memory of an image or a file: its name and its type, and where it is, but nothing that it holds."""
        about = _reference(part)
        self.attachments += 1
        if about.pop("inline", False):
            self.found.remark(self.index, f"Of {about['name']} the name and the type are kept, and not what it holds.")
        own_id = self.message.own_id and f"{self.message.own_id}/attachment/{self.attachments}"
        metadata = {**self.message.metadata, ATTACHMENT: about}
        content = f"{about['name']} ({about['type']})"
        return Words(self.index, self._memory(content, own_id, kind=ATTACHMENT, metadata=metadata))

    def _memory(self, content: str, external_id: str | None, **fields: Any) -> Remember:
        message = self.message
        given = {
            "session_id": self.found.session_id,
            "content": content,
            "role": message.role,
            "external_id": external_id,
            "importance": message.importance,
            "event_time": message.event_time,
            "metadata": message.metadata,
            **fields,
        }
        return Remember(**given)

    def _short(self, text: str) -> str:
        if (kept := shortened(text)) != text:
            self.found.remark(self.index, f"Of {len(text):,} characters the head and the tail are kept.")
        return kept

    def _arguments(self, given: Any) -> dict[str, Any]:
        """The arguments of a call as an object; what is none, as of a custom tool, has the name `input`."""
        read = _parsed(given) if isinstance(given, str) else given
        if read is None or read == "":
            return {}
        bounded = self._bounded(read)
        return bounded if isinstance(bounded, dict) else {"input": bounded}

    def _bounded(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._short(value)
        written = to_json(value)
        return value if len(written) <= MAX_ACTION_BYTES else self._short(written.decode())


def _text(part: MessagePart) -> str | None:
    if part.type in TEXTS:
        return part.text
    return part.refusal if part.type == "refusal" else None


def _returned(content: Any) -> Any:
    """What a tool returned: JSON in a text as JSON, and of a list of parts the texts, with files as references."""
    if isinstance(content, list) and all(isinstance(one, dict) and "type" in one for one in content):
        parts = [_returned_part(one) for one in content]
        content = "\n".join(parts) if all(isinstance(part, str) for part in parts) else parts
    return _parsed(content) if isinstance(content, str) else content


def _returned_part(part: Mapping[str, Any]) -> Any:
    if part["type"] in TEXTS and isinstance(part.get("text"), str):
        return part["text"]
    if part["type"] not in IMAGES | AUDIOS | FILES:
        return dict(part)
    return {ATTACHMENT: _reference(MessagePart.model_validate(part))}


def _parsed(text: str) -> Any:
    """A text that holds an object or a list in JSON as that; any other text as it is."""
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return storable(json.loads(text))
    except (ValueError, RecursionError):
        return text


def _reference(part: MessagePart) -> dict[str, Any]:
    """The name, the type and the place of an image or a file; `inline` where it was sent along."""
    held = [one for one in (part.source, part.file, part.image_url) if isinstance(one, Mapping)]
    fields = {name: value for one in (*reversed(held), _own_fields(part)) for name, value in one.items()}
    place = _first(fields, "file_url", "url", "image_url")
    is_inline = place.startswith("data:") or any(fields.get(name) for name in ("data", "file_data"))
    if place.startswith("data:"):
        fields["media_type"], place = place[5:].partition(";")[0], ""
    kind = MEDIA[0] if part.type in IMAGES else MEDIA[1] if part.type in AUDIOS else MEDIA[2]
    about = {
        "name": _first(fields, "filename", "title", "name") or place.partition("?")[0].rpartition("/")[2] or part.type,
        "type": _first(fields, "media_type", "mime_type") or kind,
        "url": place[:MOST_URL_CHARS],
        "file_id": _first(fields, "file_id"),
        "inline": is_inline,
    }
    return {name: value[:MOST_URL_CHARS] if isinstance(value, str) else value for name, value in about.items() if value}


def _own_fields(part: MessagePart) -> dict[str, Any]:
    url = part.image_url if isinstance(part.image_url, str) else None
    own = {"image_url": url, "file_url": part.file_url, "file_id": part.file_id, "filename": part.filename}
    own |= {"title": part.title, "media_type": part.media_type}
    return {name: value for name, value in own.items() if value}


def _first(fields: Mapping[str, Any], *names: str) -> str:
    found = (fields.get(name) for name in names)
    return next((one for one in found if isinstance(one, str) and one), "")[:MOST_URL_CHARS]
