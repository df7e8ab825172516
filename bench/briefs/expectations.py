"""Expectations: what a brief must and must not say, held against its text.

A case passes where one alternative of each ``must`` stands in the text as whole words, where no ``must_not`` stands
anywhere and no ``must_not_in`` under a heading that it names, and where the brief has at most ``most_words`` words. A
``must_not`` that begins with ``re:`` is a regular expression. A case without a brief fails.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, TypeAdapter

from bench.figures import Value

PATTERN = "re:"
ONE_SIGN = {ord(sign): one for one, signs in {"'": "‘’", '"': "“”„", "-": "‐‑–—−"}.items() for sign in signs}
"""Quotes and dashes are compared without regard to which of their kind they are."""
# Arabic, Devanagari, Thai, kana, Han and Hangul: no blank between words, or particles attached to them.
UNBOUNDED = re.compile("[\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Expected(BaseModel):
    """A case's key, and the groups that it belongs to."""

    id: str
    use: str = ""
    kind: str = ""
    language: str = ""
    length: str = ""
    why: str = ""
    must: list[list[str]]
    must_not: list[str] = []
    must_not_in: list[tuple[str, str]] = []
    most_words: int | None = None


KEY = TypeAdapter(Expected)


@dataclass(frozen=True)
class Verdict:
    """What a brief does not do as its key expects: facts missed, texts shown, texts under the wrong heading."""

    key: Expected
    text: str
    missed: Sequence[Sequence[str]] = field(default=())
    shown: Sequence[str] = field(default=())
    misplaced: Sequence[tuple[str, str]] = field(default=())

    @property
    def words(self) -> int:
        """The length of the brief; this key's limit counts what stands between blanks, in every script."""
        return len(self.text.split())

    @property
    def too_long(self) -> bool:
        """Whether the brief has more words than its case allows."""
        return self.key.most_words is not None and self.words > self.key.most_words

    @property
    def passed(self) -> bool:
        """Whether there is a brief, and all that its key expects holds."""
        return bool(self.text.strip()) and not (self.missed or self.shown or self.misplaced or self.too_long)


def read_expected(path: Path, limit: int | None = None) -> list[Expected]:
    """Read the keys of a file, the first ``limit``; raises ``ValueError`` where a line has none."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [KEY.validate_json(line) for line in lines[:limit]]


def judge(key: Expected, text: str) -> Verdict:
    """Hold a brief against a key."""
    whole = plain(text)
    lines = list(_under_headings(text))
    return Verdict(
        key,
        text,
        missed=[alternatives for alternatives in key.must if not any(stands(one, whole) for one in alternatives)],
        shown=[unwanted for unwanted in key.must_not if _is_there(unwanted, text)],
        misplaced=[
            (heading, unwanted)
            for heading, unwanted in key.must_not_in
            if any(re.search(heading, over, re.I) and _is_there(unwanted, line) for over, line in lines)
        ],
    )


def figures(verdicts: Sequence[Verdict]) -> dict[str, Value]:
    """The figures of some cases; the shares are of all musts and of all bars, not of the cases."""
    musts = sum(len(one.key.must) for one in verdicts)
    bars = sum(len(one.key.must_not) + len(one.key.must_not_in) for one in verdicts)
    missed = sum(len(one.missed) for one in verdicts)
    broken = sum(len(one.shown) + len(one.misplaced) for one in verdicts)
    return {
        "cases": len(verdicts),
        "passed": sum(one.passed for one in verdicts),
        "musts_met": 1 - missed / musts if musts else None,
        "must_nots_kept": 1 - broken / bars if bars else None,
        "too_long": sum(one.too_long for one in verdicts),
        "words": round(sum(one.words for one in verdicts) / max(len(verdicts), 1)),
    }


def grouped(verdicts: Sequence[Verdict], by: str) -> Mapping[str, Sequence[Verdict]]:
    """Verdicts by their case's ``use``, ``kind``, ``language`` or ``length``."""
    groups: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[getattr(verdict.key, by)].append(verdict)
    return dict(sorted(groups.items()))


def plain(text: str) -> str:
    """A text without what does not count: case, widths, kinds of signs and of blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(ONE_SIGN).casefold().split())


def stands(wanted: str, text: str) -> bool:
    """Whether a text stands in a plain text as whole words: ``$40`` stands neither in ``$400`` nor in ``$40.50``."""
    sought = plain(wanted)
    found = (hit.start() for hit in re.finditer(rf"(?={re.escape(sought)})", text))
    return any(_is_whole(text, start, start + len(sought)) for start in found)


def _is_whole(text: str, start: int, end: int) -> bool:
    before, after = text[:start][-2:][::-1], text[end : end + 2]
    return not _goes_on(text[start], before) and not _goes_on(text[end - 1], after)


def _goes_on(edge: str, beyond: str) -> bool:
    """Whether the word that ends at a sign goes on with the signs beyond it, the nearest first."""
    if not beyond or not edge.isalnum() or UNBOUNDED.match(edge):
        return False
    if beyond[0].isalnum():
        return not UNBOUNDED.match(beyond[0])
    # A point or comma between two digits belongs to the number.
    return edge.isdigit() and beyond[0] in ".," and beyond[1:].isdigit()


def _is_there(unwanted: str, text: str) -> bool:
    if unwanted.startswith(PATTERN):
        return re.search(unwanted.removeprefix(PATTERN), text, re.I | re.M) is not None
    return stands(unwanted, plain(text))


def _under_headings(text: str) -> Iterator[tuple[str, str]]:
    """Each indented line of a brief's text form, with the heading that it stands under; the headline is none."""
    heading = ""
    for line in text.splitlines()[1:]:
        if line[:1].isspace():
            yield heading, line.strip()
        else:
            heading = line.strip() or heading
