"""The service as an application: what browsers ask for, who they are, and how much of it they may."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from html import escape
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from warmline.asynchronous import AsyncWarmline
from warmline.errors import AttachmentNotReady, InvalidRequest, PayloadTooLarge, QuotaReached, WarmlineError
from warmline.web_chat.answering import Answering
from warmline.web_chat.bots import Bot
from warmline.web_chat.conversations import Conversations, Written
from warmline.web_chat.news import News
from warmline.web_chat.rates import Rate
from warmline.web_chat.visitors import Visitors
from warmline.web_chat.web import (
    LANGUAGE,
    SafeAnswers,
    address,
    check,
    files,
    frame,
    language_of,
    media_type,
    origin_of,
    quiet,
    read,
    read_file,
    refused,
)
from warmline_schemas.customers.messages import ReplyState
from warmline_schemas.events import Event, EventType

logger = logging.getLogger("warmline")

MOST_CHARS = 8_000
MOST_FILE_BYTES = 10_000_000
FILES_AT_ONCE = 16
"""Files that are read at once, of all visitors: each is held as a whole."""
MESSAGES_A_MINUTE = 30
TYPING_A_MINUTE = 30
"""Of one visitor; a page says so every four seconds at most."""
REQUESTS_A_MINUTE = 300
"""Of one address, which a household or an office may share."""
NEW_VISITORS_A_MINUTE = 30
REPORTS_A_MINUTE = 300
"""Replies that pages of one address report as shown: each is a request to the platform, which counts those of a key."""
MOST_REPORTED = 100
"""Replies in one report."""
STREAMS_OF_A_VISITOR = 6
STREAMS = 2_000
TURNS = (EventType.HANDOFF_READY, EventType.HANDOFF_CLOSED, EventType.HANDOFF_CANCELLED, EventType.SPEAKER_CHANGED)
"""After what it can be the bot's turn, beside what a visitor writes."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src blob:; "
    "base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
OF_FILES = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "attachment",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class ChatOptions:
    """How the service works. ``origins``: the pages on which the chat may be shown, beside its own."""

    secret: str
    agent: str = "web-chat-bot"
    namespace: str = "chat"
    origins: Sequence[str] = ()
    console: str | None = None
    """The console's address, where a page shall show it beside the chat: for trying both sides."""


class NewMessage(BaseModel):
    """What a browser sends."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    text: str = Field(min_length=1, max_length=MOST_CHARS, pattern=r"\S")
    language: str = Field(default="en", pattern=LANGUAGE)


class NewFile(BaseModel):
    """What a browser says of a file beside its bytes."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    name: str = Field(min_length=1, max_length=1_000)
    language: str = Field(default="en", pattern=LANGUAGE)


class Seen(BaseModel):
    """Which replies a browser has shown."""

    model_config = ConfigDict(extra="forbid")

    ids: list[UUID] = Field(min_length=1, max_length=MOST_REPORTED)
    state: ReplyState = Field(description="`delivered` or `read`.")


class ChatService:
    """The service of one tenant: its routes are methods, and its visitors know nothing of each other."""

    def __init__(self, client: AsyncWarmline, bot: Bot, options: ChatOptions) -> None:
        self._client = client
        self._options = options
        self._visitors = Visitors(options.secret)
        self._conversations = Conversations(client, agent=options.agent, prefix=options.namespace)
        self.news = News(client, self._conversations.visitor_in)
        self._answering = Answering(client, self._conversations, bot, self.news.ring)
        self._messages, self._requests = Rate(MESSAGES_A_MINUTE), Rate(REQUESTS_A_MINUTE)
        self._typing = Rate(TYPING_A_MINUTE)
        self._new_visitors, self._reports = Rate(NEW_VISITORS_A_MINUTE), Rate(REPORTS_A_MINUTE)
        self._streams = self._files_under_way = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._files = files()

    def routes(self) -> list[Route]:
        """What it serves."""
        return [
            Route("/", self.page),
            Route("/chat/visitors", self.welcome, methods=["POST"]),
            Route("/chat/messages", self.take, methods=["POST"]),
            Route("/chat/files", self.take_file, methods=["POST"]),
            Route("/chat/files/{message_id:uuid}", self.show_file),
            Route("/chat/seen", self.take_seen, methods=["POST"]),
            Route("/chat/typing", self.take_typing, methods=["POST"]),
            Route("/chat/stream", self.stream),
            Route("/both", self.both),
            Route("/health", self.health),
            Route("/{name}", self.file),
        ]

    @asynccontextmanager
    async def running(self, _app: Starlette) -> AsyncIterator[None]:
        """Follow the platform's events while the block goes on."""
        self._start(self.news.follow(self._heard, lambda: self._start(self._answering.take_back_all())))
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def page(self, request: Request) -> Response:
        """A page of the chat's own, in the language of whoever asks."""
        page = self._files["index.html"].replace(b'lang="en"', f'lang="{language_of(request)}"'.encode())
        headers = {"Content-Security-Policy": POLICY, "Vary": "Accept-Language"}
        return Response(page, media_type="text/html", headers=headers)

    async def both(self, _request: Request) -> Response:
        """Both sides of a conversation on one page."""
        console = self._options.console
        if console is None:
            raise HTTPException(404, "Start the chat with --console and the console's address to see both sides.")
        page = self._files["both.html"].replace(b"CONSOLE", escape(console).encode())
        policy = f"default-src 'none'; style-src 'self'; frame-src 'self' {origin_of(console)}; frame-ancestors 'none'"
        return Response(page, media_type="text/html", headers={"Content-Security-Policy": policy})

    async def file(self, request: Request) -> Response:
        """The script and the style sheet."""
        name = request.path_params["name"]
        content = self._files.get(name)
        if content is None:
            raise HTTPException(404, "There is nothing under this address.")
        etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers = {"ETag": etag, "Cache-Control": "public, max-age=300"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=media_type(name), headers=headers)

    async def health(self, _request: Request) -> Response:
        """Whether the process serves."""
        return JSONResponse({"status": "ok"})

    async def welcome(self, request: Request) -> Response:
        """A token: of the visitor whose token was sent, else of a new one."""
        self._check_address(request)
        visitor = self._visitor(request) if "authorization" in request.headers else None
        if visitor is None:
            check(self._new_visitors.wait(address(request)))
        return JSONResponse({"token": self._visitors.welcome(visitor)})

    async def take(self, request: Request) -> Response:
        """Take a message. The answer says that it is kept."""
        visitor = self._checked(request)
        message = await read(request, NewMessage)
        check(self._messages.wait(visitor))
        try:
            received = await self._conversations.receive(visitor, Written(message.id, message.text, message.language))
        except WarmlineError as error:
            logger.warning("A message of visitor %s is not kept yet: %s", visitor, error)
            raise HTTPException(503, "The chat cannot be reached now. Try again.", {"Retry-After": "2"}) from error
        self._start(self._answering.look(visitor))
        return JSONResponse({"id": str(received.id), "repeated": received.repeated})

    async def take_file(self, request: Request) -> Response:
        """Take a file, which is a message of its own. The answer says that it is kept."""
        visitor = self._checked(request)
        check(self._messages.wait(visitor))
        try:
            asked = NewFile.model_validate(dict(request.query_params))
        except ValidationError as error:
            raise HTTPException(422, "Give id, name and language.") from error
        if self._files_under_way >= FILES_AT_ONCE:
            raise HTTPException(429, "Too many files are on their way. Wait a moment.", {"Retry-After": "2"})
        self._files_under_way += 1
        try:
            content = await read_file(request, MOST_FILE_BYTES)
            written = Written(asked.id, None, asked.language, (asked.name, content))
            received = await self._conversations.receive(visitor, written)
        except (InvalidRequest, PayloadTooLarge, QuotaReached) as error:
            raise HTTPException(422, "This file is not taken here.") from error
        except WarmlineError as error:
            logger.warning("A file of visitor %s is not kept yet: %s", visitor, error)
            raise HTTPException(503, "The chat cannot be reached now. Try again.", {"Retry-After": "2"}) from error
        finally:
            self._files_under_way -= 1
        self._start(self._answering.look(visitor))
        return JSONResponse({"id": str(received.id), "repeated": received.repeated})

    async def show_file(self, request: Request) -> Response:
        """The bytes of a file of the visitor's case. The page that fetches them says what it makes of them."""
        visitor = self._checked(request)
        try:
            content = await self._conversations.file(visitor, request.path_params["message_id"])
        except AttachmentNotReady as error:
            raise HTTPException(409, "This file cannot be loaded now.") from error
        if content is None:
            raise HTTPException(404, "There is no such file.")
        return Response(content, media_type="application/octet-stream", headers=OF_FILES)

    async def take_seen(self, request: Request) -> Response:
        """Report which replies a visitor has got or read."""
        visitor = self._checked(request)
        seen = await read(request, Seen)
        if seen.state not in (ReplyState.DELIVERED, ReplyState.READ):
            raise HTTPException(422, "state: write delivered or read.")
        check(self._reports.wait(address(request), len(seen.ids)))
        await self._report(visitor, [str(one) for one in seen.ids], seen.state)
        return Response(status_code=204)

    async def take_typing(self, request: Request) -> Response:
        """Let whoever has the visitor's case know that they are typing. It is news of a moment, and may be lost."""
        visitor = self._checked(request)
        check(self._typing.wait(visitor))
        try:
            await self._conversations.note_typing(visitor)
        except WarmlineError as error:
            logger.info("Nobody is told that visitor %s is typing: %s", visitor, error)
        return Response(status_code=204)

    async def stream(self, request: Request) -> Response:
        """All messages after the one that was last seen, and how the case stands; then both as they change."""
        visitor = self._checked(request)
        last = request.headers.get("last-event-id", "0")
        if not last.isdecimal() or len(last) > 18:
            raise HTTPException(422, "Last-Event-ID: send the id of the last message, or leave it out.")
        if self.news.listeners(visitor) >= STREAMS_OF_A_VISITOR or self._streams >= STREAMS:
            raise HTTPException(429, "There are too many pages of this chat open.", {"Retry-After": "10"})
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._frames(visitor, int(last)), media_type="text/event-stream", headers=headers)

    async def _frames(self, visitor: str, after: int) -> AsyncIterator[str]:
        self._streams += 1
        try:
            with self.news.listening(visitor) as bell:
                self._start(self._answering.look(visitor))
                async for change in self._changes(visitor, after, bell):
                    yield change
        except WarmlineError as error:
            # The browser opens the stream again, from the message that it saw last.
            logger.warning("The stream of visitor %s ends: %s", visitor, error)
        finally:
            self._streams -= 1

    async def _changes(self, visitor: str, after: int, bell: asyncio.Event) -> AsyncIterator[str]:
        shown: dict[str, Any] | None = None
        while not self.news.is_over:
            bell.clear()
            messages, after = await self._conversations.since(visitor, after)
            for message in messages:
                yield frame("message", asdict(message))
            new = [one.id for one in messages if one.is_reply and not one.is_sent]
            if new:
                # By itself, because a page that is closed at this moment ends the stream, and has got them.
                self._start(self._report(visitor, new, ReplyState.SENT))
            case = asdict(await self._conversations.case(visitor))
            case["typing"] = visitor in self._answering.working
            if case != shown or messages:
                shown = case
                yield frame("case", case, after)
            async for ping in quiet(bell):
                yield ping

    async def _report(self, visitor: str, ids: Sequence[str], state: ReplyState) -> None:
        try:
            await self._conversations.report(visitor, ids, state)
        except WarmlineError as error:
            logger.warning("How far replies to visitor %s got cannot be reported now: %s", visitor, error)

    def _heard(self, visitor: str, event: Event) -> None:
        if event.type in TURNS:
            self._start(self._answering.look(visitor))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("Work of the chat failed", exc_info=error)

    def _checked(self, request: Request) -> str:
        """The visitor who asks, from a page that may."""
        self._check_address(request)
        return self._visitor(request)

    def _check_address(self, request: Request) -> None:
        origin = request.headers.get("origin")
        own = f"{request.url.scheme}://{request.headers.get('host', '')}"
        if origin is not None and origin != own and not {origin, "*"} & set(self._options.origins):
            raise HTTPException(403, f"This chat is not to be used on {origin}: start it with --origin {origin}.")
        check(self._requests.wait(address(request)))

    def _visitor(self, request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        visitor = self._visitors.known(token) if scheme == "Bearer" else None
        if visitor is None:
            raise HTTPException(401, "This chat does not know you any more.", {"WWW-Authenticate": "Bearer"})
        return visitor


def chat_app(client: AsyncWarmline, bot: Bot, options: ChatOptions) -> tuple[Starlette, ChatService]:
    """Build the ASGI application, with the service behind it. Close ``service.news`` when the server stops."""
    service = ChatService(client, bot, options)
    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(options.origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Retry-After"],
        max_age=600,
    )
    middleware = [Middleware(SafeAnswers), cors, Middleware(GZipMiddleware, minimum_size=1000)]
    failures = {HTTPException: refused}
    app = Starlette(
        routes=service.routes(), middleware=middleware, lifespan=service.running, exception_handlers=failures
    )
    return app, service
