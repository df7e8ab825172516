"""Serving: the bytes of an attachment as an answer, whole or in part, a block at a time.

Whoever sent a file may mean harm. So its type is what its bytes say, a browser takes it for nothing else, and shows
nothing but pictures: everything else is a download. A page that it were made of would stand in a sandbox, in which
nothing runs.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse
from starlette.types import Scope

from warmline_api.conventions import HEAD_ASKED
from warmline_schemas.customers.attachments import Attachment

BLOCK = 1_000_000
"""So many bytes are read by one transaction, which is over before they are sent: however slowly they are taken, nothing
is held meanwhile."""
RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
"""One range (RFC 9110, 14.1). Several at once, which may be left unanswered, are not taken."""
AS_THEY_ARE = re.compile(r"(image/(?!svg)|audio/|video/|application/(?!xhtml|xml))[a-z0-9.+-]+")
"""Types of which a browser makes no page. Texts are plain texts, and all others are bytes."""
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    # What customers sent stays in no cache on the way, nor in a browser's.
    "Cache-Control": "no-store",
    "Accept-Ranges": "bytes",
}

Read = Callable[[int, int], bytes]
"""Reads a piece, from a place on and so many bytes long."""


def served(scope: Scope, found: Attachment, first: bytes, read: Read) -> Response:
    """The answer to a request for a file. ``first`` is the piece that ``head_of`` names, read by the transaction that
    found the file; ``read`` reads on, in one of its own for each block."""
    headers = {**SAFE, "ETag": _etag(found), "Content-Disposition": _disposition(found)}
    if _header(scope, b"if-none-match") == _etag(found):
        return Response(None, 304, headers)
    wanted = _wanted(scope, found)
    if wanted is None:
        return Response(None, 416, {**headers, "Content-Range": f"bytes */{found.size}"})
    start, end = wanted
    headers |= {"Content-Length": str(end - start)}
    is_part = (start, end) != (0, found.size)
    if is_part:
        headers |= {"Content-Range": f"bytes {start}-{end - 1}/{found.size}"}
    status, kind = 206 if is_part else 200, _shown_type(found.type)
    if scope.get(HEAD_ASKED):
        return StreamingResponse(iter(()), status, headers, kind)
    return StreamingResponse(_blocks(first, start, end, read), status, headers, kind)


def head_of(scope: Scope, found: Attachment) -> tuple[int, int]:
    """Where the bytes begin that an answer starts with, and how many these are; none for one that has no body."""
    wanted = _wanted(scope, found)
    is_empty = scope.get(HEAD_ASKED) or _header(scope, b"if-none-match") == _etag(found)
    return (0, 0) if wanted is None or is_empty else (wanted[0], min(BLOCK, wanted[1] - wanted[0]))


def _blocks(first: bytes, start: int, end: int, read: Read) -> Iterator[bytes]:
    yield first
    for at in range(start + len(first), end, BLOCK):
        yield read(at, min(BLOCK, end - at))


def _wanted(scope: Scope, found: Attachment) -> tuple[int, int] | None:
    """From where to where the bytes are that a request asks for; None where there are none such."""
    whole = 0, found.size
    asked = RANGE.fullmatch(_header(scope, b"range"))
    if asked is None or asked.groups() == ("", "") or _header(scope, b"if-range") not in ("", _etag(found)):
        return whole
    first, last = asked.groups()
    if not first:
        return (max(0, found.size - int(last)), found.size) if int(last) else None
    start, end = int(first), min(int(last) + 1 if last else found.size, found.size)
    if last and int(last) < int(first):
        return whole
    return (start, end) if start < found.size else None


def _shown_type(kind: str) -> str:
    if AS_THEY_ARE.fullmatch(kind):
        return kind
    is_page = kind in ("text/html", "text/xml") or not kind.startswith("text/")
    return "application/octet-stream" if is_page else "text/plain; charset=utf-8"


def _disposition(found: Attachment) -> str:
    """A picture may be shown; everything else is to be kept as a file. The name is told twice: in ASCII for old
    clients, and in full (RFC 6266)."""
    how = "inline" if found.is_picture else "attachment"
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", found.name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"


def _etag(found: Attachment) -> str:
    return f'"{found.sha256[:32]}"'


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for known, value in scope["headers"] if known == name), "")
