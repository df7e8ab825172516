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
# quotes and brackets that close behind them. A newline always ends a statement; a mark within a title (《好！》) never.
_END = re.compile(
    r"《[^《》\n]{1,60}》|(?P<mark>[.!?…]{1,8}[\"'”’»)\]*`]{0,3}(?=\s)|[。！？｡；।॥؟۔։።]{1,8}[”’」』）\"']{0,3}|\n)"
)
# Shortened words whose dot ends nothing, because a name or a number follows: titles, streets and reference words of
# English, German, the Romance languages, Dutch, Polish, Turkish and Russian. The list may be short: what it lacks cuts
# a quote in two, no more. Words without a vowel (Dr., Mrs., Nr., кв.) need no entry, for they are no words of
# sentences, and neither does what a small letter follows.
_TITLES = """prof dra sra srta sres mme mlle ing sig sigra gen gov hon rev sen rep capt col maj lic mons mevr dhr
    inż ave fa hab ul doç yrd sok cad mah проф доц акад ул пер наб просп डॉ श्री"""
_REFERENCES = "no nr nos num núm nº art tel tél ext fig abs vol ca approx cap pag pág ref pos kap sec рис табл ил"
_BEFORE_A_NAME, _BEFORE_A_NUMBER = frozenset(_TITLES.split()), frozenset(_REFERENCES.split())
_VOWEL = re.compile(r"[aeiouyáàâäãåæéèêëíìîïóòôöõøúùûüœаеёиоуыэюяєіїαεηιουω]", re.I)
_CYRILLIC = "\u0530"
"""Letters below are Latin, Greek or Cyrillic."""
_MOST_LETTERS = 6
"""A word of more letters is not shortened."""
# Thai, Lao, Burmese, Khmer, Japanese and Chinese leave no blanks between words.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_BEGINS_WORD = rf"\s{_UNSPACED}(\[\"“‘«'’"
_LASTWORD = re.compile(rf"(?P<first>(?:.*[{_BEGINS_WORD}])?)(?P<word>[^{_BEGINS_WORD}]*)$", re.S)
_ENDED = re.compile(r"[.!?…。！？｡；।॥؟۔։።][\"”’»)\]*`'」』）]{0,3}\Z")
_BLANKS = " \t\r"
WORD = re.compile(rf"[{_UNSPACED}]{{1,2}}|[^\s{_UNSPACED}]+")
# In Thai and Lao there are no commas and no full stops: a blank between two words ends a clause, and often a sentence.
_THAI_PAUSE = r"(?<=[\u0e00-\u0eff])\s(?=[\u0e00-\u0eff])"
_PAUSE = re.compile(rf"[,;:،、，：]\s|[،、，：]|\s[–—-]\s|{_THAI_PAUSE}")
_ENDLESS = re.compile(_THAI_PAUSE)


def statements(text: str) -> list[tuple[int, int]]:
    """The spans of a text's statements, in order, without the blanks around them. Linear in the text."""
    found = []
    for start, end in starmap(partial(_stripped, text), _sentences(text)):
        if any(char.isalnum() for char in text[start:end]):
            found += _clauses(text, start, end)
    return found


def word_count(text: str) -> int:
    """How many words a text has; where a script leaves no blanks, two characters are a word."""
    return len(WORD.findall(text))


def goes_on(before: str, after: str) -> bool:
    """Whether a sentence goes on from one part of a text into the next, which was cut between two statements."""
    before, after = before.rstrip(_BLANKS), after.lstrip(_BLANKS)
    is_one_line = bool(before and after) and "\n" not in (before[-1], after[0])
    return is_one_line and not _ENDED.search(before[-8:])


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for mark in _END.finditer(text):
        if mark["mark"] and _ends(text, start, mark):
            yield start, mark.end()
            start = mark.end()
    yield start, len(text)


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    """Whether a mark ends its sentence, which begins at `start`."""
    following = text[mark.end() : mark.end() + 3]
    if mark[0] not in (".", '."', ".)"):
        # `“Why?” he asked`, 「はい。」と言う: the sentence goes on behind what it quotes.
        return mark[0][-1] not in '"”’»」』' or not (following.strip()[:1].islower() or following[:1].isalpha())
    # Thirty characters are enough to see the word before the mark, whatever its length.
    before = _LASTWORD.search(text[max(start, mark.start() - 30) : mark.start()])
    is_large = text[start : start + 40].lstrip()[:1].isupper()
    return before is None or not _goes_on(
        before["first"].rstrip(), before["word"], following.strip()[:1], is_large=is_large
    )


def _goes_on(first: str, word: str, following: str, *, is_large: bool) -> bool:
    """Whether a sentence goes on behind a full stop, which shortens the word before it or makes an ordinal of it.

    `first` is what stands before the word, `following` the next sign; the sentence `is_large` if a capital begins it.
    """
    if word.isdigit():
        # What a shortened word counts is no ordinal: `núm. 8. Gracias`.
        return len(word) <= 2 and not (first.endswith((".", "º")) and following.isupper())
    if len(word) <= 1:
        return not (first[-1:].isdigit() and word.islower() and following.isupper())  # `18 h. Merci`
    if "." in word:
        # "z.B.", "p.m." and "e.g." end nothing; behind a file, a version or a time of day the stop is one.
        return all(part.isalpha() and len(part) == 1 for part in re.split(r"\.-?", word))
    return (is_large and following.islower() and len(word) <= _MOST_LETTERS) or _is_shortened(first, word, following)


def _is_shortened(first: str, word: str, following: str) -> bool:
    if following.isdigit() and (word.lower() in _BEFORE_A_NUMBER or word.endswith("str")):
        return True
    if following.isupper() and first and len(word) == 2 and word.istitle():
        return True  # `Me. Aubry`, `Av. Brasil`, `Co. KG`: hardly any name has two letters
    if word.lower() in _BEFORE_A_NAME:
        return True
    return len(word) <= 4 and word.isalpha() and not (word.isupper() or max(word) > _CYRILLIC or _VOWEL.search(word))


def _clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A statement that is not too long as it is, or else cut at its pauses, or where it has none between words."""
    if end - start < LONGEST:
        return [(start, end)]
    words = [start + word.start() for word in WORD.finditer(text[start:end])]
    part = 2 if _ENDLESS.search(text, start, end) else 1
    longest, clause = LONGEST // part, CLAUSE // part
    if len(words) <= longest:
        return [(start, end)]
    pauses = [start + pause.end() for pause in _PAUSE.finditer(text[start:end])]
    cuts, at = [start], 0
    while len(words) - at > clause:
        # The last pause in the second half of the window; without one, the window is cut after its last word.
        last = bisect_right(pauses, words[at + clause])
        cut = pauses[last - 1] if last and pauses[last - 1] > words[at + clause // 3] else words[at + clause]
        cuts.append(cut)
        at = max(bisect_right(words, cut - 1), at + 1)
    return [span for span in map(lambda a, b: _stripped(text, a, b), cuts, [*cuts[1:], end]) if span[0] < span[1]]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())
