"""Recognising: what a file is, by its bytes, and what it is called. Pure: what is sent with it is not believed."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from warmline_memory.attachments import signatures
from warmline_memory.attachments.signatures import GIF, JPEG, PNG, WEBP
from warmline_memory.errors import BodyTooLarge, FileEmpty, FileTypeNotTaken
from warmline_memory.language.unseen import normalized, shown
from warmline_memory.settings import Settings

MOST_NAME_CHARS = 120
NAMELESS = "file"
FOLDERS = re.compile(r"[/\\]")
FORBIDDEN = re.compile(r'[<>:"|?*]')
"""What the file systems of Windows do not take in a name."""
ENDINGS: Mapping[str, tuple[str, ...]] = {
    PNG: ("png",),
    JPEG: ("jpg", "jpeg", "jfif"),
    GIF: ("gif",),
    WEBP: ("webp",),
    "image/heic": ("heic", "heif"),
    "image/avif": ("avif",),
    "application/pdf": ("pdf",),
    "application/rtf": ("rtf",),
    "application/x-ole-storage": ("doc", "xls", "ppt", "msg"),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/flac": ("flac",),
    "audio/mpeg": ("mp3",),
    "audio/wav": ("wav",),
    "audio/mp4": ("m4a", "m4b"),
    "video/mp4": ("mp4", "m4v", "3gp"),
    "video/quicktime": ("mov", "qt"),
    "video/webm": ("webm", "mkv"),
    "application/zip": ("zip",),
    "application/gzip": ("gz", "tgz"),
    "text/plain": ("txt", "text", "log", "yaml", "yml", "toml", "ini", "conf", "diff", "patch", "sql", "tsv"),
    "text/markdown": ("md",),
    "text/csv": ("csv",),
    "application/json": ("json",),
    "text/vcard": ("vcf",),
    "text/calendar": ("ics",),
    signatures.OFFICE[b"word/document.xml"]: ("docx",),
    signatures.OFFICE[b"xl/workbook.xml"]: ("xlsx",),
    signatures.OFFICE[b"ppt/presentation.xml"]: ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
}
"""What the name of a file of a type ends with; the first one is added to a name that ends otherwise, so that no program
opens a picture, or what looks like one, as something else. Of other types it is `bin`."""


@dataclass(frozen=True)
class Recognised:
    """A file as it can be kept: ``width`` and ``height`` of a picture as its head says them."""

    name: str
    type: str
    content: bytes
    sha256: bytes
    width: int | None
    height: int | None


def recognised(name: str, content: bytes) -> Recognised:
    """What a file is, whatever its sender says."""
    kind = signatures.type_of(content, _ending(name))
    width, height = signatures.size_of(content, kind) or (None, None)
    return Recognised(_cleaned(name, kind), kind, content, hashlib.sha256(content).digest(), width, height)


def taken(name: str, content: bytes, settings: Settings) -> Recognised:
    """The same, of a file that the platform takes. Raises ``FileEmpty``, ``BodyTooLarge`` and ``FileTypeNotTaken``."""
    if not content:
        raise FileEmpty(field="body")
    if len(content) > settings.attachment_bytes:
        raise BodyTooLarge(most_bytes=settings.attachment_bytes)
    found = recognised(name, content)
    patterns = [one.strip() for one in settings.attachment_types.split(",")]
    if not any(fnmatchcase(found.type, one) for one in patterns):
        raise FileTypeNotTaken(
            name=shown(name)[:MOST_NAME_CHARS], type=found.type, taken=", ".join(patterns), field="body"
        )
    return found


def _cleaned(name: str, kind: str) -> str:
    """A name without folders, without what nobody sees, such as marks that turn its end round, and with an ending that
    says what the file is."""
    last = FOLDERS.split(normalized("NFC", shown(name)))[-1]
    plain = " ".join(FORBIDDEN.sub("_", last).split()).strip(". ") or NAMELESS
    fitting = ENDINGS.get(kind, ("bin",))
    ending = _ending(plain)
    if ending in fitting:
        return f"{plain.rpartition('.')[0][:MOST_NAME_CHARS]}.{ending}"
    return f"{plain[:MOST_NAME_CHARS]}.{fitting[0]}"


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""
