"""What people call secrets, in fifteen languages: the words of naming.toml as patterns, and what a question asks for.

Patterns are tried on folded texts (`phrases.folded`), so they need no flag for case, which makes alternations fast.
"""

import re
import tomllib
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from warmline_memory.language import phrases
from warmline_memory.language.one_reading import read_once

LANGUAGES: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    files(__package__).joinpath("naming.toml").read_text("utf-8").translate(phrases.ALIKE)
)
PART = re.compile(r"(?:\[[^\]]*\]|[^\s\[])+")


def parts(entry: str) -> list[str]:
    """The regular expressions of an entry; blanks part them, but not those inside of brackets."""
    return PART.findall(entry)


def alternatives(patterns: Iterable[str]) -> str:
    """Any of these, the longest first."""
    return "|".join(sorted(dict.fromkeys(patterns), key=len, reverse=True))


def entries(name: str, *, compact: bool = False) -> str:
    """The entries of that name of all languages; `compact` ones write words without blanks between them."""
    known = [one for one in LANGUAGES.values() if bool(one.get("compact")) is compact]
    return alternatives(part for one in known for part in parts(one.get(name, "")))


def bounded(name: str) -> str:
    """A pattern of whole words for an entry of all languages. Arabic joins small words to the next one."""
    return rf"(?<!\w)[وفبل]?(?:{entries(name)})(?!\w)|(?:{entries(name, compact=True) or '(?!)'})"


class Words:
    """Several entries as a pattern, with the name of the entry as that of its group.

    Most texts that are long, such as what programs print, hold no letters of other scripts than Latin. For these there
    is a pattern of its own, which finds the same in a third of the time: without what begins in another script, what
    is written without blanks, and a look for each entry at whether a word begins.
    """

    def __init__(self, *names: str) -> None:
        form = "|".join(f"(?P<{name}>{bounded(name)})" for name in names)
        self.pattern = re.compile(form)
        groups = "|".join(f"(?P<{name}>(?:{_latin_entries(name)})(?!\\w))" for name in names)
        form = rf"(?<!\w)(?:{groups})"
        self.latin = re.compile(form)

    def for_text(self, folded: str) -> re.Pattern[str]:
        """The pattern to search a text with."""
        return self.latin if LATIN.fullmatch(folded) else self.pattern


def _latin_entries(name: str) -> str:
    known = (one for one in LANGUAGES.values() if not one.get("compact"))
    return (
        alternatives(part for one in known for part in parts(one.get(name, "")) if LATIN.fullmatch(part[0])) or "(?!)"
    )


# Up to the combining marks, and from Latin Extended Additional over punctuation and signs to Glagolitic, there are
# letters of no script but Latin.
LATIN = re.compile(r"[\x00-\u036f\u1e00-\u1eff\u2000-\u2bff]*")
NAMES, CUES = Words("card", "code", "answer", "word"), Words("thing", "access", "weak", "place")
HARMLESS, EVADES, YES_NO, ASKS, OTHER = (
    re.compile(bounded(name)) for name in ("harmless", "evade", "yesno", "ask", "other")
)
WHOSE = re.compile(rf"(?<!\w)(?:{entries('whose')})(?!\w)|(?:{entries('whose', compact=True)})")
ORDINARY_COMPACT = re.compile(entries("ordinary", compact=True))
ORDINARY = re.compile(rf"(?:{entries('ordinary')})(?!\w)|(?:{entries('ordinary', compact=True)})")
STOP = re.compile(f"{entries('stop')}|{entries('stop', compact=True)}")
LEAD = re.compile(
    rf"(?:\W*(?<!\w)(?:{entries('lead')})(?!\w))+\W*|\W*(?:{entries('lead', compact=True)})[、，,\s]*|\W+"
)
SHORT, LAST = 7, 40
"""Words of a question that is no more than a name (`And the PIN?`), and how many sentences are read for one."""
COMPACT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
# A mark within a word ends nothing, for passwords have such marks.
SENTENCE = re.compile(r"(?:[^.!?。！？؟।\n]|[.!?](?=\S))+[.!?。！？؟।]*")
CLAUSE = re.compile(r"[^,،，;]+[,،，;]?")
BARE = re.compile(r"\W*\Z")


# What a password has to be like is told with these words behind its name: `the password must have twelve signs`.
RULES = re.compile(
    r"\s+(?:must|should|has to|muss|sollte?|soll|moet|debe|deben|doit|deve|precisa|musi|должен|должна|gerekir)(?!\w)"
)
LONG_WORD = re.compile(r"[^\W\d_]{7,14}")
TWICE = re.compile(r"(\w)\1+")


def _nearly(word: str) -> frozenset[str]:
    """What is left of a word without its accents, its double letters, and any one of its letters.

    Two words that share such a rest differ by one letter, or by two letters that changed places.
    """
    single = _plain(word)
    return frozenset([single, *(single[:at] + single[at + 1 :] for at in range(len(single)))])


def _plain(word: str) -> str:
    if not word.isascii():
        word = "".join(sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))
    return TWICE.sub(r"\1", word)


PLAIN = [re.sub(r"\(\?:\w+\)\?|s\?$", "", name) for one in LANGUAGES.values() for name in parts(one["word"])]
MISTYPED = frozenset(near for name in PLAIN if LONG_WORD.fullmatch(name) for near in _nearly(name))
BEGINNINGS = frozenset(near[:3] for near in MISTYPED)
"""How all of these begin. Nearly every word begins otherwise, and need not be looked up without each of its letters."""


@read_once
def _is_mistyped(word: str) -> bool:
    """Whether a word is nearly one for a secret. A long conversation has few words, each of them often."""
    one = _plain(word)
    if BEGINNINGS.isdisjoint([one[:3], one[:2] + one[3:4], one[:1] + one[2:4], one[1:4]]):
        return False
    return not MISTYPED.isdisjoint(_nearly(word))


@read_once
def names(folded: str) -> tuple[tuple[str, int, int], ...]:
    """The family and the place of each name of a secret in a folded text, but for phrases that only sound like one."""
    found = [(str(hit.lastgroup), *hit.span()) for hit in NAMES.for_text(folded).finditer(folded)]
    slips = [hit.span() for hit in LONG_WORD.finditer(folded) if _is_mistyped(hit.group())]
    taken = {at for _, start, end in found for at in range(start, end)}
    found = sorted([*found, *(("word", *slip) for slip in slips if slip[0] not in taken)], key=lambda one: one[1])
    if not found:
        return ()
    harmless = [hit.span() for hit in HARMLESS.finditer(folded)]
    ends = [end for _, end in harmless]  # in order, for they do not overlap
    firsts = [bisect_right(ends, start) for _, start, _ in found]
    found = [
        one for one, first in zip(found, firsts, strict=True) if first == len(harmless) or harmless[first][0] >= one[2]
    ]
    # A name with another right behind it has no value: `PIN, PIN: 4711`.
    return tuple(
        one
        for one, after in zip(found, [*found[1:], None], strict=False)
        if not after or not BARE.match(folded, one[2], after[1])
    )


@read_once
def asked(text: str) -> dict[str, bool]:
    """The families of secrets that a text asks for, and whether it asks for the value itself (`what is your PIN?`) or
    may be answered by yes or no (`did you change it?`). `weak` is what may be one: `what is the code for the door?`."""
    folded = phrases.folded(text)
    here = names(folded)
    found: dict[str, bool] = {}
    sentences = list(SENTENCE.finditer(folded))[-LAST:]
    starts = [start for _, start, _ in here]
    for number, sentence in enumerate(sentences):
        within = here[bisect_left(starts, sentence.start()) : bisect_left(starts, sentence.end())]
        # `I sent you a code. What is it?`
        later = "".join(one.group() for one in sentences[number + 1 : number + 3] if len(one.group().split()) <= SHORT)
        said = sentence.group() + later
        last = {family: start - sentence.start() for family, start, _ in within}
        # A name may hold a word that asks in another language: `mot de passe`.
        plain = _without(said, within, sentence.start())
        families = [family for family, start in last.items() if not _is_evaded(said, start, plain)]
        short = len(said.split()) <= SHORT and not COMPACT.search(said)
        rules = any(RULES.match(folded, end) for _, _, end in within)
        direct = ASKS.search(plain) is not None or (short and not rules and not YES_NO.search(said))
        if direct or re.search(r"[?？؟]", said):
            if not within and _names_code(said):
                families = ["weak"]
            found.update({family: found.get(family, False) or direct for family in families})
    return found


def _without(said: str, named: Iterable[tuple[str, int, int]], start: int) -> str:
    """A sentence, which begins at ``start``, with blanks in the place of names of secrets."""
    for _, first, last in named:
        said = f"{said[: first - start]}{' ' * (last - first)}{said[last - start :]}"
    return said


def _names_code(said: str) -> bool:
    cues = {hit.lastgroup for hit in CUES.pattern.finditer(said)}
    return cues >= {"weak", "place"} and not OTHER.search(said) and not HARMLESS.search(said)


def _is_evaded(said: str, at: int, plain: str) -> bool:
    """Whether the clause around a name says that there is no value, or asks for somebody: `never tell us your PIN`,
    `I forgot the PIN, …`, `whose token is it?`. ``plain`` is the sentence without names: who asks for both has the
    value hidden, as in `who are you, and what is the PIN?`"""
    hit = next((one for one in CLAUSE.finditer(said) if one.end() > at), None)
    clause, start = (hit.group(), hit.start()) if hit else (said, 0)
    whose = WHOSE.search(said, start, at)
    if whose and not ASKS.search(plain, whose.end()):
        return True
    return EVADES.search(clause) is not None and not re.search(r"[?？؟]", clause)
