"""The gate: requests are counted and who asks is found out before a body is read, and a body is read before its request
stands in line."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from warmline_api.addresses import network_of
from warmline_api.admissions import Admitted
from warmline_api.limits.answer_sizes import AnswerSizes
from warmline_api.limits.bodies import Bodies, ClientLeft, piece_by_piece, replayed
from warmline_api.limits.line import Line
from warmline_api.limits.rates import Rates, Standing, headers
from warmline_api.limits.shares import Shares
from warmline_api.problems import known_error, only_looking
from warmline_api.routers import find_route
from warmline_memory import metrics, tenancy
from warmline_memory.errors import TooManyRequests, Unauthenticated, WarmlineError
from warmline_memory.settings import Settings

CONSOLE = "/console/"
STREAM = re.compile(r"/v1/events/stream|/console/events")
TRANSFER = re.compile(r"/v1/namespaces/.+/(import|export)")
"""Exports and imports last as long as they are large, and see to threads of their own, one block after the other."""
STATIC = "/console/static/"
WITH_FILES = re.compile(r"/v1/attachments|/console/(conversations|handoffs)/[^/]+/say")
"""What takes files, which are larger than what else a page sends, and come from phones."""
KEY_FORM = re.compile(rb"bearer +([\x21-\x7e]{1,300})", re.IGNORECASE)
OF = {
    "address": "this address has sent them",
    "new-keys": "this address has tried so many API keys",
    "key": "this API key has sent them",
    "tenant": "your tenant has sent them",
}
"""The limits by the names that they have in header fields, and what their errors say."""
LOOKUPS = 2
"""At most so many keys that are not known yet are looked up at once, in threads of their own: whoever has a known key
does not wait for keys that somebody invents."""


@dataclass(frozen=True)
class Door:
    """What begins with one prefix, such as ``/v1``: the routers that serve it, and how an error is answered there."""

    prefix: str
    routers: Sequence[APIRouter] = ()
    mounted_at: str = ""
    """What the routers are mounted under."""
    refusal: Callable[[Scope, WarmlineError], Response] = known_error


class Gate:
    """Middleware in front of all routes. What it refuses costs no thread, and no memory beyond the request's head."""

    def __init__(self, app: ASGIApp, settings: Settings, state: Any, doors: Sequence[Door]) -> None:
        self.app = app
        self._settings = settings
        self._state = state
        self._doors = doors
        self._bodies = Bodies(settings)
        self._line = Line(settings.requests_at_once, settings.line_seconds)
        self._answers = AnswerSizes()
        self._lookups, self._threads = asyncio.Semaphore(LOOKUPS), CapacityLimiter(LOOKUPS)
        self._streams = Shares("event streams", settings.streams, settings.streams_per_tenant)
        self._transfers = Shares("exports and imports", settings.transfers, settings.transfers_per_tenant)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        path = scope.get("path", "")
        door = next((door for door in self._doors if path.startswith(f"{door.prefix}/")), None)
        if scope["type"] != "http" or path.startswith(STATIC) or door is None:
            # Health, the documentation and what is never computed: they wait behind nobody.
            await self.app(scope, receive, send)
            return
        taken: list[Standing] = []

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers(taken)]
            await send(message)

        try:
            await self._admit(scope, receive, telling, taken)
        except ClientLeft:
            return
        except WarmlineError as error:
            find_route(scope, door.routers, door.mounted_at)
            await door.refusal(scope, error)(scope, receive, telling)

    async def _admit(self, scope: Scope, receive: Receive, send: Send, taken: list[Standing]) -> None:
        group = await self._group(scope, taken)
        if (long := self._long(scope["path"])) is not None:
            with long.one(group):
                await self.app(scope, piece_by_piece(receive, self._settings.body_seconds), send)
            return
        # Looked at before the body too: what would be refused afterwards need not be sent at all.
        self._line.check(group)
        body = await self._body(scope, receive, group)
        asked = group, scope["method"], scope["path"]
        async with self._line.turn(group, receive, len(body), self._answers.expected(*asked)) as turn:
            answered = 0

            async def watched(message: Message) -> None:
                nonlocal answered
                # The work is done when its answer begins. A client that takes its time to read it holds up nobody.
                turn.end()
                answered += len(message.get("body", b""))
                if message["type"] == "http.response.body" and not message.get("more_body", False):
                    self._answers.note(*asked, answered)
                await send(message)

            scope.setdefault("state", {})["turn"] = turn
            await self.app(scope, replayed(body, receive), watched)

    async def _group(self, scope: Scope, taken: list[Standing]) -> str:
        """Whose request it is: a tenant's by its key; in the console, where nobody is known yet, an address's.

        Raises ``Unauthenticated`` and ``TooManyRequests``, before any byte of the body is read.
        """
        address = network_of((scope.get("client") or ("",))[0])
        self._take(taken, "address", address, self._settings.requests_per_address)
        if scope["path"].startswith(CONSOLE):
            return f"address:{address}"
        given = KEY_FORM.fullmatch(dict(scope["headers"]).get(b"authorization", b""))
        if given is None:
            raise Unauthenticated
        hashed = tenancy.key_hash(given[1].decode())
        whose: Admitted | None = self._state.admissions.whose(hashed)
        if whose is None:
            whose = await self._found(hashed, address, taken)
        own, most = whose.limits, self._settings
        self._take(taken, "key", hashed.hex(), _either(own.requests_of_key, most.requests_per_key))
        self._take(taken, "tenant", str(whose.tenant_id), _either(own.requests, most.requests_per_tenant))
        return str(whose.tenant_id)

    def _take(self, taken: list[Standing], policy: str, who: str, most: int) -> None:
        """Count a request against a limit, where there is one. Raises ``TooManyRequests``."""
        if not most or not who:
            return
        rates: Rates = self._state.rates
        standing = rates.take(policy, who, most)
        taken.append(standing)
        if standing.is_over:
            metrics.over_limit.labels(policy).inc()
            raise TooManyRequests(of=OF[policy], most=most, policy=policy, retry_seconds=standing.resets_in)

    async def _found(self, hashed: bytes, address: str, taken: list[Standing]) -> Admitted:
        """Whose a key is that the process does not know."""
        async with self._lookups:
            # Of many requests that come together with one key, the first ones look it up for all.
            whose: Admitted | None = self._state.admissions.whose(hashed)
            if whose is None:
                self._take(taken, "new-keys", address, self._settings.new_keys_per_address)
                whose = await to_thread.run_sync(self._look_up, hashed, limiter=self._threads)
                # Noted here too: a request that is malformed has no transaction, and its key would be looked up again.
                self._state.admissions.note(hashed, whose)
            return whose

    def _look_up(self, hashed: bytes) -> Admitted:
        with only_looking(), self._state.platform.database.transaction(key_hash=hashed) as db:
            tenancy.sign_in(db, hashed)
            who = tenancy.signed_in(db)
            return Admitted(who.tenant_id, who.limits)

    def _long(self, path: str) -> Shares | None:
        if STREAM.fullmatch(path):
            return self._streams
        return self._transfers if TRANSFER.fullmatch(path) else None

    async def _body(self, scope: Scope, receive: Receive, group: str) -> bytearray:
        announced = dict(scope["headers"]).get(b"content-length", b"")
        is_form, has_files = scope["path"].startswith(CONSOLE), WITH_FILES.fullmatch(scope["path"]) is not None
        return await self._bodies.read(receive, announced, group, is_form=is_form, has_files=has_files)


def _either(own: int | None, default: int) -> int:
    return default if own is None else own
