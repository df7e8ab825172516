"""Attachments: files that customers and your side send each other."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from warmline_schemas.memories import ExternalId
from warmline_schemas.wire import Answer, Namespace, Request

MOST_ATTACHMENTS = 10
"""A message brings at most this many."""

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""The types that a page may show as a picture. Whatever else there is, is downloaded: SVG and HTML are programs."""
MOST_PIXELS = 50_000_000
"""A browser unpacks a picture to four bytes a pixel. A few kilobytes can say that they are of more than this: such a
picture is downloaded and not shown."""

AttachmentIds = Annotated[list[UUID], Field(max_length=MOST_ATTACHMENTS)]
FileName = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
"""What somebody calls a file. It is kept without folders, and without what nobody sees."""


class AttachmentState(StrEnum):
    """Whether an attachment can be loaded.

    `unchecked`: it can, and no scanner is set up. `waiting`: not before the scanner has looked at it. `clean`: it can.
    `refused`: the scanner refused it, and it is not kept.
    """

    UNCHECKED = "unchecked"
    WAITING = "waiting"
    CLEAN = "clean"
    REFUSED = "refused"


class Attachment(Answer):
    """A file that somebody sent, without its bytes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-00000000000b",
                    "namespace": "user-dave",
                    "name": "receipt.jpg",
                    "type": "image/jpeg",
                    "size": 48213,
                    "width": 1200,
                    "height": 900,
                    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    "state": "unchecked",
                    "created_at": "2026-03-01T10:05:00Z",
                }
            ]
        }
    )

    id: UUID = Field(description="The attachment's id.")
    namespace: str = Field(description="Whose it is.")
    chain_id: UUID | None = Field(description="The chain in which it was sent; null until a message brings it.")
    memory_id: UUID | None = Field(description="The memory that tells of it; null until a message brings it.")
    external_id: str | None = Field(description="The caller's own id of it.")
    name: str = Field(description="What it is called.")
    type: str = Field(description="Its media type, as its bytes say.")
    size: int = Field(description="How many bytes it has.")
    width: int | None = Field(description="Of a picture: its width in pixels.")
    height: int | None = Field(description="Of a picture: its height in pixels.")
    sha256: str = Field(description="The SHA-256 of its bytes, in hex.")
    state: AttachmentState = Field(description="Whether it can be loaded.")
    problem: str | None = Field(description="Why the scanner refused it.")
    created_at: datetime = Field(description="When it was uploaded.")

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it as a picture, rather than offer it."""
        is_small = self.width is not None and self.height is not None and self.width * self.height <= MOST_PIXELS
        return self.type in PICTURES and is_small


class SentAttachment(Answer):
    """What a memory tells of an attachment."""

    id: UUID = Field(description="The attachment's id.")
    name: str = Field(description="What it is called.")
    type: str = Field(description="Its media type.")
    size: int = Field(description="How many bytes it has.")


class UploadAttachment(Request):
    """What an upload says beside the bytes."""

    namespace: Namespace = Field(description="Whose it is.")
    name: FileName = Field(description="What it is called.")
    external_id: ExternalId | None = Field(default=None, description="The caller's own id of it.")
    sha256: str = Field(description="The SHA-256 of the bytes, by which repeats are told apart.")
