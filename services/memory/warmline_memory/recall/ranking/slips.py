"""Slips: a value that was said wrong, and was set right soon after, in words alone."""

import re
import unicodedata

from warmline_memory.language.words import word_set

LONGEST = 300
"""Only short texts are read: a slip is set right in a sentence."""
LEAST_DIGITS = 4
"""Two digits that changed places are a slip in a longer value only; of `12` and `21` both may be meant."""
MOST_WORDS = 2
"""What may be said beside `no` and the value: `No, it's 555-0199`, but not `No, I never called 555-0199`."""

# The word for "no" in 27 languages, from the locales of the GNU C library (LC_MESSAGES, nostr; Arabic's from CLDR): it
# begins an answer that sets right what was said. "Sorry", "wrong" and their like are missing, for no list of them was
# found that covers many languages; what is said with these alone is not noticed.
NO = word_set(
    """
    no nein non não nee nej nei ei nie ne hayır нет ні いいえ 不是 아니요 لا לא नहीं tidak không όχι nem nu
    """
)
VALUE = re.compile(r"[!-/:-~]*[0-9][!-~]*")
"""A run of ASCII without blanks that has a digit: values stand in such runs, also where a script has no blanks."""
PAUSE = re.compile(r"[.,;:!?…，、。！？،]")
RUN_OF_DIGITS = re.compile(r"\d+")


def sets_right(later: str, earlier: str) -> bool:
    """Whether a text takes back the one value that it does not share with an earlier one of the same exchange.

    It does where it says `no` and hardly more than a value of the same form, or where two neighbouring digits of the
    value have changed places.
    """
    if len(later) > LONGEST or len(earlier) > LONGEST:
        return False
    said, before = _values(later), _values(earlier)
    new, old = said - before, before - said
    if len(new) != 1 or len(old) != 1:
        return False
    value, slip = new.pop(), old.pop()
    return _swapped(value, slip) or (_form(value) == _form(slip) and _is_no(later, value, earlier))


def _values(text: str) -> set[str]:
    return {run.strip(".,;:!?()'\"").lower() for run in VALUE.findall(text)}


def _form(value: str) -> str:
    return RUN_OF_DIGITS.sub("0", value)


def _swapped(value: str, slip: str) -> bool:
    """Whether two neighbouring characters have changed places, and nothing else differs."""
    if len(value) != len(slip) or sum(map(str.isdigit, value)) < LEAST_DIGITS:
        return False
    places = [at for at, (one, other) in enumerate(zip(value, slip, strict=True)) if one != other]
    # Neighbours apart from what stands between the groups of a number: `12-34` and `13-24`.
    return len(places) == 2 and value[places[0]] == slip[places[1]] and value[places[1]] == slip[places[0]]


def _is_no(text: str, value: str, earlier: str) -> bool:
    """Whether a text is `no`, a pause, and the value with hardly anything around it."""
    head, _, tail = text.lower().partition(value)
    first, *between = _words(head) or [""]
    if first not in NO or len(between) > MOST_WORDS or head.partition(first)[2].lstrip()[:1].isalpha():
        return False
    # What follows the value was said before, as a unit was, or comes behind a pause. `No, 3 are my brother's` is about
    # something else.
    return set(_words(PAUSE.split(tail, maxsplit=1)[0])) <= set(_words(earlier.lower()))


def _words(text: str) -> list[str]:
    # Letters with their marks, which `\w` leaves out: Hindi writes vowels by them.
    return "".join(char if unicodedata.category(char)[0] in "LM" or char in "'’" else " " for char in text).split()
