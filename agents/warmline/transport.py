"""One call over HTTP: time-outs, retries, idempotency keys, and problems as exceptions."""

import logging
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from warmline.errors import (
    ConnectionFailed,
    InvalidRequest,
    TimedOut,
    UnexpectedAnswer,
    WarmlineError,
    invalid_request,
)
from warmline.http_errors import error_for, may_have_been_done, retry_after
from warmline.local import Endpoint
from warmline_schemas.problems import Problem, ProblemType
from warmline_schemas.wire import Page

Model = TypeVar("Model", bound=BaseModel)
Id = uuid.UUID | str
"""An id, as the platform gave it."""

VERSION = version("warmline")
# Seconds. Back-off doubles each time; without a bound, a caller with many retries would sleep for minutes.
LONGEST_BACKOFF = 8.0
# Seconds. A program that waits longer than a minute looks as if it hangs, so the problem is raised instead, and the
# caller decides.
LONGEST_RETRY_AFTER = 60.0
# How many parsed URLs are kept: those of all fixed paths, and of the sessions and handoffs that a program works on.
ADDRESSES = 256
# The hosts of a local stack. A proxy cannot reach them, and must not see the local key.
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# No byte of the request left this machine, so that even a call that must not be repeated can be sent again.
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# The request itself is wrong, such as a URL without http. It fails in the same way each time.
NEVER_RETRIED = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)

REQUEST_ID = "X-Request-ID"

logger = logging.getLogger("warmline")


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


class Transport:
    """Sends calls to one platform. Threads can share it."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout: float = 10.0,
        max_retries: int = 3,
        backoff: float = 0.2,
        http: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = endpoint.url
        self.timeout = timeout
        self._max_retries = max_retries
        self._backoff = backoff
        self._sleep = sleep
        # Forked processes share the state of ``random``, and would all retry at the same moments. The system's source
        # has no state.
        self._random = random.SystemRandom()
        self._http = httpx.Client(
            headers={"Authorization": f"Bearer {endpoint.api_key}", "User-Agent": f"warmline-python/{VERSION}"},
            timeout=timeout,
            transport=http,
            # Without this, HTTP_PROXY in the environment would send calls to the local stack through a proxy.
            trust_env=httpx.URL(endpoint.url).host not in LOOPBACK,
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, answer: type[Model], path: str, params: Mapping[str, Any] | None = None, wait: float = 0.0) -> Model:
        """Read one thing. ``wait``: seconds that the platform may take in addition to the time-out."""
        call = Call("GET", path, params=_query(params or {}), extra_wait=wait)
        return parse(answer, self.send(call))

    def read_text(self, path: str, params: Mapping[str, Any]) -> str:
        """Read a text exactly as the platform wrote it."""
        return self.send(Call("GET", path, params=_query(params))).content.decode()

    def pages(self, page: type[Page[Model]], path: str, params: Mapping[str, Any]) -> Iterator[Model]:
        """Iterate over the items of a list. Each page is read when its first item is needed."""
        # Pages are read by cursor, because items that are added meanwhile would move the pages of an offset.
        cursor: str | None = None
        while True:
            answer = self.get(page, path, {**params, "cursor": cursor})
            yield from answer.items
            cursor = answer.next_cursor
            if cursor is None:
                return

    def ask(self, answer: type[Model], path: str, body: BaseModel) -> Model:
        """Read the answer to a question that is sent as a body with POST, such as a recall."""
        return parse(answer, self.send(Call("POST", path, content=_json(body), headers=_content_type())))

    def post(self, answer: type[Model], path: str, body: BaseModel, key: str | None = None, wait: float = 0.0) -> Model:
        """Send a command. All its attempts have the same idempotency key. ``wait`` as for ``get``."""
        # The key is made once for all attempts: by it the platform recognises a repeat, and returns its first answer.
        headers = {**_content_type(), "Idempotency-Key": key or uuid.uuid4().hex}
        return parse(answer, self.send(Call("POST", path, content=_json(body), headers=headers, extra_wait=wait)))

    def patch(self, answer: type[Model], path: str, body: BaseModel) -> Model:
        """Change one thing. The call is not sent again once it may have arrived."""
        call = Call("PATCH", path, content=_json(body), headers=_content_type(), repeatable=False)
        return parse(answer, self.send(call))

    def put(self, answer: type[Model], path: str, body: BaseModel) -> Model:
        """Write one thing under its name. To send the call again does no harm."""
        return parse(answer, self.send(Call("PUT", path, content=_json(body), headers=_content_type())))

    def delete(self, path: str) -> None:
        """Delete one thing. Where an earlier attempt may have deleted it, an answer of 404 counts as success."""
        self.send(Call("DELETE", path))

    def remove(self, answer: type[Model], path: str, wait: float = 0.0) -> Model:
        """Delete one thing, and read what was deleted with it. The call is not sent again once it may have arrived."""
        return parse(answer, self.send(Call("DELETE", path, extra_wait=wait, repeatable=False)))

    def lines(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        silence: float | None = None,
    ) -> Iterator[str]:
        """Iterate over the lines of a text while they arrive. A lost connection is not opened again.

        ``silence``: how many seconds may pass without a byte; the time-out where it is left out.
        """
        call, rest = Call("GET", path, params=_query(params or {}), headers=headers or {}), b""
        # Only reading may take longer: a stream is silent between events, but connecting to it takes no longer than
        # usual.
        timeout = httpx.Timeout(self.timeout, read=silence or self.timeout)
        try:
            address = _address(self.url, path)
            with self._http.stream(
                call.method, address, params=call.params, headers=call.headers, timeout=timeout
            ) as response:
                if not response.is_success:
                    # A streamed body must be read before its problem can be parsed.
                    response.read()
                    raise error_for(self.url, response)
                # ``iter_lines`` would also split at characters such as U+2028, which JSON strings may contain. What
                # follows the last LF is dropped: it is a line that was cut off.
                for piece in response.iter_bytes():
                    *whole, rest = (rest + piece).split(b"\n")
                    yield from (line.decode() for line in whole)
        except httpx.TransportError as error:
            raise self._failure(call, error) from error

    def pause(self, seconds: float) -> None:
        """Sleep for a random time between half of ``seconds`` and ``seconds``."""
        # All clients lose their streams at the same moment when the platform restarts. A random wait spreads their
        # return.
        self._sleep(self._random.uniform(seconds / 2, seconds))

    def upload(self, answer: type[Model], path: str, content: Iterator[bytes], wait: float) -> Model:
        """Send a body in pieces, once. The platform may take ``wait`` seconds longer than the time-out for each of
        them.
        """
        call = Call("POST", path, extra_wait=wait, repeatable=False)
        # Writing may take longer, too: the platform stops reading while it stores a batch.
        timeout = httpx.Timeout(self.timeout, read=self.timeout + wait, write=self.timeout + wait)
        try:
            response = self._http.request(call.method, _address(self.url, path), content=content, timeout=timeout)
        except httpx.TransportError as error:
            raise self._failure(call, error) from error
        if not response.is_success:
            raise error_for(self.url, response)
        return parse(answer, response)

    def send(self, call: Call) -> httpx.Response:
        """Send a call until it is answered, or no retries are left. Raises the errors of ``warmline.errors``."""
        # The SDK makes the id, so that an error names it even where no answer came. All attempts have the same one.
        request_id = uuid.uuid4().hex
        try:
            return self._until_answered(replace(call, headers={**call.headers, REQUEST_ID: request_id}))
        except WarmlineError as error:
            error.request_id = error.request_id or request_id
            raise

    def _until_answered(self, call: Call) -> httpx.Response:
        # Whether an earlier attempt may have been carried out, although its answer was lost.
        may_have_arrived = False
        for attempt in range(self._max_retries + 1):
            last = attempt == self._max_retries
            wait: float | None = None
            try:
                response = self._attempt(call)
            except httpx.TransportError as error:
                never_sent = isinstance(error, NEVER_SENT)
                if last or isinstance(error, NEVER_RETRIED) or not (never_sent or call.repeatable):
                    raise self._failure(call, error) from error
                may_have_arrived |= not never_sent
                reason = type(error).__name__
            else:
                # 404 after such an attempt means that it deleted the thing. Without one, the thing never existed.
                if response.is_success or (
                    call.method == "DELETE" and may_have_arrived and response.status_code == 404
                ):
                    return response
                wait = retry_after(response)
                # A wait that is too long ends the retries, instead of being shortened: to ask earlier would be refused
                # again.
                if last or not call.may_be_repeated_after(response) or (wait or 0.0) > LONGEST_RETRY_AFTER:
                    raise error_for(self.url, response)
                may_have_arrived |= may_have_been_done(response)
                reason = str(response.status_code)
            self._wait_before_attempt(call, attempt, reason, wait)
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, call: Call) -> httpx.Response:
        # Only the answer may take longer; a platform that does not accept connections is noticed as early as usual.
        timeout = httpx.Timeout(self.timeout, read=self.timeout + call.extra_wait)
        return self._http.request(
            call.method,
            _address(self.url, call.path),
            params=call.params or None,
            content=call.content,
            headers=call.headers,
            timeout=timeout,
        )

    def _wait_before_attempt(self, call: Call, attempt: int, reason: str, asked_for: float | None) -> None:
        """Sleep before the next attempt: as long as the platform asks for, plus a random back-off."""
        # Full jitter: a random time between 0 and the bound spreads callers best (M. Brooker, "Exponential Backoff And
        # Jitter", AWS Architecture Blog, 2015).
        seconds = self._random.uniform(0.0, min(LONGEST_BACKOFF, self._backoff * 2**attempt))
        if asked_for is not None:
            # The random part is added to ``Retry-After``, or all callers that were refused together would return
            # together.
            seconds += asked_for
        logger.info("%s %s: %s; attempt %d in %.2f s", call.method, call.path, reason, attempt + 2, seconds)
        self._sleep(seconds)

    def _failure(self, call: Call, error: httpx.TransportError) -> WarmlineError:
        if isinstance(error, httpx.TimeoutException):
            seconds = self.timeout + call.extra_wait
            return TimedOut(f"{self.url} did not answer {call.method} {call.path} within {seconds:g} s.")
        return ConnectionFailed(
            f"{self.url} cannot be reached ({error or type(error).__name__}): "
            "check WARMLINE_URL, or start a local stack with `warmline up`."
        )


def build(request: type[Model], **fields: Any) -> Model:
    """Build a request from its fields; None counts as left out. Raises ``InvalidRequest`` where a field is wrong."""
    try:
        # None means left out in the SDK's signatures. It must not be sent, because null has a meaning for some fields.
        return request.model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as error:
        raise invalid_request(error) from error


def parse(answer: type[Model], response: httpx.Response) -> Model:
    """Read an answer as ``answer``. Raises ``UnexpectedAnswer`` where it has another shape."""
    try:
        return answer.model_validate_json(response.content)
    except ValidationError as error:
        raise UnexpectedAnswer(
            f"{response.request.url} did not answer as Warmline would: check that a Warmline platform has this URL, "
            "and that its version fits the version of the SDK."
        ) from error


def path_to(path: str, thing_id: Id, *rest: str) -> str:
    """Return the path of one thing. Raises ``InvalidRequest`` where ``thing_id`` is not an id."""
    try:
        # The id becomes part of a path. Text such as ``../keys`` must not get there.
        thing = uuid.UUID(str(thing_id).strip())
    except ValueError as error:
        detail = f"{str(thing_id)!r} is not an id: an id looks like 01978f6e-7c1a-7000-8000-000000000001."
        raise InvalidRequest(Problem.of(ProblemType.INVALID_REQUEST, detail)) from error
    return "/".join([path, str(thing), *rest])


@lru_cache(ADDRESSES)
def _address(url: str, path: str) -> httpx.URL:
    """Return the URL of a path."""
    # Parsing a URL takes a sixth of the processor time of a small call, so that parsed ones are kept.
    return httpx.URL(url.rstrip("/") + path)


def _json(body: BaseModel) -> bytes:
    # Fields that were not given are not sent: the platform's defaults hold, and an older platform is not sent a field
    # that it would refuse.
    return body.model_dump_json(exclude_unset=True).encode()


def _content_type() -> dict[str, str]:
    return {"Content-Type": "application/json"}


def _query(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, list) else str(value) for name, value in params.items() if value is not None
    }
