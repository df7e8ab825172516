"""Contradictions: which values of a read-back the brief has differently, and which it says were replaced."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from warmline_memory.briefs.drafts import VALUES
from warmline_memory.briefs.rendering import WAS, current_value
from warmline_memory.briefs.repeats import GENERIC
from warmline_memory.handoffs.read_backs.mentions import WEEKDAYS, Mention, agree, plain, read
from warmline_memory.language import phrases, stems
from warmline_memory.language.one_reading import one_reading
from warmline_memory.language.trees import leaves
from warmline_memory.language.words import STOP, contains, content_words, squeezed, word_set
from warmline_schemas.briefs import Brief, BriefLine, SectionName
from warmline_schemas.handoffs import Contradiction, ContradictionKind

MOST_SHOWN = 3
"""At most this many values of a brief are shown beside one that contradicts it."""
ROUNDED = word_set("about around roughly approximately approx nearly almost circa some")
NEAR_ENOUGH = Decimal("0.05")
"""`about $100` agrees with $95.24 to $105.26; without such a word an amount must be the brief's to the cent. By
judgement: who rounds says so, and rounding to the next handy number takes no more of an ordinary price."""
# `over $50` agrees with any amount above it. The words must stand right before the amount.
BOUND = re.compile(
    r"\b(?:(?P<over>over|above|more than|exceeding|at least)|(?P<under>under|below|less than|at most|up to))\s*$", re.I
)
# What is said when a value takes the place of another one. What stands before `to` or an arrow no longer holds: `moved
# from the 12th to the 14th`.
MOVING = r"(?:chang|mov|correct|updat|revis|amend|reschedul|rais|reduc|lower|increas|adjust|switch|shift|replac)\w*"
NO_MORE = re.compile(
    r"(?:\(was|\b(?:not|no longer|instead of|rather than|originally|formerly|previously|initially))\b[^.;,]{0,20}$"
    r"|\bthe (?:old|former|previous|outdated) (?:\w+ ){0,2}$",
    re.I,
)
"""What is said before a value that no longer holds."""
MOVED = re.compile(rf"\b{MOVING}[^.;]{{0,40}}$", re.I)
TO = re.compile(r"^\W{0,3}(?:to|into|until)\b", re.I)
REPLACED = re.compile(rf"^\W{{0,3}}(?:\w+ ){{0,2}}{MOVING} (?:by|to|with)\b", re.I)
ARROW = re.compile(r"^\s{0,2}(?:→|->|➔|=>)")
BESIDE_CHARS = 60
ALIKE = 0.6
"""Identifiers that are alike to this degree, 0 to 1, can be taken for each other, as can those of one shape."""
LETTERS = re.compile(r"[A-Za-z]{2,}[-/#]?(?=\d)")
"""The letters with which an identifier says what it is of, as in `INV-8874`, with what parts them from its digits."""
LINKING = word_set("is are was were be the a an of for on at to by no number")
"""Words between a label and its value."""
IDENTIFYING = (ContradictionKind.IDENTIFIER, ContradictionKind.CONTACT)
MONEY = word_set("price total cost fee amount balance fare charge refund deposit payment budget bill credit")
TRUE_NOW = frozenset({*VALUES, SectionName.NEXT_STEPS, SectionName.PROMISED, SectionName.DECIDED})
"""The sections whose values hold now: what was done may be undone, and what was asked for may have changed."""


@dataclass(frozen=True, slots=True)
class BriefValue:
    """A value that the brief states. `section` is null for one that only the arguments of an action hold."""

    mention: Mention
    line: BriefLine
    section: SectionName | None


@dataclass(frozen=True, slots=True)
class Replaced:
    """A value that the brief says was replaced, and the line that says by what."""

    was: str
    now: str
    line: BriefLine

    def places(self, said: str, mentions: Sequence[Mention]) -> list[tuple[int, int]]:
        """Where a text states it: in any notation, or word for word.

        A plain number is it only beside a word of its label. A single word may be an ordinary one, such as `book`: it
        must be written as the brief does, with a capital, or together with a word of its label.
        """
        typed = list(read(plain(self.was)))
        if typed:
            return [(one.start, one.end) for one in mentions if any(self._is(old, one) for old in typed)]
        label = set(content_words(self.line.label or ""))
        ordinary = " " not in self.was and label.isdisjoint(content_words(said))
        if ordinary and self.was.islower():
            return []
        text, was = (said, self.was) if ordinary else (phrases.folded(said), phrases.folded(self.was))
        return [(start, start + len(was)) for start in phrases.places(text, was, phrases.goes_on_in_any_script)]

    def _is(self, old: Mention, one: Mention) -> bool:
        same_sort = old.kind is not None and old.kind is one.kind
        return agree(old, one) and (same_sort or _is_counted_alike(one, BriefValue(old, self.line, None)))

    def contradiction(self, said: str) -> Contradiction:
        """What is shown of a text that states it."""
        return Contradiction(
            kind=ContradictionKind.SUPERSEDED, said=said, brief_has=[self.now], memory_ids=self.line.memory_ids
        )


@one_reading()
def check(text: str, brief: Brief) -> list[Contradiction]:
    """Where a receiver's synthesis contradicts a brief, in the order of the synthesis; none for words without values.

    A value that the brief has, in whatever notation, is no contradiction, nor is one of a sort that the brief does not
    state at all. ``docs/read-back.md`` says what is compared with what.
    """
    said = plain(text)
    mentions = list(read(said))
    held = list(_values(brief))
    gone = list(_replaced(brief))
    found = dict(_superseded(said, mentions, held, gone))
    replaced = {start for old in gone for start, _ in old.places(said, mentions)}
    for mention in mentions:
        contradiction = _contradiction_of(mention, said, held, gone, brief)
        if contradiction is not None and mention.start not in replaced:
            found[mention.start] = contradiction
    distinct = {(one.kind, one.said): one for _, one in sorted(found.items(), key=lambda pair: pair[0])}
    return list(distinct.values())


def _values(brief: Brief) -> Iterator[BriefValue]:
    """Every value of a brief, as far as it holds."""
    lines = [(SectionName.ASK, brief.headline)]
    lines += [(section.name, line) for section in brief.sections for line in section.lines]
    for section, line in lines:
        yield from (BriefValue(mention, line, section) for mention in read(plain(current_value(line.text))))
    for action in brief.actions:
        for name, value in leaves(action.arguments):
            line = BriefLine(label=name, text=value, memory_ids=action.memory_ids)
            yield from (BriefValue(mention, line, None) for mention in read(plain(value)))


def _superseded(
    said: str, mentions: Sequence[Mention], held: Sequence[BriefValue], gone: Sequence[Replaced]
) -> Iterator[tuple[int, Contradiction]]:
    """What is stated as if it still held, with what replaced it, by its place."""
    true_now = [one.mention for one in held if one.section in TRUE_NOW]
    for old in gone:
        now = list(read(plain(old.now)))
        known = [m for m in mentions if any(agree(one, m) for one in now) and not _is_past(said, m.start, m.end)]
        if known or (not now and contains(said, old.now)):
            continue
        for start, end in old.places(said, mentions):
            again = [m for m in mentions if m.start == start and any(agree(one, m) for one in true_now)]
            if not again and not _is_past(said, start, end):
                yield start, old.contradiction(said[start:end])


def _replaced(brief: Brief) -> Iterator[Replaced]:
    for section in brief.sections:
        for line in section.lines:
            # A reviewer writes what a value replaced into the text, where the record has a field for it.
            hit = WAS.match(line.text)
            was, now = (line.was, line.text) if line.was else (hit.group(2), hit.group(1)) if hit else ("", "")
            if len(was) > 1:
                yield Replaced(was, now, line)


def _is_past(said: str, start: int, end: int) -> bool:
    """Whether a text speaks of a value as one that no longer holds: `not the 12th`, `moved from the 12th to …`."""
    before, after = said[max(0, start - BESIDE_CHARS) : start], said[end : end + BESIDE_CHARS]
    turned = ARROW.match(after) or REPLACED.match(after) or (MOVED.search(before) and TO.match(after))
    return bool(NO_MORE.search(before) or turned)


def _contradiction_of(
    mention: Mention, said: str, held: Sequence[BriefValue], gone: Sequence[Replaced], brief: Brief
) -> Contradiction | None:
    """The contradiction with what the brief has where a value could stand; none where it has nothing of its sort."""
    labelled = [one for one in held if one.section in VALUES and _is_labelled(mention, one)]
    if labelled and not _is_stated(mention, said, labelled):
        return _contradiction(_kind(mention, labelled), mention.text, labelled)
    if contains(brief.text, mention.text) or _is_stated(mention, said, held):
        return None
    old = {squeezed(one.was) for one in gone}
    others = [one for one in held if one.section and _can_replace(mention, one)]
    nearest = _nearest(mention, [one for one in others if squeezed(one.mention.text) not in old])
    return _contradiction(_kind(mention, nearest), mention.text, nearest) if nearest else None


def _is_labelled(mention: Mention, other: BriefValue) -> bool:
    """Whether the words right before a value are the whole label of a value of its sort: `start date 14 March`."""
    label = [word for word in (other.line.label or "").split() if word not in LINKING]
    before = [word for word in mention.before if word not in LINKING][: len(label)]
    same = _can_replace(mention, other) and (mention.kind is other.mention.kind or mention.kind is None)
    return same and not GENERIC.issuperset(label) and set(label) == set(before)


def _is_stated(mention: Mention, said: str, held: Sequence[BriefValue]) -> bool:
    if any(agree(one.mention, mention) or _ends_with(one.mention, mention) for one in held):
        return True
    return _is_roughly(mention, said, held)


def _ends_with(held: Mention, said: Mention) -> bool:
    """Whether the last digits of an identifier are said: `the card ending in 4242`, `invoice 2031` for INV-2031."""
    last, whole = squeezed(said.text).strip("#"), squeezed(held.text)
    return len(last) >= 4 and last.isdigit() and whole.endswith(last) and held.kind in IDENTIFYING


def _is_roughly(mention: Mention, said: str, held: Sequence[BriefValue]) -> bool:
    """Whether an amount is given as a rounded one or as a bound, and some amount of the brief is within it."""
    amount = mention.number
    amounts = [one.mention.number for one in held if one.mention.number is not None]
    if amount is None or mention.kind is ContradictionKind.IDENTIFIER:
        return False
    before = said[: mention.start]
    bound = BOUND.search(before)
    if bound:
        return any(one >= amount if bound.group("over") else one <= amount for one in amounts)
    rounded = ROUNDED.intersection(mention.before[:1]) or before.rstrip().endswith(("~", "≈"))
    return bool(rounded) and any(abs(one - amount) <= NEAR_ENOUGH * one for one in amounts)


def _nearest(mention: Mention, others: Sequence[BriefValue]) -> list[BriefValue]:
    """Those of some values whose lines have most of the words beside a mention, the most alike first. Another `INV`
    stands in the place of an `INV` alone."""
    others = [one for one in others if _has_letters_of(one.mention, mention)] or others
    beside = _stems(mention.before[:4] + mention.after[:3])
    shared = [len(beside & _stems_of(one.line)) for one in others]
    nearest = [one for one, words in zip(others, shared, strict=True) if words == max(shared)]
    return sorted(nearest, key=lambda one: -_likeness(one.mention, mention))


def _kind(mention: Mention, nearest: Sequence[BriefValue]) -> ContradictionKind:
    """The sort of a mention; a plain number is what the brief has in its place."""
    identifies = nearest[0].section is SectionName.IDENTIFIERS
    return mention.kind or (ContradictionKind.IDENTIFIER if identifies else ContradictionKind.AMOUNT)


def _can_replace(mention: Mention, other: BriefValue) -> bool:
    """Whether a value of the brief could stand where a mention does."""
    held, label = other.mention, set((other.line.label or "").split())
    match mention.kind:
        case None:
            is_money = held.kind is ContradictionKind.AMOUNT and _is_money(mention)
            return is_money or _is_counted_alike(mention, other)
        case ContradictionKind.AMOUNT:
            return held.kind is mention.kind or (held.kind is None and bool(label & MONEY))
        case ContradictionKind.IDENTIFIER:
            alike = held.kind is mention.kind and _are_of_one_sort(held, mention)
            return alike or (other.section is SectionName.IDENTIFIERS and _is_counted_alike(mention, other))
        case ContradictionKind.CONTACT:
            return held.kind is mention.kind and ("@" in held.text) == ("@" in mention.text)
        case ContradictionKind.DATE:
            return held.kind is mention.kind and _is_weekday(held) == _is_weekday(mention)
    return held.kind is mention.kind


def _is_weekday(mention: Mention) -> bool:
    return mention.text.lower() in WEEKDAYS


def _is_money(mention: Mention) -> bool:
    """Whether a plain number is a sum: `refunded 149`, `a fee of 20`; and not `charged 3 times`."""
    before = next((word for word in mention.before if word not in LINKING), "")
    counts = mention.after[:1] and mention.after[0] not in STOP
    return not counts and not _stems([before]).isdisjoint(_stems(MONEY))


def _is_counted_alike(mention: Mention, other: BriefValue) -> bool:
    """Whether the words right beside a number are those that label a number of the brief: `3 guests`, `ride 431`."""
    label = _stems(word for word in (other.line.label or "").split() if word not in GENERIC)
    before = [word for word in mention.before if word not in STOP]
    beside = _stems((*before[:2], *mention.after[:1]))
    return bool(label & beside) and other.mention.kind in (None, ContradictionKind.IDENTIFIER, ContradictionKind.AMOUNT)


def _contradiction(kind: ContradictionKind, said: str, held: Sequence[BriefValue]) -> Contradiction:
    lines: dict[str, BriefLine] = {}
    # A value often stands in what was asked for, too, which nothing proves: the line that somebody said goes first.
    for one in sorted(held, key=lambda one: not one.line.memory_ids):
        lines.setdefault(one.mention.text, one.line)
    shown = dict(list(lines.items())[:MOST_SHOWN])
    ids = dict.fromkeys(memory_id for line in shown.values() for memory_id in line.memory_ids)
    return Contradiction(kind=kind, said=said, brief_has=list(shown), memory_ids=list(ids))


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stems.stem(word) for word in words if word not in STOP)


def _stems_of(line: BriefLine) -> frozenset[str]:
    return _stems(content_words(f"{line.label or ''} {line.text}"))


def _are_of_one_sort(one: Mention, other: Mention) -> bool:
    """Whether two identifiers can be taken for each other: of the same letters, of one shape, or much alike."""
    return _has_letters_of(one, other) or _shape(one) == _shape(other) or _likeness(one, other) >= ALIKE


def _has_letters_of(one: Mention, other: Mention) -> bool:
    letters = LETTERS.match(other.text)
    return letters is not None and one.text.casefold().startswith(letters.group().casefold())


def _shape(mention: Mention) -> str:
    return re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "9", mention.text.strip("#")))


def _likeness(one: Mention, other: Mention) -> float:
    return SequenceMatcher(None, squeezed(one.text), squeezed(other.text)).ratio()
