# Written by `python -m tests.sync_client` from asynchronous/transport.py: change that one.
"""One call over HTTP: time-outs, retries, idempotency keys, and problems as exceptions."""

import logging
import random
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any, Protocol

import httpx
from pydantic import BaseModel

from warmline import threads
from warmline.calls import Call, Model, as_json, as_query, only_if, parse, with_an_id
from warmline.errors import ConnectionFailed, TimedOut
from warmline.http_errors import error_for, may_have_been_done, names_of, retry_after
from warmline.local import Endpoint
from warmline_schemas.wire import Page, Versioned

# Seconds. Back-off doubles each time; without a bound, a caller with many retries would sleep for minutes.
LONGEST_BACKOFF = 8.0
# Seconds. A program that waits longer than a minute looks as if it hangs, so the problem is raised instead, and the
# caller decides.
LONGEST_RETRY_AFTER = 60.0
# Seconds. To wait for a free connection of one's own is no fault of the platform, so it may take longer than an answer.
LONGEST_QUEUE = 60.0
# Connections that are kept open. httpx keeps 20 of 100, and a program with 100 calls at once would open 80 anew each
# time.
CONNECTIONS = httpx.Limits(max_connections=100, max_keepalive_connections=100)
# How many parsed URLs are kept: those of all fixed paths, and of the sessions and handoffs that a program works on.
ADDRESSES = 256
# The hosts of a local stack. A proxy cannot reach them, and must not see the local key.
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
# No byte of the request left this machine, so that even a call that must not be repeated can be sent again.
NEVER_SENT = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"}
# The request itself is wrong, such as a URL without http. It fails in the same way each time.
NEVER_RETRIED = {"UnsupportedProtocol", "LocalProtocolError"}

logger = logging.getLogger("warmline")


class HttpClient(Protocol):
    """What sends the requests: an ``httpx.Client``, or another one with the same methods, such as that of
    ``httpx2``.
    """

    def request(
        self, method: str, url: Any, *, params: Any, content: Any, headers: Any, timeout: Any
    ) -> httpx.Response:
        """Send a request, and read the answer."""

    def stream(
        self, method: str, url: Any, *, params: Any, headers: Any, timeout: Any
    ) -> AbstractContextManager[httpx.Response]:
        """Send a request, and leave the body of the answer to be read while it arrives."""

    def close(self) -> None:
        """Close the connections."""


class Transport:
    """Sends calls to one platform. Threads can share it."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout: float = 10.0,
        max_retries: int = 3,
        backoff: float = 0.2,
        http_client: HttpClient | None = None,
        sleep: Callable[[float], None] = threads.sleep,
    ) -> None:
        self.url = endpoint.url
        self.timeout = timeout
        self._max_retries = max_retries
        self._backoff = backoff
        self._sleep = sleep
        # Forked processes share the state of ``random``, and would all retry at the same moments. The system's source
        # has no state.
        self._random = random.SystemRandom()
        self._headers = {
            "Authorization": f"Bearer {endpoint.api_key}",
            "User-Agent": f"warmline-python/{sdk_version()}",
        }
        self._http: HttpClient = http_client or connections_to(endpoint.url)
        self._is_ours = http_client is None

    def forget(self) -> None:
        """Open connections anew, in a forked process: two processes on one would read each other's answers."""
        if self._is_ours:
            self._http = connections_to(self.url)

    def close(self) -> None:
        """Close the connections. A client that was given is left open, because others can use it."""
        if self._is_ours:
            self._http.close()

    def get(self, answer: type[Model], path: str, params: Mapping[str, Any] | None = None, wait: float = 0.0) -> Model:
        """Read one thing. ``wait``: seconds that the platform may take in addition to the time-out."""
        call = Call("GET", path, params=as_query(params or {}), extra_wait=wait)
        return self._answer(answer, call)

    def read_text(self, path: str, params: Mapping[str, Any]) -> str:
        """Read a text exactly as the platform wrote it."""
        answer = self.send(Call("GET", path, params=as_query(params)))
        return answer.content.decode()

    def read_bytes(self, path: str) -> bytes:
        """Read a file exactly as the platform has it."""
        answer = self.send(Call("GET", path))
        return answer.content

    def post_bytes(
        self,
        answer: type[Model],
        path: str,
        params: Mapping[str, Any],
        content: bytes,
        key: str | None = None,
        wait: float = 0.0,
    ) -> Model:
        """Send a file as a body. All its attempts have the same idempotency key. ``wait`` as for ``get``."""
        headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": key or uuid.uuid4().hex}
        call = Call("POST", path, params=as_query(params), content=content, headers=headers, extra_wait=wait)
        return self._answer(answer, call)

    # In quotes: to name the pages of a type makes a model of them, for which pydantic looks through all packages that
    # are installed.
    def pages(self, page: "type[Page[Model]]", path: str, params: Mapping[str, Any]) -> Iterator[Model]:
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
        return self._answer(answer, Call("POST", path, content=as_json(body), headers=_content_type()))

    def post(self, answer: type[Model], path: str, body: BaseModel, key: str | None = None, wait: float = 0.0) -> Model:
        """Send a command. All its attempts have the same idempotency key. ``wait`` as for ``get``."""
        # The key is made once for all attempts: by it the platform recognises a repeat, and returns its first answer.
        headers = {**_content_type(), "Idempotency-Key": key or uuid.uuid4().hex}
        call = Call("POST", path, content=as_json(body), headers=headers, extra_wait=wait)
        return self._answer(answer, call)

    def tell(self, path: str) -> None:
        """Say something that has no answer, and does no harm where it is said again."""
        self.send(Call("POST", path))

    def patch(self, answer: type[Model], path: str, body: BaseModel, unchanged: Versioned | str | None = None) -> Model:
        """Change one thing, only if it is still ``unchanged`` where that is given. The call is not sent again once it
        may have arrived.
        """
        headers = {**_content_type(), **only_if(unchanged)}
        return self._answer(answer, Call("PATCH", path, content=as_json(body), headers=headers, repeatable=False))

    def put(self, answer: type[Model], path: str, body: BaseModel, unchanged: Versioned | str | None = None) -> Model:
        """Write one thing under its name, only if it is still ``unchanged`` where that is given. To send the call again
        does no harm without it.
        """
        headers = {**_content_type(), **only_if(unchanged)}
        # A repeat would meet the version that the first attempt made.
        call = Call("PUT", path, content=as_json(body), headers=headers, repeatable=unchanged is None)
        return self._answer(answer, call)

    def delete(self, path: str, unchanged: Versioned | str | None = None) -> None:
        """Delete one thing, only if it is still ``unchanged`` where that is given. Where an earlier attempt may have
        deleted it, an answer of 404 counts as success.
        """
        self.send(Call("DELETE", path, headers=only_if(unchanged), repeatable=unchanged is None))

    def remove(self, answer: type[Model], path: str, wait: float = 0.0) -> Model:
        """Delete one thing, and read what was deleted with it. The call is not sent again once it may have arrived."""
        return self._answer(answer, Call("DELETE", path, extra_wait=wait, repeatable=False))

    def lines(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        stop: threads.Stop,
        silence: float | None = None,
    ) -> Generator[str, None, None]:
        """Iterate over the lines of a text while they arrive. A lost connection is not opened again.

        ``silence``: how many seconds may pass without a byte; the time-out where it is left out.
        """
        read, rest = Call("GET", path, params=as_query(params or {}), headers=headers or {}), b""
        with (
            with_an_id(read) as call,
            self._failures(call),
            self._http.stream(
                call.method,
                self._address(call),
                params=call.params,
                headers={**self._headers, **call.headers},
                # Only reading may take longer: a stream is silent between events, but connecting to it takes no longer
                # than usual.
                timeout=self._timeout(reading=silence or self.timeout),
            ) as response,
        ):
            if not response.is_success:
                # A streamed body must be read before its problem can be parsed.
                response.read()
                raise error_for(self.url, response)
            stop.watch(response)
            # ``iter_lines`` would also split at characters such as U+2028, which JSON strings may contain. What
            # follows the last LF is dropped: it is a line that was cut off.
            for piece in response.iter_bytes():
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    yield line.decode()

    def jittered(self, seconds: float) -> float:
        """Return a random time between half of ``seconds`` and ``seconds``."""
        # All clients lose their streams at the same moment when the platform restarts. A random wait spreads their
        # return.
        return self._random.uniform(seconds / 2, seconds)

    def upload(self, answer: type[Model], path: str, content: Iterable[bytes], wait: float) -> Model:
        """Send a body in pieces, once. The platform may take ``wait`` seconds longer than the time-out for each of
        them.
        """
        with with_an_id(Call("POST", path, extra_wait=wait, repeatable=False)) as call:
            # Writing may take longer, too: the platform stops reading while it stores a batch.
            timeout = self._timeout(reading=self.timeout + wait, writing=self.timeout + wait)
            response = self._request(call, content, timeout)
            if not response.is_success:
                raise error_for(self.url, response)
            return parse(answer, response)

    def send(self, call: Call) -> httpx.Response:
        """Send a call until it is answered, or no retries are left. Raises the errors of ``warmline.errors``."""
        with with_an_id(call) as named:
            return self._until_answered(named)

    def _answer(self, answer: type[Model], call: Call) -> Model:
        with with_an_id(call) as named:
            return parse(answer, self._until_answered(named))

    def _until_answered(self, call: Call) -> httpx.Response:
        # Whether an earlier attempt may have been carried out, although its answer was lost.
        may_have_arrived = False
        for attempt in range(self._max_retries + 1):
            last = attempt == self._max_retries
            wait: float | None = None
            try:
                # Only the answer may take longer; a platform that does not accept connections is noticed as early as
                # usual.
                timeout = self._timeout(reading=self.timeout + call.extra_wait)
                response = self._request(call, call.content, timeout)
            except (ConnectionFailed, TimedOut) as failure:
                names = names_of(failure.__cause__)
                never_sent = bool(names & NEVER_SENT)
                if last or names & NEVER_RETRIED or not (never_sent or call.repeatable):
                    raise
                may_have_arrived |= not never_sent
                reason = type(failure.__cause__).__name__
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

    def _request(self, call: Call, content: Any, timeout: tuple[float, ...]) -> httpx.Response:
        with self._failures(call):
            return self._http.request(
                call.method,
                self._address(call),
                params=call.params or None,
                content=content,
                headers={**self._headers, **call.headers},
                timeout=timeout,
            )

    def _timeout(self, *, reading: float, writing: float | None = None) -> tuple[float, ...]:
        """The time-outs for connecting, reading, writing, and getting a connection, in the order of httpx."""
        return self.timeout, reading, writing or self.timeout, LONGEST_QUEUE

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

    def _address(self, call: Call) -> httpx.URL | str:
        # A client of another library does not know the URLs of httpx.
        return _address(self.url, call.path) if self._is_ours else self.url + call.path

    @contextmanager
    def _failures(self, call: Call) -> Iterator[None]:
        """Raise the failures of a connection as errors of the SDK."""
        try:
            yield
        except Exception as error:
            names = names_of(error)
            if "TimeoutException" in names:
                seconds = self.timeout + call.extra_wait
                raise TimedOut(f"{self.url} did not answer {call.method} {call.path} within {seconds:g} s.") from error
            if "TransportError" in names:
                raise ConnectionFailed(
                    f"{self.url} cannot be reached ({error or type(error).__name__}): "
                    "check WARMLINE_URL, or start a local stack with `warmline up`."
                ) from error
            raise


@cache
def sdk_version() -> str:
    """Return the version of this package."""
    # To find it reads the metadata of the installed package, which takes longer than to load a module.
    return version("warmline")


def connections_to(url: str) -> httpx.Client:
    """Return a client for calls to a platform."""
    # Without ``trust_env``, HTTP_PROXY in the environment would send calls to the local stack through a proxy.
    return httpx.Client(limits=CONNECTIONS, trust_env=httpx.URL(url).host not in LOOPBACK)


@lru_cache(ADDRESSES)
def _address(url: str, path: str) -> httpx.URL:
    """Return the URL of a path."""
    # Parsing a URL takes a sixth of the processor time of a small call, so that parsed ones are kept.
    return httpx.URL(url.rstrip("/") + path)


def _content_type() -> dict[str, str]:
    return {"Content-Type": "application/json"}
