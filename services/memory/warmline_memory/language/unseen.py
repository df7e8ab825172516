"""What nobody sees in a text: taken out before it is shown, and before anything is looked for in it.

Unicode has some four hundred characters that take no room: controls, fillers, selectors, and a whole alphabet of tags
in which orders can be hidden. A few belong to languages and to emoji, and stay where these write them.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Literal

from warmline_memory.language.one_reading import read_once
from warmline_memory.language.spans import Span

NO_CHARACTERS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
# Controls (Cc, Cf), surrogates, private use and what is no character; then what Unicode calls default ignorable beside
# those: joiners of marks, fillers of Hangul, selectors of variants; and two signs of music and of Khitan without ink.
# Arabic and Kaithi signs of numbers are of category Cf as well, but are seen, and so is a new emoji that Python does
# not know yet.
_UNSEEN = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U00013430-\U0001343f\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    f"\U000f0000-\U0010ffff{NO_CHARACTERS}"
)
UNSEEN = re.compile(f"[\x00-\x1f\x7f-\x9f{_UNSEEN}]")
TAKEN_OUT = re.compile(f"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f{_UNSEEN}]")
"""What is unseen, but for white space."""
BLANK = re.compile("[\\s\u2800]+")
"""White space, and the pattern of Braille that has no dots."""

# Scripts whose letters change their form beside a joiner: Arabic to N'Ko, those of India, Burmese, Khmer, Mongolian.
JOINED = "\u0600-\u07ff\u0860-\u0dff\u1000-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc"
# Pictures, without the brackets among the technical signs and the ornaments.
PICTURES = (
    "\xa9\xae\u203c\u2049\u20e3\u2122\u2139\u2190-\u21ff\u2300-\u2328\u232b-\u23ff\u2460-\u2767\u2794-\u27bf"
    "\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WANTED = re.compile(
    f"(?<=[{JOINED}])[\u200c\u200d](?=[{JOINED}]|\\s|\\Z)"  # half letters of Hindi, plurals of Persian
    f"|(?<=[{PICTURES}\ufe0f])\u200d(?=[{PICTURES}])"  # families of emoji
    f"|(?<=[{PICTURES}])\ufe0f|(?<=[0-9#*])\ufe0f(?=\u20e3)"  # emoji in colour, key caps
    f"|(?<=[{HAN}])[\ufe00-\ufe02\U000e0100-\U000e01ef]"  # forms of names in Japanese
    "|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]"  # forms of Mongolian letters
)

MARKS = "".join(chr(code) for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)).startswith("M"))
MOST_MARKS = 8
"""So many marks belong to one letter. Putting a longer row in order takes the square of its length."""
CLUSTER = re.compile(f"[\t\n\r -~]+(?=[\t\n\r -~]|\\Z)|.[{MARKS}]{{0,{MOST_MARKS}}}", re.S)
PLAIN = re.compile("[\t\n\r -~]*")
# The two half-wide marks of Japanese are letters to Unicode, and become marks where a compatible form is taken.
ROW = re.compile(f"[{MARKS}\uff9e\uff9f]{{{MOST_MARKS}}}")
UNUSUAL = re.compile("[^\t\n\r -~]")
# White space that no page needs, and that tools which read a page may take for the end of a line.
CONTROLS = re.compile("[\x0b\x0c\x1c-\x1f\x85]")
CONTROLS_AS_BLANKS = dict.fromkeys((0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x1F, 0x85), " ")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a text that stand one behind the other in another one too; or, where it does not ``move``, that are
    all made of what stands in one place there."""

    start: int
    there: int
    moves: bool = True

    def place(self, at: int) -> int:
        """Where a character of this run stands in the other text."""
        return self.there + (at - self.start if self.moves else 0)


@dataclass(frozen=True, slots=True)
class Twin:
    """A text in another form, and for each of its characters where it stands in the first one."""

    text: str
    runs: tuple[Run, ...] = ()
    """In order, the last one behind the text; none where every character stands where it stood. A number for each
    character would take forty times the memory of the text."""

    def place(self, at: int) -> int:
        """Where in the first text a character of this one stands."""
        if not self.runs:
            return at
        return self.runs[bisect_right(self.runs, at, key=attrgetter("start")) - 1].place(at)

    def back(self, span: Span) -> Span:
        """A span of this text as one of the first."""
        if not self.runs:
            return span
        # It ends behind its last character, and with what hides behind that.
        return Span(span.label, self.place(span.start), max(self.place(span.end), self.place(span.end - 1) + 1))


def visible(text: str) -> str:
    """A text without the characters that nobody sees, but for those that its language needs. White space stays."""
    if not TAKEN_OUT.search(text):
        return text
    wanted = {hit.start() for hit in WANTED.finditer(text)}
    return UNSEEN.sub(
        lambda hit: hit.group() if hit.start() in wanted or hit.group().isspace() else "",
        text,
    )


def shown(text: str) -> str:
    """A text as a page shows it: without what is unseen; tabs and breaks of lines stay, other controls that count as
    white space are blanks."""
    # A page asks this of each value that it writes, thousands of times, and nearly all of them are plain.
    if not UNUSUAL.search(text):
        return text
    seen = visible(text)
    return seen.translate(CONTROLS_AS_BLANKS) if CONTROLS.search(seen) else seen


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """A text in a form of Unicode, in linear time: a row of more than ``MOST_MARKS`` marks is put in order piece by
    piece."""
    if text.isascii():
        return text  # as it is in all of the forms
    ends = [hit.end() for hit in ROW.finditer(text)]
    return "".join(unicodedata.normalize(form, text[one:other]) for one, other in pairwise((0, *ends, len(text))))


@read_once
def as_read(text: str) -> Twin:
    """A text as it is read: without what is unseen, and with the plain sign for each compatible one (NFKC), so that
    `４９２９` is `4929` and `p\\u00adin` is `pin`."""
    return twin(text, lambda cluster: unicodedata.normalize("NFKC", UNSEEN.sub(_space, cluster)))


def twin(text: str, form: Callable[[str], str]) -> Twin:
    """A text with another form of each cluster, which is a character with its marks."""
    if PLAIN.fullmatch(text):
        return Twin(text)
    parts: list[str] = []
    runs = [Run(0, 0)]
    at = 0
    for hit in CLUSTER.finditer(text):
        cluster = hit.group()
        part = cluster if PLAIN.fullmatch(cluster) else form(cluster)
        # One sign that became several stands in one place; signs that stay as many stand where they stood.
        _go_on(runs, Run(at, hit.start(), len(part) == len(cluster)))
        parts.append(part)
        at += len(part)
    _go_on(runs, Run(at, len(text)))
    return Twin("".join(parts), () if runs == [Run(0, 0)] else tuple(runs))


def _go_on(runs: list[Run], after: Run) -> None:
    """Add a run, unless the last one says the same of it."""
    last = runs[-1]
    if last.moves and after.moves and last.place(after.start) == after.there:
        return
    if last.start == after.start:
        runs.pop()  # nothing is left of what stood there
    runs.append(after)


def _space(hit: re.Match[str]) -> str:
    return " " if hit.group().isspace() else ""
