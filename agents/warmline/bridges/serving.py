"""Serving: a bridge as a running service. Webhooks are put into the store, acknowledged, and worked on afterwards."""

import json
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, MutableMapping
from typing import Any, Protocol

import anyio
import uvicorn

from warmline.bridges.desk import CannotLook, Gate, Later, Refused
from warmline.bridges.store import BEGAN, FROM_DESK, FROM_WARMLINE, OVERLAP, Item, Store
from warmline.client import Warmline
from warmline.errors import (
    Forbidden,
    HandoffClaimed,
    HandoffInProgress,
    InvalidSignature,
    ProblemError,
    Unauthenticated,
    WarmlineError,
)
from warmline.http_errors import PASSING
from warmline.streams import Stream
from warmline_schemas.events import Event, EventType, MemoryKept

logger = logging.getLogger("warmline.bridges")

# Bytes. A message of 150,000 characters stands in a webhook twice, each character in up to 12 bytes of JSON's escapes.
LARGEST_BODY = 8_000_000
THREADS = 4
# Seconds between two attempts, doubled each time.
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
# Seconds. What did not work for a day is given up, and stands in the store and in the log.
GIVEN_UP_AFTER = 86_400.0
# Seconds between two looks for what is due by its time alone.
IDLE = 0.25
TIDY_EVERY = 3600.0
CURSOR, HEARD = "events", "heard"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Work(Protocol):
    """What a bridge does with what both sides send: of one conversation one thing after the other."""

    @property
    def told(self) -> Collection[EventType]:
        """What it wants to hear from Warmline."""

    def work(self, item: Item) -> None:
        """Do one thing. Raises ``Later`` and ``Refused``, and the errors of the SDK."""

    def conversation_of(self, event: Event) -> str | None:
        """Return in which conversation an event is to be worked on; None where it is nothing for the bridge."""

    def missed(self, since: float) -> Iterator[Mapping[str, Any]]:
        """Return what the other side sent since a time, as it sent it. Raises ``CannotLook``."""


class Service:
    """The running bridge: a web application for the other side, and threads that work."""

    def __init__(
        self, gate: Gate, work: Work, store: Store, client: Warmline, *, catch_up_seconds: float = 0.0
    ) -> None:
        self._gate = gate
        self._bridge = work
        self._store = store
        self._client = client
        self._busy: set[str] = set()
        self._changed = threading.Condition()
        self._stopped = threading.Event()
        self._stream: Stream[Event | MemoryKept] | None = None
        self._threads = [threading.Thread(target=self._work, name=f"bridge-{number}") for number in range(THREADS)]
        self._threads.append(threading.Thread(target=self._follow, name="bridge-events"))
        if catch_up_seconds:
            catching = threading.Thread(target=self._catch_up, args=(catch_up_seconds,), name="bridge-catching-up")
            self._threads.append(catching)

    def start(self) -> None:
        """Begin to work."""
        self._store.forget_old()
        if self._store.place(BEGAN) is None:
            self._store.set_place(BEGAN, time.time())
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is being worked on, and stop."""
        with self._changed:
            # A stream that is opened at this moment is either known by now, or not opened any more.
            self._stopped.set()
            stream = self._stream
            self._changed.notify_all()
        if stream is not None:
            stream.close()
        for thread in self._threads:
            thread.join()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        if scope["type"] != "http":
            return
        status, text = await self._answer(scope, receive)
        content = b"" if text is None else json.dumps(text).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, Mapping[str, Any] | None]:
        if scope["method"] == "GET" and scope["path"] == "/health":
            return 200, {"waiting": self._store.waiting(), "given_up": self._store.given_up()}
        if scope["method"] != "POST":
            return 404, {"error": "Webhooks are POST requests."}
        body = await _whole(receive)
        if body is None:
            return 413, {"error": "The webhook is too large."}
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            return await anyio.to_thread.run_sync(self._take_in, scope["path"], headers, body)
        except Exception:
            # With 500 the desk sends it again, which it would not do with 503.
            logger.exception("a webhook could not be taken in")
            return 500, {"error": "It could not be stored. Send it again."}

    def _take_in(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Mapping[str, Any] | None]:
        try:
            if not self._gate.check(path, headers, body):
                return 404, {"error": "There is no such webhook."}
        except InvalidSignature as error:
            logger.warning("a webhook to %s was refused: %s", path, error)
            return 401, {"error": str(error)}
        parsed = self._gate.read(body)
        if parsed is None:
            return 400, {"error": "The webhook cannot be read."}
        taken = self._gate.take(headers, parsed)
        is_new = taken is not None and self._store.add(taken.key, FROM_DESK, taken.conversation, json.dumps(parsed))
        self._notify()
        return 200, self._gate.answer(parsed, is_new=is_new)

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _work(self) -> None:
        while not self._stopped.is_set():
            with self._changed:
                item = self._store.next(self._busy)
                if item is None:
                    self._changed.wait(IDLE)
                    continue
                self._busy.add(item.conversation)
            try:
                self._attempt(item)
            finally:
                with self._changed:
                    self._busy.discard(item.conversation)
                    self._changed.notify_all()

    def _attempt(self, item: Item) -> None:
        try:
            self._bridge.work(item)
        except Refused as refusal:
            self._give_up(item, str(refusal))
        except Later as later:
            self._try_again(item, str(later), later.seconds)
        except WarmlineError as error:
            if _stays_wrong(error):
                self._give_up(item, str(error))
            else:
                self._try_again(item, str(error), None)
        except Exception as error:
            logger.exception("conversation %s: something unexpected happened", item.conversation)
            self._try_again(item, repr(error), None)
        else:
            self._store.done(item)

    def _try_again(self, item: Item, why: str, seconds: float | None) -> None:
        if time.time() - item.came > GIVEN_UP_AFTER:
            return self._give_up(item, why)
        wait = seconds if seconds is not None else min(FIRST_WAIT * 2.0 ** min(item.attempts, 10), LONGEST_WAIT)
        logger.warning("conversation %s: again in %.0f s: %s", item.conversation, wait, why)
        return self._store.postpone(item, wait, why)

    def _give_up(self, item: Item, why: str) -> None:
        logger.error("conversation %s: given up: %s", item.conversation, why)
        self._store.done(item, why)

    def _catch_up(self, seconds: float) -> None:
        """Look again and again for what the desk sent while nobody was there to take it."""
        while not self._stopped.is_set():
            try:
                self._look_for_missed()
            except CannotLook as error:
                return logger.warning("what is sent while the bridge is away is lost: %s", error)
            except (Later, Refused) as error:
                logger.warning("the bridge does not know yet what it missed: %s", error)
            except Exception:
                logger.exception("the bridge does not know what it missed")
            self._stopped.wait(seconds)
        return None

    def _look_for_missed(self) -> None:
        began = time.time()
        # Killed before its first look ended, it has missed what came since it was first started.
        heard = self._store.place(HEARD)
        since = heard - OVERLAP if heard is not None else self._store.place(BEGAN) or began
        for body in self._bridge.missed(since):
            taken = self._gate.take({}, body)
            if taken is not None and self._store.add(taken.key, FROM_DESK, taken.conversation, json.dumps(body)):
                self._notify()
        self._store.set_place(HEARD, began)

    def _follow(self) -> None:
        """Put what happens in Warmline into the store, from where it was left."""
        wait = FIRST_WAIT
        while not self._stopped.is_set():
            try:
                self._read_events()
                wait = FIRST_WAIT
            except WarmlineError as error:
                if not self._stopped.is_set():
                    logger.warning("the events of Warmline are not read: %s", error)
            except Exception:
                # Without this thread nothing would reach a customer any more, and nobody would know why.
                logger.exception("the events of Warmline are not read")
            self._stopped.wait(wait)
            wait = min(2 * wait, 30.0)

    def _read_events(self) -> None:
        after = int(self._store.place(CURSOR) or 0)
        with self._changed:
            if self._stopped.is_set():
                return
            self._stream = self._client.events.stream(after=after, types=list(self._bridge.told))
        tidied = time.monotonic()
        with self._stream as events:
            for event in events:
                if isinstance(event, Event):
                    self._take_event(event)
                if time.monotonic() - tidied > TIDY_EVERY:
                    self._store.forget_old()
                    tidied = time.monotonic()

    def _take_event(self, event: Event) -> None:
        conversation = self._bridge.conversation_of(event)
        if conversation is not None:
            self._store.add(f"event:{event.id}", FROM_WARMLINE, conversation, event.model_dump_json())
            self._notify()
        self._store.set_place(CURSOR, event.sequence)


def _stays_wrong(error: WarmlineError) -> bool:
    """Whether a call fails in the same way each time. What others do meanwhile passes, and a key can be changed."""
    if isinstance(error, (*PASSING, HandoffInProgress, HandoffClaimed, Unauthenticated, Forbidden)):
        return False
    return isinstance(error, ProblemError) and 400 <= error.status < 500


def serve(service: Service, host: str, port: int) -> None:
    """Serve until a signal comes."""
    config = uvicorn.Config(service, host=host, port=port, log_level="warning", lifespan="off", access_log=False)
    service.start()
    try:
        uvicorn.Server(config).run()
    finally:
        service.stop()


async def _whole(receive: Receive) -> bytes | None:
    """The body of a request; None where it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body") or message["type"] != "http.request":
            return bytes(body)
