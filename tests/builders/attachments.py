"""Files as people send them, and the upload and the message that bring one to a case."""

import struct
import zlib
from itertools import count
from typing import Any

from tests.builders.requests import Json, post
from tests.conftest import Api

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HTML = b"<!DOCTYPE html><script>alert(document.cookie)</script>"
NUMBERS = count(1)


def a_png(width: int = 40, height: int = 30, says: tuple[int, int] | None = None) -> bytes:
    """A grey picture; ``says`` is the size that its head has, where that is not the real one."""
    head = struct.pack(">IIBBBBB", *(says or (width, height)), 8, 0, 0, 0, 0)
    # No two pictures are alike.
    shade = bytes([next(NUMBERS) % 256])
    rows = (b"\0" + shade * width) * height
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held)) for kind, held in parts
    )


def upload(api: Api, content: bytes = PDF, name: str = "receipt.pdf", status: int = 201, **params: Any) -> Json:
    """What an upload of a file is answered, of the customer Dave unless another namespace is given."""
    asked = {"namespace": "user-dave", "name": name, **params}
    kind = {"Content-Type": "application/octet-stream"}
    answer = api.http.post("/v1/attachments", params=asked, content=content, headers=kind)
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def send(api: Api, chain: str, *contents: bytes, name: str = "receipt.pdf", **changes: Any) -> Json:
    """What a message is answered by which a customer sends files, of which each has that name."""
    namespace = changes.pop("namespace", "user-dave")
    ids = [upload(api, content, name, namespace=namespace)["id"] for content in contents]
    asked = {"external_id": f"file-{next(NUMBERS)}", "attachments": ids, **changes}
    return post(api, f"chains/{chain}/messages", asked, 201)
