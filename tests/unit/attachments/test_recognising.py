"""What a file is follows from its bytes; what its sender says of it is believed nowhere."""

import struct
import time

import pytest

from tests.builders.attachments import HTML, PDF, a_png
from warmline_memory.attachments import recognised, taken
from warmline_memory.attachments.signatures import MACROS, UNKNOWN, size_of, type_of
from warmline_memory.errors import BodyTooLarge, FileEmpty, FileTypeNotTaken
from warmline_memory.settings import Settings
from warmline_schemas.customers.attachments import MOST_PIXELS

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 600, 800) + b"\x01\x01\x11\x00"
)
GIF = b"GIF89a" + struct.pack("<HH", 12, 9) + b"\x00\x00\x00"
WEBP = b"RIFF\x1e\x00\x00\x00WEBPVP8L\x11\x00\x00\x00\x2f" + struct.pack("<I", (63 << 14) | 99) + b"\x00" * 8
OFFICE = b"PK\x03\x04" + b"\x00" * 26 + b"[Content_Types].xml" + b"\x00" * 40


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (a_png(), "image/png"),
        (JPEG, "image/jpeg"),
        (GIF, "image/gif"),
        (WEBP, "image/webp"),
        (PDF, "application/pdf"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00", "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4A \x00\x00", "audio/mp4"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00", "audio/wav"),
        (OFFICE + b"word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (OFFICE + b"word/document.xml" + b"word/vbaProject.bin", MACROS),
        (
            b"PK\x03\x04" + b"\x00" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.textPK\x03\x04",
            "application/vnd.oasis.opendocument.text",
        ),
        (b"PK\x03\x04" + b"\x00" * 40, "application/zip"),
        ("Grüße aus Zürich\n".encode(), "text/plain"),
        ("Grüße aus Zürich\n".encode("latin-1"), "text/plain"),
        (b"MZ\x90\x00", "application/x-msdownload"),
        (b"\x7fELF\x02", "application/x-executable"),
        (b"\x00\x01\x02", UNKNOWN),
        (SVG, "image/svg+xml"),
        (b"<?xml version='1.0'?>\n<!-- a drawing -->\n" + SVG, "image/svg+xml"),
        (HTML, "text/html"),
        (b"\xef\xbb\xbf\n\n  <HTML><body>", "text/html"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>", "text/html"),
        (b"<?xml version='1.0'?><feed/>", "text/xml"),
        (b"BEGIN:VCARD\r\nVERSION:4.0", "text/vcard"),
    ],
)
def test_the_bytes_say_what_a_file_is(content: bytes, kind: str) -> None:
    assert type_of(content, "png") == kind


@pytest.mark.parametrize(("ending", "kind"), [("csv", "text/csv"), ("json", "application/json"), ("png", "text/plain")])
def test_the_name_tells_plain_texts_apart_and_nothing_else(ending: str, kind: str) -> None:
    assert (type_of(b"a,b\n1,2\n", ending), type_of(HTML, ending), type_of(PDF, ending)) == (
        kind,
        "text/html",
        "application/pdf",
    )


@pytest.mark.parametrize(
    ("content", "kind", "size"),
    [
        (a_png(40, 30), "image/png", (40, 30)),
        (JPEG, "image/jpeg", (800, 600)),
        (GIF, "image/gif", (12, 9)),
        (WEBP, "image/webp", (100, 64)),
    ],
)
def test_the_head_says_how_large_a_picture_is(content: bytes, kind: str, size: tuple[int, int]) -> None:
    assert size_of(content, kind) == size


@pytest.mark.parametrize("content", [a_png(), JPEG, GIF, WEBP, OFFICE, PDF])
def test_a_file_that_is_cut_off_anywhere_is_no_error(content: bytes) -> None:
    for end in range(1, len(content)):
        found = recognised("x", content[:end])
        assert (found.width is None) == (found.height is None)


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n" + HTML, b"\xff\xd8\xff" + HTML, b"GIF89a\x00\x00\x00\x00\x00\x00"]
)
def test_what_only_begins_like_a_picture_is_none(content: bytes) -> None:
    assert type_of(content, "png") == UNKNOWN


def test_a_small_file_that_says_it_is_a_huge_picture_keeps_its_size_and_is_decoded_by_nobody() -> None:
    began = time.monotonic()
    found = recognised("bomb.png", a_png(says=(60_000, 60_000)))
    assert (found.type, found.width, found.height) == ("image/png", 60_000, 60_000)
    assert MOST_PIXELS < 60_000 * 60_000
    assert time.monotonic() - began < 60


def test_a_jpeg_of_endless_notes_is_not_read_to_its_end() -> None:
    assert size_of(b"\xff\xd8" + b"\xff\xe1\x00\x02" * 100_000 + JPEG[2:], "image/jpeg") is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("receipt.pdf", "receipt.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\dave\\Rechnung März.PDF", "Rechnung März.pdf"),
        ("..", "file.pdf"),
        ("   ", "file.pdf"),
        ("invoice.exe", "invoice.exe.pdf"),
        ("invoice.pdf.html", "invoice.pdf.html.pdf"),
        ("cod\u202efdp.exe", "codfdp.exe.pdf"),
        ("a\x00b\r\nSet-Cookie: x=1.pdf", "ab Set-Cookie_ x=1.pdf"),
        ('a"<b>|c?*.pdf', "a__b__c__.pdf"),
        ("請求書.pdf", "請求書.pdf"),
        ("فاتورة.pdf", "فاتورة.pdf"),
        ("👩\u200d👧.pdf", "👩\u200d👧.pdf"),
        ("x" * 900 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_has_no_folders_nothing_unseen_and_the_ending_of_what_it_is(name: str, kept: str) -> None:
    assert recognised(name, PDF).name == kept


def test_a_page_that_is_called_a_picture_is_refused_with_what_it_is() -> None:
    with pytest.raises(FileTypeNotTaken, match=r"photo\.png is of a type .*: text/html"):
        taken("photo.png", HTML, Settings())


@pytest.mark.parametrize("content", [SVG, b"MZ\x90\x00", b"\x00\x01", b"PK\x03\x04" + b"\x00" * 40])
def test_drawings_programs_and_what_nobody_knows_are_not_taken(content: bytes) -> None:
    with pytest.raises(FileTypeNotTaken):
        taken("photo.png", content, Settings())


def test_an_empty_file_and_one_that_is_too_large_are_not_taken() -> None:
    with pytest.raises(FileEmpty):
        taken("empty.txt", b"", Settings())
    with pytest.raises(BodyTooLarge):
        taken("long.txt", b"x" * 11, Settings(attachment_bytes=10))


def test_the_types_that_are_taken_are_a_setting() -> None:
    only_text = Settings(attachment_types="text/*, application/zip")
    assert taken("a.txt", b"Hello", only_text).type == "text/plain"
    assert taken("a.zip", b"PK\x03\x04" + b"\x00" * 40, only_text).type == "application/zip"
    with pytest.raises(FileTypeNotTaken):
        taken("a.pdf", PDF, only_text)
