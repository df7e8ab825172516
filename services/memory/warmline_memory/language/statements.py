"""Statements: the sentences of a text, and the clauses of speech that has no full stops. Any script, any language."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import partial
from itertools import starmap

LONGEST = 40
"""A statement of more words than this is cut into clauses, or into windows where it has no pause."""
CLAUSE = 28
"""A clause that is cut out of a long statement has at most this many words."""

# Where a sentence may end: marks of Latin, Greek and Cyrillic text before a blank, and those of scripts that leave no
# blank behind them (Chinese, Japanese, Hindi, Arabic, Urdu, Armenian, Ethiopic). Marks in a row are one end, with the
# quotes and brackets that close behind them. A newline always ends a statement.
_END = re.compile(r"(?:[.!?…]{1,8}[\"'”’»)\]*`]{0,3}(?=\s)|[。！？｡；।॥؟۔։።]{1,8}[”’」』）\"']{0,3}|\n)")
# Abbreviations that a name or a number follows, so that their dot ends nothing: titles and reference words of English,
# German, Spanish, French, Italian, Portuguese, Dutch and Polish. The list may be short: what it lacks cuts a quote in
# two, no more. Words without a vowel (Dr., Mrs., Nr., Hr., bzw.) need no entry, for they are no words of sentences.
_TITLES = "prof dra sra srta sres mme mlle ing sig sigra gen gov hon rev sen rep capt col maj lic mons mevr dhr inż"
_REFERENCES = "no nr nos num núm nº art tel tél ext fig abs vol ca approx cap pag pág ref pos kap"
_BEFORE_A_NAME, _BEFORE_A_NUMBER = frozenset(_TITLES.split()), frozenset(_REFERENCES.split())
_VOWEL = re.compile(r"[aeiouyáàâäãåæéèêëíìîïóòôöõøúùûüœаеёиоуыэюяєіїαεηιουω]", re.I)
# Thai, Lao, Burmese, Khmer, Japanese and Chinese leave no blanks between words.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]{{1,2}}|[^\s{_UNSPACED}]+")
_PAUSE = re.compile(r"[,;:،、，：]\s|[،、，：]|\s[–—-]\s")


def statements(text: str) -> list[tuple[int, int]]:
    """The spans of a text's statements, in order, without the blanks around them. Linear in the text."""
    found = []
    for start, end in starmap(partial(_stripped, text), _sentences(text)):
        if any(char.isalnum() for char in text[start:end]):
            found += _clauses(text, start, end)
    return found


def word_count(text: str) -> int:
    """How many words a text has; where a script leaves no blanks, two characters are a word."""
    return sum(1 for _ in _WORD.finditer(text))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _END.finditer(text):
        if mark[0].startswith(".") and not mark[0].startswith("..") and not _ends(text, start, mark):
            continue
        yield start, mark.end()
        start = mark.end()
    yield start, len(text)


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether a full stop ends its sentence: not behind a number such as "3. Mai", an initial or an abbreviation."""
    # Thirty characters are enough to see the word before the stop, whatever its length.
    before = text[max(start, mark.start() - 30) : mark.start()].split()
    word = (before[-1] if before else "").lstrip("([\"'“‘«")
    if len(word) <= 1:
        return False
    if "." in word:
        # "z.B.", "p.m." and "e.g." end nothing; behind a file, a version or a time of day the stop is one.
        return not all(part.isalpha() and len(part) == 1 for part in word.split("."))
    if word.isdigit():
        return len(word) > 2
    following = text[mark.end() : mark.end() + 3].strip()
    if word.lower() in _BEFORE_A_NUMBER:
        return not following[:1].isdigit()
    if word.lower() in _BEFORE_A_NAME:
        return False
    return len(word) > 4 or not word.isalpha() or word.isupper() or not _is_latin(word) or bool(_VOWEL.search(word))


def _is_latin(word: str) -> bool:
    return all(char < "\u0530" for char in word)


def _clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A statement that is not too long as it is, or else cut at its pauses, or where it has none between words."""
    if end - start < LONGEST:
        return [(start, end)]
    words = [start + word.start() for word in _WORD.finditer(text[start:end])]
    if len(words) <= LONGEST:
        return [(start, end)]
    pauses = [start + pause.end() for pause in _PAUSE.finditer(text[start:end])]
    cuts, at = [start], 0
    while len(words) - at > CLAUSE:
        # The last pause in the second half of the window; without one, the window is cut after its last word.
        last = bisect_right(pauses, words[at + CLAUSE])
        cut = pauses[last - 1] if last and pauses[last - 1] > words[at + CLAUSE // 3] else words[at + CLAUSE]
        cuts.append(cut)
        at = max(bisect_right(words, cut - 1), at + 1)
    return [span for span in map(lambda a, b: _stripped(text, a, b), cuts, [*cuts[1:], end]) if span[0] < span[1]]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())
