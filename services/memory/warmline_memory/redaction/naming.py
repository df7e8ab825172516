"""What people call secrets, in fifteen languages: the words of naming.toml as patterns.

Patterns are tried on folded texts (`phrases.folded`), so they need no flag for case, which makes alternations fast.
"""

import re
import tomllib
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
FAMILIES = ("card", "code", "answer", "word")


def parts(entry: str) -> list[str]:
    """The regular expressions of an entry; blanks part them, but not those inside of brackets."""
    return PART.findall(entry)


def alternatives(patterns: Iterable[str]) -> str:
    """Any of these, the longest first."""
    return "|".join(sorted(dict.fromkeys(patterns), key=len, reverse=True))


def entries(name: str, *, compact: bool | None = None) -> list[str]:
    """The entries of that name of all languages; `compact` ones write words without blanks between them."""
    return [
        part
        for language in LANGUAGES.values()
        if compact is None or bool(language.get("compact")) is compact
        for part in parts(language.get(name, ""))
    ]


def bounded(name: str) -> str:
    """A pattern of whole words for an entry of all languages. Arabic joins small words to the next one."""
    spaced, compact = alternatives(entries(name, compact=False)), alternatives(entries(name, compact=True))
    return rf"(?<!\w)[وفبل]?(?:{spaced})(?!\w)|(?:{compact})"


BARE = re.compile(r"\W*\Z")
NAMES = re.compile("|".join(f"(?P<{family}>{bounded(family)})" for family in FAMILIES))
HARMLESS = re.compile(bounded("harmless"))
IS = alternatives(entries("is", compact=False))
ORDINARY = re.compile(
    rf"(?:{alternatives(entries('ordinary', compact=False))})(?!\w)"
    rf"|(?:{alternatives(entries('ordinary', compact=True))})"
)
STOP = re.compile(alternatives([*entries("stop")]))
LEAD = re.compile(
    rf"(?:\W*(?<!\w)(?:{alternatives(entries('lead', compact=False))})(?!\w))+\W*"
    rf"|\W*(?:{alternatives(entries('lead', compact=True))})[、，,\s]*|\W+"
)
EVADES = re.compile(bounded("evade"))
SHORT, LAST = 7, 40
"""Words of a question that is no more than a name (`And the PIN?`), and how many sentences are read for one."""
COMPACT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
YES_NO = re.compile(bounded("yesno"))
ASKS = re.compile(rf"{bounded('ask')}")
OTHER = alternatives(entries("other", compact=False))
SENTENCE = re.compile(r"[^.!?。！？؟।\n]+(?:[.](?=\S)[^.!?。！？؟।\n]+)*[.!?。！？؟।]*")
QUESTION = re.compile(r"[?？؟]")


@read_once
def names(folded: str) -> tuple[tuple[str, int, int], ...]:
    """The family and the place of each name of a secret in a folded text, but for phrases that only sound like one."""
    found = [(str(hit.lastgroup), *hit.span()) for hit in NAMES.finditer(folded)]
    if not found:
        return ()
    harmless = [hit.span() for hit in HARMLESS.finditer(folded)]
    if harmless:
        ends = [end for _, end in harmless]  # in order, for they do not overlap
        firsts = [bisect_right(ends, start) for _, start, _ in found]
        found = [
            one
            for one, first in zip(found, firsts, strict=True)
            if first == len(harmless) or harmless[first][0] >= one[2]
        ]
    # A name with another right behind it has no value: `PIN, PIN: 4711`.
    return tuple(
        one
        for one, after in zip(found, [*found[1:], None], strict=False)
        if not after or not BARE.match(folded, one[2], after[1])
    )


def asked(text: str) -> dict[str, bool]:
    """The families of secrets that a text asks for, and whether it asks for the value itself (`what is your PIN?`)
    or may be answered by yes or no (`did you change it?`)."""
    folded = phrases.folded(text)
    found: dict[str, bool] = {}
    here = names(folded)
    sentences = list(SENTENCE.finditer(folded))[-LAST:] if here else []
    starts = [start for _, start, _ in here]
    for number, sentence in enumerate(sentences):
        within = here[bisect_left(starts, sentence.start()) : bisect_left(starts, sentence.end())]
        if not within:
            continue
        said = sentence.group()
        # `I sent you a code. What is it?`
        said += "".join(
            later.group() for later in sentences[number + 1 : number + 3] if len(later.group().split()) <= SHORT
        )
        if EVADES.search(said) and not QUESTION.search(said):
            continue  # `never tell us your PIN`
        short = len(said.split()) <= SHORT and not COMPACT.search(said)
        direct = ASKS.search(said) is not None or (short and not YES_NO.search(said))
        if direct or QUESTION.search(said):
            found.update({family: found.get(family, False) or direct for family, *_ in within})
    return found
