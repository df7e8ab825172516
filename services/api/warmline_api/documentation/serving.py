"""Serving the document: it is written and packed once, however often it is asked for, and by whomever."""

import gzip
import json
from collections.abc import Callable
from functools import cached_property
from threading import Lock
from typing import Any

from fastapi import Request
from starlette.responses import Response


class ServedDocument:
    """The document as an answer."""

    def __init__(self, make: Callable[[], dict[str, Any]]) -> None:
        self._make = make
        self._lock = Lock()

    def answer(self, request: Request) -> Response:
        """Answer the document, packed for clients that say that they take that."""
        with self._lock:
            written, packed = self._forms
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            return Response(packed, headers=headers, media_type="application/json")
        return Response(written, headers={"Vary": "Accept-Encoding"}, media_type="application/json")

    @cached_property
    def _forms(self) -> tuple[bytes, bytes]:
        written = json.dumps(self._make(), ensure_ascii=False, separators=(",", ":")).encode()
        return written, gzip.compress(written, mtime=0)
