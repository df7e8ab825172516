"""Signatures: the type of a file by its first bytes, and the size of a picture by its head. Nothing is decoded or
unpacked here, so that no file can cost more than it is long.
"""

import re
from collections.abc import Callable, Mapping, Sequence

UNKNOWN = "application/octet-stream"
HTML, SVG, XML = "text/html", "image/svg+xml", "text/xml"
PNG, JPEG, GIF, WEBP = "image/png", "image/jpeg", "image/gif", "image/webp"
MACROS = "application/vnd.ms-office.macro"
"""An Office document with a program in it, which no type of its own tells."""
MOST_SEGMENTS = 1_000
"""A JPEG's size stands behind its notes. Cameras write a dozen of these; behind so many nobody looks any further."""
HEAD = 4_096
"""So many bytes of a text are looked at for what would make a page of it."""

# By the lists of the WHATWG's "MIME Sniffing" and of the formats' own specifications: where the bytes stand, what they
# are, and the type. Only formats are here that people send each other, and those that programs come in.
SIGNATURES: Sequence[tuple[int, bytes, str]] = (
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"GIF87a", GIF),
    (0, b"GIF89a", GIF),
    (8, b"WEBPVP8", WEBP),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (8, b"WAVEfmt ", "audio/wav"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
)
# ISO/IEC 14496-12: the brand behind `ftyp`.
BRANDS: Mapping[bytes, str] = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    b"qt  ": "video/quicktime",
}
OPEN_DOCUMENT = re.compile(rb"mimetype(application/vnd\.oasis\.opendocument\.[a-z-]{1,40})")
"""The first entry of an OpenDocument file holds its type, and is not packed."""
OFFICE: Mapping[bytes, str] = {
    b"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
"""What no text holds. A line feed, a form feed, a tab and the escape of terminals are none of it."""
# What a page begins with ("MIME Sniffing", 7.1). A drawing may have a declaration and notes before it.
PAGE = re.compile(
    rb"<!doctype html|<(?:html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|form|meta|object)[\s/>]"
)
DECLARED, DRAWING, INSIDE = (
    re.compile(rb"<\?xml\s|<!--|<!doctype"),
    re.compile(rb"<svg[\s/>]"),
    re.compile(rb"<html[\s/>]"),
)
BEFORE = b"\xef\xbb\xbf \t\r\n\x0c"
"""What may stand before the beginning of a text."""
TEXTS = {"csv": "text/csv", "json": "application/json", "md": "text/markdown"}
"""Sorts of plain text that only the ending of the name tells apart."""
FIELDS: Sequence[tuple[bytes, str]] = ((b"BEGIN:VCARD", "text/vcard"), (b"BEGIN:VCALENDAR", "text/calendar"))


def type_of(content: bytes, ending: str) -> str:
    """The media type of a file; ``ending`` is that of its name, and counts only among plain texts."""
    found = next((kind for at, mark, kind in SIGNATURES if content.startswith(mark, at)), None)
    if found is not None:
        # What only begins like a picture is none: nobody could say how large it is.
        return found if found not in _SIZES or size_of(content, found) else UNKNOWN
    if content[4:8] == b"ftyp":
        return BRANDS.get(content[8:12], "video/mp4")
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    return UNKNOWN if CONTROLS.search(content) else _text(content, ending)


def size_of(content: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height of a picture as its head says them; None for what is none."""
    measure = _SIZES.get(kind)
    try:
        found = measure(content) if measure else None
    except IndexError:
        return None
    return found if found and min(found) > 0 else None


def _packed(content: bytes) -> str:
    if document := OPEN_DOCUMENT.match(content, 30):
        return document[1].decode()
    found = next((kind for name, kind in OFFICE.items() if name in content), None)
    if found is None or b"[Content_Types].xml" not in content:
        return "application/zip"
    return MACROS if b"vbaProject.bin" in content else found


def _text(content: bytes, ending: str) -> str:
    head = content[:HEAD].lstrip(BEFORE).lower()
    is_declared = DECLARED.match(head) is not None
    if DRAWING.match(head) or (is_declared and DRAWING.search(head)):
        return SVG
    if PAGE.match(head) or (is_declared and INSIDE.search(head)):
        return HTML
    if is_declared:
        return XML
    found = next((kind for mark, kind in FIELDS if content.startswith(mark)), None)
    return found or TEXTS.get(ending, "text/plain")


def _png(content: bytes) -> tuple[int, int] | None:
    if content[12:16] != b"IHDR" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _gif(content: bytes) -> tuple[int, int] | None:
    return (_little(content[6:8]), _little(content[8:10])) if len(content) > 10 else None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    for _ in range(MOST_SEGMENTS):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        # Frames are C0 to CF, but for three that hold tables (ITU T.81, B.1.1.3).
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            frame = content[at + 5 : at + 9]
            return (int.from_bytes(frame[2:]), int.from_bytes(frame[:2])) if len(frame) == 4 else None
        at += 1 if marker == 0xFF else 2 + int.from_bytes(content[at + 2 : at + 4])
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    sort, head = content[12:16], content[20:30]
    if len(head) < 10:
        return None
    if sort == b"VP8X":
        return _little(head[4:7]) + 1, _little(head[7:10]) + 1
    if sort == b"VP8L" and head[0] == 0x2F:
        bits = _little(head[1:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if sort == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        return _little(head[6:8]) & 0x3FFF, _little(head[8:10]) & 0x3FFF
    return None


def _little(digits: bytes) -> int:
    return int.from_bytes(digits, "little")


_SIZES: Mapping[str, Callable[[bytes], tuple[int, int] | None]] = {PNG: _png, JPEG: _jpeg, GIF: _gif, WEBP: _webp}
