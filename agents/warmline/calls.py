"""What a call over HTTP is, and how its request is built and its answer read. It sends nothing: ``transport`` does."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from warmline.errors import InvalidRequest, UnexpectedAnswer, WarmlineError, invalid_request
from warmline.http_errors import may_have_been_done
from warmline.tracing import trace
from warmline_schemas.problems import Problem, ProblemType
from warmline_schemas.wire import Versioned

Model = TypeVar("Model", bound=BaseModel)
Item = TypeVar("Item")
Id = uuid.UUID | str
"""An id, as the platform gave it."""
AnyOf: TypeAlias = Item | Iterable[Item]
"""A filter of a list: one value, or several of which any may hold."""

REQUEST_ID = "X-Request-ID"


class NotGiven(Enum):
    """What an argument is that nobody gave, where ``None`` says something of its own: it clears the field."""

    NOT_GIVEN = "not given"


NOT_GIVEN = NotGiven.NOT_GIVEN
"""The field stays as it is."""


@dataclass(frozen=True)
class Call:
    """One request. ``repeatable``: sending it twice has the same effect as sending it once.

    ``extra_wait``: seconds that the platform may take to answer, in addition to the time-out.
    """

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    extra_wait: float = 0.0
    repeatable: bool = True

    def may_be_repeated_after(self, response: httpx.Response) -> bool:
        """Return whether the call may be sent again after this answer."""
        # 429 and 503 say that the platform did nothing, unless it says that it does not know. Only calls that may be
        # repeated are sent again after work that may have been done.
        return response.status_code in {429, 502, 503, 504} and (self.repeatable or not may_have_been_done(response))


@contextmanager
def with_an_id(call: Call) -> Iterator[Call]:
    """Give a call an id, which the errors of the block also get."""
    # The SDK makes the id, so that an error names it even where no answer came. All attempts have the same one.
    request_id = uuid.uuid4().hex
    try:
        yield replace(call, headers={**call.headers, **trace(), REQUEST_ID: request_id})
    except WarmlineError as error:
        error.request_id = error.request_id or request_id
        # A traceback in a log must name it, too: programs seldom log the attributes of an exception.
        error.add_note(f"Request id: {error.request_id}")
        raise


def build(request: type[Model], **fields: Any) -> Model:
    """Build a request from its fields; None counts as left out. Raises ``InvalidRequest`` where a field is wrong."""
    return build_change(request, {}, **fields)


def build_change(change: type[Model], clearable: Mapping[str, Any], **fields: Any) -> Model:
    """Build a change from its fields: of those that can be cleared None does so, and ``NOT_GIVEN`` counts as left out;
    of the others None does. Raises ``InvalidRequest`` where a field is wrong.
    """
    # Where None means left out it must not be sent, because null has a meaning for some fields.
    given = {name: value for name, value in fields.items() if value is not None}
    given |= {name: value for name, value in clearable.items() if value is not NOT_GIVEN}
    try:
        return change.model_validate(given)
    except ValidationError as error:
        raise invalid_request(error) from error


def plain(message: Any) -> Any:
    """A message as plain data, also where it is an object of a provider's SDK: those are pydantic models."""
    return message.model_dump(mode="json", exclude_none=True) if isinstance(message, BaseModel) else message


def parse(answer: type[Model], response: httpx.Response) -> Model:
    """Read an answer as ``answer``. Raises ``UnexpectedAnswer`` where it has another shape."""
    try:
        found = answer.model_validate_json(response.content)
    except ValidationError as error:
        raise UnexpectedAnswer(
            f"{response.request.url} did not answer as Warmline would: check that a Warmline platform has this URL, "
            "and that its version fits the version of the SDK."
        ) from error
    return found.of_version(response.headers.get("ETag")) if isinstance(found, Versioned) else found


def path_to(path: str, thing_id: Id, *rest: str) -> str:
    """Return the path of one thing. Raises ``InvalidRequest`` where ``thing_id`` is not an id."""
    try:
        # The id becomes part of a path. Text such as ``../keys`` must not get there.
        thing = uuid.UUID(str(thing_id).strip())
    except ValueError as error:
        detail = f"{str(thing_id)!r} is not an id: an id looks like 01978f6e-7c1a-7000-8000-000000000001."
        raise InvalidRequest(Problem.of(ProblemType.INVALID_REQUEST, detail)) from error
    return "/".join([path, str(thing), *rest])


def as_json(body: BaseModel) -> bytes:
    """Write a body as JSON."""
    # Fields that were not given are not sent: the platform's defaults hold, and an older platform is not sent a field
    # that it would refuse.
    return body.model_dump_json(exclude_unset=True).encode()


def as_query(params: Mapping[str, Any]) -> dict[str, Any]:
    """Write parameters for a URL; None counts as left out, and several values are written one by one."""
    return {name: _in_a_query(value) for name, value in params.items() if value is not None}


def only_if(read: Versioned | str | None) -> dict[str, str]:
    """The header of a change that is made only to what was read; none without it. Raises ``InvalidRequest`` for what
    came in a list.
    """
    if read is None:
        return {}
    version = read if isinstance(read, str) else read.version
    if version is None:
        detail = "What comes in a list has no version: read it alone, and give that as `if_unchanged`."
        raise InvalidRequest(Problem.of(ProblemType.INVALID_REQUEST, detail))
    return {"If-Match": version}


def _in_a_query(value: Any) -> str | list[str]:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, str) or not isinstance(value, Iterable) else [str(one) for one in value]
