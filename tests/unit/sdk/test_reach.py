"""What the API takes can be given through the SDK: each parameter, header and field of each operation."""

import json
import re
import sys
import types
import typing
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from inspect import Parameter, isfunction, signature
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel

import warmline
from warmline import InvalidRequest, Warmline, resources
from warmline_api.app import create_app
from warmline_memory.settings import Settings
from warmline_schemas import audit, keys, operators, problems, recall, sessions, shifts, tenancy

NOWHERE = "http://nowhere"
Request = tuple[str, str, set[str]]
"""A method, a path, and the names of what is sent beside it."""

UNREACHED = {
    # Supervisors ask for it, without a key.
    "GET /health/live",
    # ``client.flags.list(handoff_id=…)`` shows the same.
    "GET /v1/handoffs/{handoff_id}/flags",
}
LEFT_OUT = {
    # Pages are iterators, which go on by themselves; short lists come as a whole.
    "*": {"cursor"},
    "GET /v1/handoffs/{handoff_id}/inquiries": {"limit"},
    "GET /v1/queues": {"limit"},
    "GET /v1/rotas": {"limit"},
    "GET /v1/saved-replies": {"limit"},
    "GET /v1/templates": {"limit"},
    "GET /v1/webhooks": {"limit"},
    # To repeat them does no harm, or the platform knows a repeat by what it is about.
    "POST /v1/recall": {"idempotency-key"},
    "POST /v1/chains/{chain_id}/typing": {"idempotency-key"},
    "DELETE /v1/handoffs/{handoff_id}/flags/{flag_id}": {"idempotency-key"},
    "POST /v1/namespaces/{namespace}/import": {"idempotency-key"},
    # Forms are for pages; the SDK sends the bytes as they are.
    "POST /v1/attachments": {"file"},
}

SOME_ID = UUID("01978f6e-7c1a-7000-8000-0000000000aa")
# Values of arguments that are checked before they are sent, by the argument's name.
VALUES: dict[str, Any] = {
    "absences": [],
    "shifts": [],
    "account": "Done.",
    "panel_origins": ["https://desk.example"],
    "agent": "human:x",
    "email": "ana@x.example",
    "entries": [],
    "format": "markdown",
    "idle_minutes": 60,
    "if_unchanged": '"x"',
    "languages": ["de"],
    "language": "de",
    "lease_seconds": 60,
    "memories": [{"content": "x", "namespace": "x", "agent": "x"}],
    "messages": [{"role": "user", "content": "x"}],
    "offer_seconds": 60,
    "outgoing": "human:x",
    "password": "correct horse battery staple",
    "people_target": "queue:x",
    "seconds": 60,
    "should_be": "x",
    "swaps": [],
    "time_zone": "UTC",
    "to": "human:x",
    "token_budget": 500,
    "url": "https://x.example/",
    "wait_seconds": 60,
    "words": 100,
    "zone": "UTC",
}
A_NIGHT: dict[str, Any] = {"starts": datetime(2026, 3, 2, 20, tzinfo=UTC), "ends": datetime(2026, 3, 3, 8, tzinfo=UTC)}
# What a method needs beside the arguments that its signature needs.
WITH: dict[str, dict[str, Any]] = {
    "Chains.send": {"content": "x", "agent": "human:x"},
    "Chains.report_delivery": {"state": "sent"},
    "Customers.make": {"ids": [{"channel": "x", "id": "x"}]},
    "Customers.send": {"content": "x", "agent": "human:x"},
    "Customers.revise": {"ids": [{"channel": "x", "id": "x"}]},
    "Flags.add": {"verdict": "wrong", "section": "ask", "line": "x"},
    "Handoffs.reply": {"content": "x"},
    "Memories.forget_matching": {"kinds": ["note"]},
    "Memories.give_feedback": {"verdict": "useful"},
    "Memories.remember": {"content": "x", "namespace": "x", "agent": "x"},
    "Operators.revise": {"capacity": 1},
    "Rotas.away": A_NIGHT,
    "Rotas.cover": A_NIGHT,
    "Rotas.take_calendar": {"people": {"x": "x"}},
    "Rotas.swap": {"swaps": [shifts.Swap(operator="x", **A_NIGHT)]},
    "Sessions.start": {"agent": "x"},
    "Shifts.sign": {"assign": {SOME_ID: "human:x"}},
    "SavedReplies.write": {"text": "x"},
    "Templates.write": {"about": "x", "sections": [{"name": "ask", "title": "x"}]},
    "Warmline.revise_preferences": {"hop_budget": 5},
}
PLAIN: dict[Any, Any] = {
    str: "x",
    int: 1,
    float: 0.5,
    bool: True,
    UUID: SOME_ID,
    datetime: datetime.now(UTC),
    Any: "x",
    Path: Path("/dev/null"),
    bytes: b"{}",
}

# What annotations name that is only loaded when it is used.
# The client names shapes that it loads only when they are used.
SHAPES = (audit, keys, operators, problems, recall, sessions, shifts, tenancy)
NAMES = (
    {name: shape for room in SHAPES for name, shape in vars(room).items()}
    | {name: getattr(warmline, name) for name in warmline.__all__}
    | {name: getattr(resources, name) for name in resources.__all__}
)


class Sent(Exception):
    """A request that would have been sent."""

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.request = request


class Recorder:
    """A connection that sends nothing."""

    def request(self, method: str, url: str, *, params: Any, content: Any, headers: Any, **_: Any) -> Any:
        body = json.loads(content) if isinstance(content, bytes) else {}
        names = {name.lower() for name in [*(params or {}), *headers]}
        raise Sent((method, url.removeprefix(NOWHERE), {*names, *body}))

    def stream(self, method: str, url: str, *, params: Any, headers: Any, **_: Any) -> Any:
        self.request(method, url, params=params, content=None, headers=headers)

    def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture(scope="module")
def taken() -> dict[str, set[str]]:
    """What each operation takes beside its path."""
    document = create_app(Settings()).openapi()
    return {
        f"{method.upper()} {path}": {*_named(document, operation), *_fields(document, operation)}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


@pytest.fixture(scope="module")
def given(taken: dict[str, set[str]]) -> dict[str, set[str]]:
    """What the methods of the client send, by the operation that gets it."""
    patterns = {one: re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(one))) for one in taken}
    found: dict[str, set[str]] = defaultdict(set)
    for method, path, names in _sent():
        # A path without a name in it is meant where two match, such as ``events/stream``.
        fits = [one for one, pattern in patterns.items() if pattern.fullmatch(f"{method} {path}")]
        found[min(fits, key=lambda one: one.count("{"), default=f"{method} {path}")] |= names
    return found


def test_every_call_of_the_sdk_is_an_operation_and_every_operation_can_be_called(
    taken: dict[str, set[str]], given: dict[str, set[str]]
) -> None:
    assert set(given) == set(taken) - UNREACHED


def test_everything_that_an_operation_takes_can_be_given_to_the_sdk(
    taken: dict[str, set[str]], given: dict[str, set[str]]
) -> None:
    missing = {
        one: names - given[one] - LEFT_OUT["*"] - LEFT_OUT.get(one, set())
        for one, names in taken.items()
        if one not in UNREACHED
    }
    assert {one: names for one, names in missing.items() if names} == {}


def test_what_the_sdk_leaves_out_is_there_to_be_left_out(
    taken: dict[str, set[str]], given: dict[str, set[str]]
) -> None:
    assert set(taken) > UNREACHED
    for one, names in LEFT_OUT.items():
        if one != "*":
            assert names <= taken[one] - given[one], one


def _named(document: Any, operation: Any) -> Iterator[str]:
    for one in operation.get("parameters", []):
        parameter = _found(document, one)
        if parameter["in"] != "path":
            yield parameter["name"].lower()


def _fields(document: Any, operation: Any) -> Iterator[str]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield from _found(document, content["schema"]).get("properties", {})


def _found(document: Any, thing: Any) -> Any:
    if "$ref" not in thing:
        return thing
    for step in thing["$ref"].split("/")[1:]:
        document = document[step]
    return document


def _sent() -> Iterator[Request]:
    client = Warmline(NOWHERE, "wk-secret", http_client=Recorder())
    parts = [getattr(client, name) for name in Warmline.__annotations__ if name not in {"memory", "outbox"}]
    for part in [client, *parts]:
        for name, method in vars(type(part)).items():
            if isfunction(method) and (not name.startswith("_") or name == "__call__"):
                yield from _sent_by(getattr(part, name))


def _sent_by(method: Any) -> Iterator[Request]:
    """What a method sends: with what it needs alone, and with each of its other arguments."""
    hints = typing.get_type_hints(method, localns=NAMES)
    needed = dict(WITH.get(method.__qualname__, {}))
    others: dict[str, Any] = {}
    for one in signature(method).parameters.values():
        if one.kind is Parameter.VAR_KEYWORD:
            others |= _unnamed(method, hints[one.name])
        elif one.default is not Parameter.empty:
            others[one.name] = hints[one.name]
        elif one.name not in needed:
            needed[one.name] = _a_value(one.name, hints[one.name])
    yield from _sent_with(method, needed)
    for name in others.keys() - needed.keys():
        yield from _sent_with(method, {**needed, name: _a_value(name, others[name])})


def _sent_with(method: Any, arguments: Mapping[str, Any]) -> Iterator[Request]:
    try:
        answer = method(**arguments)
        if isinstance(answer, Iterator):
            next(answer)
    except Sent as sent:
        yield sent.request
    except InvalidRequest:
        # Some arguments come only with others. One that never comes is missed by the tests.
        pass


def _unnamed(method: Any, hint: Any) -> dict[str, Any]:
    """What a method takes by keyword, although its signature does not name it: its documentation names the shape."""
    if typing.get_origin(hint) is typing.Unpack:
        return typing.get_type_hints(typing.get_args(hint)[0])
    shape = re.search(r"of ``((?:Write|Create|Revise)\w+)``", method.__doc__)
    assert shape, method
    fields = getattr(sys.modules[method.__module__], shape[1]).model_fields
    return {name: field.annotation for name, field in fields.items()}


def _a_value(name: str, hint: Any) -> Any:
    """Some value that an argument takes."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if name in VALUES:
        return VALUES[name]
    if origin in {typing.Union, types.UnionType, typing.Annotated}:
        return _a_value(name, inner[0])
    if origin is Literal:
        return inner[0]
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_a_value("", inner[0]): _a_value("", inner[1])}
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return [_a_value("", inner[0])]
    return _a_plain_value(hint)


def _a_plain_value(hint: Any) -> Any:
    if issubclass(hint, Enum):
        return next(iter(hint))
    return hint.model_construct() if issubclass(hint, BaseModel) else PLAIN[hint]
