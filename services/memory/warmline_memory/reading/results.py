"""Results: what a tool returned, out of the envelope of its protocol, and what it says of how the call went."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import from_json

from warmline_memory import salience
from warmline_memory.language.trees import is_plain
from warmline_memory.language.words import label_of
from warmline_schemas.memories import Outcome

# Keys under which a result says how a call went. Other keys hold texts of anybody, such as a film called `Error 404`.
STATUS_KEYS = re.compile(r"\b(?:status|state|success|succeeded|ok|error|errors|message|outcome|result|confirmation)$")
STATE_KEYS = re.compile(r"\b(?:status|state|success|successful|succeeded|ok|outcome|confirmation)$")
TEXT_KEYS = re.compile(r"\b(?:message|result)$")
ERROR_KEYS = ("error", "errors", "is error")
EXIT_KEYS = ("exit_code", "exitCode", "exit_status", "returncode", "exit")
OUTPUT_KEYS = ("output", "stdout", "aggregated_output", "content", "text")
# Under these keys JSend, JSON-RPC, Google's ADK and GraphQL put what a tool returned, beside how it went.
ENVELOPES = frozenset(["result", "data", "response", "report", "output", "body"])
# What stands beside the parts of a result of MCP, Anthropic or Strands.
BESIDE_PARTS = frozenset(
    ["content", "isError", "is_error", "structuredContent", "_meta", "status", "toolUseId", "tool_use_id", "type"]
)
PART_KEYS = frozenset(["type", "text", "annotations", "citations", "cache_control", "_meta"])
# How Vercel's AI SDK names the sort of a result's value.
VALUE_TYPES = frozenset(["text", "json", "error-text", "error-json", "content"])
# Failure is looked for first: `could not be cancelled` holds a word of success too. These words are what programs write
# into such fields, in English whatever the customer's language; what holds none stays unknown, and a brief says so.
FAILED = re.compile(
    r"\b(?:fail(?:ed|ure)?|error|exception|denied|declined|rejected|invalid|unavailable|not available|unable|cannot"
    r"|could not|not found|time(?:d )?out|forbidden|unauthori[sz]ed|refused|not permitted|not allowed"
    r"|conflict(?:s|ing)?|insufficient|false)\b",
    re.I,
)
# `no conflicts found` and `0 failed` say the contrary.
NO_FAILURE = re.compile(r"\b(?:no|0|zero|without(?: any)?) (?:errors?|failures?|failed|exceptions?|conflicts?)\b", re.I)
# What a lookup found may be declined, invalid or not available; these words are of the lookup itself.
LOOKUP_FAILED = re.compile(
    r"\b(?:failed to|failure|error|exception|unable|could not|not found|time(?:d )?out|forbidden|unauthori[sz]ed"
    r"|not permitted|not allowed)\b",
    re.I,
)
STATE_OF_FAILURE = frozenset(["error", "failed", "failure", "exception", "timeout", "false"])
SUCCEEDED = re.compile(
    r"\b(?:success(?:ful(?:ly)?)?|succeeded|confirmed|completed|approved|accepted|booked|scheduled|created|updated"
    r"|cancell?ed|submitted|sent|saved|deleted|refunded|reserved|re(?:scheduled|booked)|moved|opened|closed|placed"
    r"|issued|added|removed|registered|activated|exchanged|done|ok|true)\b",
    re.I,
)
# How Claude Code and Codex begin the output of a command that failed.
EXIT_LINE = re.compile(r"^(?:Error: )?(?:Exit code|Process exited with code) (\d+)", re.M)
LIKE_SUCCESS = 0.65
"""Of 18 words for success in eleven languages 15 are so like it, and of 14 names of other flags (`disponible`, `valid`,
`paid`) the likest is at .43."""
LONGEST_STATUS = 300
"""Only so many signs of a text are searched for how a call went: what is longer is content."""
DEEPEST, CUT = 20, "…"
"""What is nested deeper says nothing to a reader, and whoever goes down thousands of levels runs out of stack."""


def parsed(result: Any) -> Any:
    """A result without the envelope of its protocol, and JSON in a string as JSON, also where its end was cut off;
    anything else as it is.

    What is nested too deep is cut.
    """
    return cut(_of_json(_opened(_of_json(result))))


def cut(tree: Any, deepest: int = DEEPEST) -> Any:
    """A JSON value without what is nested deeper than so many levels."""
    if isinstance(tree, Mapping | list | tuple) and deepest == 0:
        return CUT
    if isinstance(tree, Mapping):
        return {key: cut(value, deepest - 1) for key, value in tree.items()}
    return [cut(item, deepest - 1) for item in tree] if isinstance(tree, list | tuple) else tree


def status_texts(result: Any) -> list[str]:
    """The parts of a result that say how a call went: a bare text, or what stands under a key such as `status`."""
    if isinstance(result, str):
        return [result[:LONGEST_STATUS]]
    shown = [one for one in _fields(result) if one[0] not in ERROR_KEYS or (is_plain(one[1]) and _states_an_error(one))]
    return [str(value)[:LONGEST_STATUS] for key, value in shown if STATUS_KEYS.search(key)]


def outcome(result: Any, *, is_command: bool, changes: bool) -> Outcome:
    """What a result says of how its call went; unknown where it does not say, or says both.

    An exit code says it first, then a field for errors, then a flag such as `success`, then a status. What a command
    printed is content. Of a lookup the status is mostly that of what it found.
    """
    code = _exit_code(result)
    if code is not None:
        return Outcome.FAILED if code else Outcome.CONFIRMED
    fields = list(_fields(result))
    if any(map(_states_an_error, fields)):
        return Outcome.FAILED
    if is_command:
        return Outcome.UNKNOWN
    return _as_said(result, fields, changes=changes)


def output(result: Any) -> str:
    """What a command printed."""
    if isinstance(result, Mapping):
        return next((str(result[key]) for key in OUTPUT_KEYS if isinstance(result.get(key), str)), "")
    return result if isinstance(result, str) else ""


def _as_said(result: Any, fields: Sequence[tuple[str, Any]], *, changes: bool) -> Outcome:
    """What flags, states and words of a result say of how its call went."""
    states = [str(value)[:LONGEST_STATUS] for key, value in fields if STATE_KEYS.search(key)]
    states += [str(value) for key, value in fields if isinstance(value, bool) and _means_success(key)]
    states = [NO_FAILURE.sub("", state) for state in states]
    said = NO_FAILURE.sub("", " ; ".join(_told(result, fields)))
    is_made = any(map(SUCCEEDED.search, states))
    if changes:
        fails, denies = any(map(FAILED.search, states)), FAILED.search(said)
    else:
        fails, denies = any(state.casefold() in STATE_OF_FAILURE for state in states), LOOKUP_FAILED.search(said)
    if fails or denies:
        return Outcome.FAILED if fails or not is_made else Outcome.UNKNOWN
    return Outcome.CONFIRMED if is_made or SUCCEEDED.search(said) else Outcome.UNKNOWN


def _means_success(label: str) -> bool:
    """Whether a flag's name means success in any language that the embedder knows: `sukces`, `éxito`, `erfolgreich`."""
    return float((salience.vectors([label]) @ salience.vectors(["success"]).T)[0, 0]) >= LIKE_SUCCESS


def _of_json(result: Any) -> Any:
    if isinstance(result, str) and result.lstrip()[:1] in ("{", "[", '"'):
        try:
            return from_json(result, allow_partial=True)
        except ValueError:
            return result
    return result


def _opened(result: Any) -> Any:
    """What a tool returned, without the envelope in which MCP, Anthropic, Strands or Vercel's AI SDK carry it."""
    if isinstance(result, list):
        said = _text_of_parts(result)
        return result if said is None else said
    if not isinstance(result, Mapping):
        return result
    held: Any = result
    failed = bool(result.get("isError") or result.get("is_error"))
    if result.keys() <= BESIDE_PARTS and isinstance(result.get("content"), list):
        held = result.get("structuredContent") or _text_of_parts(result["content"])
        failed = failed or result.get("status") == "error"
    elif result.keys() == {"type", "value"} and result["type"] in VALUE_TYPES:
        held, failed = result["value"], str(result["type"]).startswith("error")
    if held is None or held is result:
        return result
    return {"error": held if is_plain(held) else str(held)} if failed else held


def _text_of_parts(parts: Sequence[Any]) -> str | None:
    """The text of a list of parts, where all of them are texts."""
    texts = [part.get("text") for part in parts if isinstance(part, Mapping) and part.keys() <= PART_KEYS]
    held = [text for text in texts if isinstance(text, str)]
    return "\n".join(held) if held and len(held) == len(parts) else None


def _fields(result: Any) -> Iterator[tuple[str, Any]]:
    """The plain values of a result with their labels, also those in an envelope, or in the one thing that it holds."""
    if not isinstance(result, Mapping):
        return
    for key, value in result.items():
        label = label_of(str(key))
        if is_plain(value) or label in ERROR_KEYS:
            yield label, value
        elif label in ENVELOPES or len(result) == 1:
            yield from _fields(value)


def _told(result: Any, fields: Sequence[tuple[str, Any]]) -> list[str]:
    """What a result says in words: a bare text, or a message."""
    if isinstance(result, str):
        return [result[:LONGEST_STATUS]]
    return [str(value)[:LONGEST_STATUS] for key, value in fields if TEXT_KEYS.search(key)]


def _states_an_error(field: tuple[str, Any]) -> bool:
    """Whether a field is one for errors and holds one. How many errors were found is a count of what was looked at."""
    key, value = field
    if key not in ERROR_KEYS or str(value).strip().casefold() in ("none", "null", "false", "no", "0", "", "[]", "{}"):
        return False
    return not (key == "errors" and str(value).strip().isdigit())


def _exit_code(result: Any) -> int | None:
    """The exit code that a result states: under a key of its own, or in the first line that a harness writes."""
    if isinstance(result, Mapping):
        for held in (result, result.get("metadata")):
            for key in EXIT_KEYS:
                if isinstance(held, Mapping) and isinstance(held.get(key), int):
                    return int(held[key])
    hit = EXIT_LINE.search(output(result)[:LONGEST_STATUS])
    return int(hit.group(1)) if hit else None
