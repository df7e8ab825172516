"""The web side of the service: bodies within limits, refusals that say what to do, frames of a stream, files."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE = Path(__file__).parent / "page"
SCRIPT = ("texts.js", "web-chat.js")
BESIDE = ("web-chat.css", "page.css", "index.html", "both.html")
MOST_BYTES = 65_536
PING_SECONDS = 15.0
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}

Shape = TypeVar("Shape", bound=BaseModel)


class SafeAnswers:
    """Adds to every answer what browsers should know of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, guarded)


def files() -> dict[str, bytes]:
    """What browsers load: the script with its texts as one file, the style sheet, a page of the chat's own."""
    script = "\n".join((PAGE / name).read_text(encoding="utf-8") for name in SCRIPT)
    found = {"web-chat.js": script.encode()}
    return found | {name: (PAGE / name).read_bytes() for name in BESIDE}


def language_of(request: Request) -> str:
    """The language in which a page is asked for: by its address, else as the browser is set."""
    accepted = request.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
    asked = request.query_params.get("lang", accepted)
    return asked if re.fullmatch(LANGUAGE, asked) else "en"


def media_type(name: str) -> str:
    """The media type of a file."""
    return TYPES[Path(name).suffix]


def origin_of(url: str) -> str:
    """The scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def read(request: Request, shape: type[Shape]) -> Shape:
    """The body of a request. One that is too large is not read to its end."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"Send {MOST_BYTES:,} bytes at most.")
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, fault["loc"])) or "body"
        raise HTTPException(422, f"{field}: {fault['msg']}.") from error


async def read_file(request: Request, most: int) -> bytes:
    """The bytes of a file. One that is too large is not read to its end."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > most:
            raise HTTPException(413, f"Send {most:,} bytes at most.")
    return bytes(content)


def check(wait: float) -> None:
    """Refuse a request that a rate does not allow yet."""
    if wait:
        raise HTTPException(429, "That was a lot at once. Wait a moment.", {"Retry-After": str(int(wait) + 1)})


def address(request: Request) -> str:
    """From where a request comes."""
    return request.client.host if request.client else ""


async def refused(_request: Request, error: Exception) -> Response:
    """What a refusal looks like."""
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)


def frame(event: str, data: Mapping[str, Any], number: int | None = None) -> str:
    """A frame of a stream (WHATWG HTML, section 9.2.6). JSON has no line ends, so that the data is one line."""
    id = "" if number is None else f"id: {number}\n"
    return f"{id}event: {event}\ndata: {json.dumps(data, default=_plain)}\n\n"


async def quiet(bell: asyncio.Event) -> AsyncIterator[str]:
    """Signs of life, until the bell rings."""
    while not bell.is_set():
        try:
            async with asyncio.timeout(PING_SECONDS):
                await bell.wait()
        except TimeoutError:
            yield ": still here\n\n"


def _plain(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
