"""Answers: what somebody means who was asked whether something is right, in every language of the phrases and in none.

An answer is a yes or a no only where nothing else is said: `yes, but the blue one` says what is wrong.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from warmline_memory.briefs.phrases import CATALOGUE
from warmline_memory.language import phrases

QUESTION_MARKS = ("?", "؟", "？")
# What people press instead of a word. The tone of a skin and what follows a sign are skipped as all other signs are.
YES_SIGNS, NO_SIGNS = "👍👌✅✔☑💯🆗🙆", "👎❌✖🙅❎"
UNPARTED = ("\u0e00", "\u0eff"), ("\u3040", "\u30ff"), ("\u3400", "\u9fff"), ("\uac00", "\ud7af")
"""Scripts whose words stand without blanks, or go on with particles: a word of theirs may end anywhere."""


class Answer(StrEnum):
    """What an answer means."""

    YES = "yes"
    NO = "no"
    OTHERWISE = "otherwise"
    """It says something: what is wrong, or what is missing."""
    NONE = "none"
    """It is no answer: thanks, a question of one's own, a sign that could mean anything."""


def answer_of(text: str, language: str | None = None) -> Answer:
    """What a text means in answer to whether something is right; ``language`` is the one in which that was asked.

    Any language is understood: people answer in the one they like. Where a word means two things it means what it does
    in theirs, as `tak`, which is thanks in Denmark and yes in Poland.
    """
    # Phones write the apostrophe that a typographer would.
    pieces = list(_pieces(phrases.folded(text).replace("’", "'"), language))
    begins_with_no = bool(pieces) and pieces[0] == "no"
    if None in pieces:
        # Who begins with a no says what is wrong, even as a question: `no, did I not say the blue one?`
        return Answer.OTHERWISE if begins_with_no or not is_asking(text) else Answer.NONE
    said = {piece for piece in pieces if piece is not None and piece != "polite"}
    if not said:
        return Answer.NONE
    return Answer(said.pop()) if len(said) == 1 else Answer.OTHERWISE


def is_asking(text: str) -> bool:
    """Whether a text asks something, in any script: then what is said next may answer that."""
    return any(mark in text for mark in QUESTION_MARKS)


def _pieces(text: str, language: str | None) -> Iterator[str | None]:
    """What each piece of a text is (`yes`, `no`, `polite`), the longest that is known first; None for all else."""
    own, at = OWN.get((language or "").partition("-")[0], {}), 0
    while at < len(text):
        if text[at] in YES_SIGNS + NO_SIGNS:
            yield "yes" if text[at] in YES_SIGNS else "no"
            at += 1
        elif not text[at].isalnum():
            at += 1
        else:
            known = next((one for one in _beginning(text[at]) if text.startswith(one, at) and _ends(text, at, one)), "")
            yield own.get(known) or KNOWN.get(known)
            if not known:
                return
            at += len(known)


def _beginning(sign: str) -> tuple[str, ...]:
    return BY_FIRST.get(sign, ())


def _ends(text: str, at: int, phrase: str) -> bool:
    """Whether a phrase ends where a word does."""
    after = text[at + len(phrase) : at + len(phrase) + 1]
    unparted = any(first <= phrase[-1] <= last for first, last in UNPARTED)
    return unparted or not phrases.goes_on_in_any_script(after)


def _own(catalogue: Mapping[str, Any]) -> Mapping[str, str]:
    kinds = ((kind, one) for kind in ("polite", "no", "yes") for one in catalogue["recap"][kind])
    return MappingProxyType({phrases.folded(one).replace("’", "'"): kind for kind, one in kinds})


OWN: Mapping[str, Mapping[str, str]] = MappingProxyType({tag: _own(one) for tag, one in CATALOGUE.items()})
"""The phrases of each language, and what they are."""
# A yes goes before thanks, where nobody knows the language; no phrase is a yes and a no.
KNOWN: Mapping[str, str] = MappingProxyType(
    {
        one: kind
        for wanted in ("polite", "no", "yes")
        for own in OWN.values()
        for one, kind in own.items()
        if kind == wanted
    }
)
"""Every phrase that is known, and what it is."""
BY_FIRST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        first: tuple(sorted((one for one in KNOWN if one[0] == first), key=len, reverse=True))
        for first in {one[0] for one in KNOWN}
    }
)
"""The phrases by their first sign, the longest first."""
