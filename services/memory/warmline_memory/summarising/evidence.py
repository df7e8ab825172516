"""Evidence: what the memories that a line cites state, in a form that lines can be compared with."""

import re
from collections.abc import Sequence
from functools import cached_property

from warmline_memory.language import meanings, wording
from warmline_memory.language.meanings import Meaning, Quantity
from warmline_memory.language.values import Value
from warmline_memory.language.words import squeezed
from warmline_memory.summarising.exhibits import Exhibit
from warmline_schemas.memories import Role

WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:[-'’][^\W\d_]+)*(?!\w)")
"""A word of letters alone: the letters of `WUNA5K` are none."""
LEAD_CHARS = 60
BOUNDS = {
    "over": "over", "above": "over", "more": "over", "exceeding": "over", "least": "over",
    "under": "under", "below": "under", "less": "under", "fewer": "under", "most": "under",
    "before": "before", "until": "before", "by": "before", "after": "after", "since": "after",
}  # fmt: skip
"""Words before a value that say on which side of it something is."""


class Evidence:
    """What some memories state together."""

    def __init__(self, exhibits: Sequence[Exhibit]) -> None:
        self.exhibits = exhibits
        self.text = meanings.plain("\n".join(part for exhibit in exhibits for part in exhibit.statements()))

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, in lower case."""
        return frozenset(words(self.text))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its words."""
        return wording.stems(self.text)

    @cached_property
    def clauses(self) -> list[wording.Clause]:
        """Its clauses."""
        return wording.clauses(self.text)

    @cached_property
    def assertions(self) -> set[wording.Assertion]:
        """What it says was brought about, or was not."""
        return wording.assertions(self.text)

    @cached_property
    def months(self) -> set[int]:
        """The months that it names, in words or in dates."""
        held = (one for _, mention in self._mentions for one in mention)
        return {one.month for one in held if isinstance(one, meanings.Day) and one.month} | meanings.months(self.text)

    @property
    def is_a_customers_word(self) -> bool:
        """Whether all of it was said by the customer."""
        return all(exhibit.role is Role.USER for exhibit in self.exhibits)

    def times(self, said: frozenset[Meaning]) -> int:
        """How often it states a value, in any way of writing it."""
        told = sum(self._any_backs(mention, said) for _, mention in self._mentions)
        return told or int(bool(said & self._alone))

    def contradicts(self, lead: str, said: frozenset[Meaning]) -> bool:
        """Whether the words that lead to a value lead to others of its sort there, and never to this one."""
        there = [mention for before, mention in self._mentions if before == lead and _alike(mention, said)]
        return bool(lead) and bool(there) and not any(self._any_backs(mention, said) for mention in there)

    def bounds(self, said: frozenset[Meaning]) -> set[str]:
        """The bounds that it sets by a value, such as `over` for `more than $50`."""
        return {bound(before) for before, mention in self._mentions if self._any_backs(mention, said)}

    def _any_backs(self, mention: frozenset[Meaning], said: frozenset[Meaning]) -> bool:
        return any(self._backs(held, one) for one in said for held in mention)

    def _backs(self, held: Meaning, said: Meaning) -> bool:
        if isinstance(held, Quantity) and isinstance(said, Quantity) and said.per and not held.per:
            said = Quantity(said.amount, said.unit, "") if said.per in self._measures else said
        return meanings.backs(held, said)

    @cached_property
    def _measures(self) -> set[str]:
        named = {meanings.MEASURES.get(word, "") for word in self.words}
        return named | {word.removesuffix("ly") for word in self.words if word.endswith("ly")}

    @cached_property
    def _mentions(self) -> list[tuple[str, frozenset[Meaning]]]:
        return [(lead(value, self.text), all_of) for value, all_of in meanings.values(self.text)]

    @cached_property
    def _alone(self) -> frozenset[str]:
        return frozenset(squeezed(value).strip("#") for exhibit in self.exhibits for value in exhibit.values())


def lead(value: Value, text: str) -> str:
    """The two words before a value in its line of a text, in lower case; empty where there are fewer."""
    before = WORD.findall(text[max(0, value.start - LEAD_CHARS) : value.start].rpartition("\n")[2])[-2:]
    return " ".join(before).lower() if len(before) == 2 else ""


def bound(lead: str) -> str:
    """The sort of bound that the words before a value make of it; empty where they make none."""
    return next((BOUNDS[word] for word in lead.split() if word in BOUNDS), "")


def _alike(one: frozenset[Meaning], other: frozenset[Meaning]) -> bool:
    """Whether two values are of one sort."""
    return bool({type(meaning) for meaning in one if not isinstance(meaning, str)} & {type(m) for m in other})


def words(text: str) -> list[str]:
    """The words of a text in lower case, without the 's of possession."""
    return [re.sub(r"['’]s$", "", word.lower()) for word in WORD.findall(text)]
