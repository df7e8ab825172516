"""Places: whether all that a clause says stands together in one place of the record.

A place is a clause of a sentence, a call with one record of its result, a named value, or an answer with its question.
Meaning alone finds where to look and proves nothing: words that mean the opposite of each other are as near as words
that mean the same (`before` and `after`, `block` and `unblock`). So every word, name and value must stand there in some
form, behind the same preposition, and on the same side of what is denied; and what stands elsewhere counts only where
both places speak of the same value.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from warmline_memory.briefs.accounts import closed_classes, narrowing, stances
from warmline_memory.briefs.accounts.evidence import FIELD, Passage, asks
from warmline_memory.briefs.accounts.polarity import REPORTING, clauses_of
from warmline_memory.briefs.accounts.tokens import Token, tokens
from warmline_memory.language import exact_values
from warmline_memory.language.date_words import KNOWN
from warmline_memory.language.detecting import language_of
from warmline_memory.language.words import label_of
from warmline_memory.salience import vectors
from warmline_schemas.memories import Outcome, Role

SUBJECT = re.compile(r"\W*(?:(?:the|der|die|el|la|le|il|o|a|de)\s)?([^\W\d_]+)\s(\w+)")
"""The first word of a clause, without an article, and the next one."""
LEAST_CLAIM, MUCH_MORE, LEAST_DONE = 0.35, 0.3, 0.5
"""From the first on a clause is taken to tell something as done, and the record must tell it so nearly as surely."""


@dataclass(frozen=True, slots=True)
class Part:
    """A clause of the record, a call, a record of its result or a named value."""

    text: str
    tokens: tuple[Token, ...]
    fields: frozenset[str] | None = None
    """Of a call: the first words of the names of its fields that are prepositions."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clause of an account, in its sentence, and what it claims."""

    clause: str
    sentence: str
    tells_end: bool
    """Whether it says how something ended, which is asked of calls elsewhere."""
    done: float
    """How surely it says that something was done."""
    is_told_as_done: bool
    """Whether it stands among what was done."""
    is_promise: bool
    may_ask: bool
    """Whether it stands among what is wished or asked."""


def together(wanted: Wanted, first: Passage, beside: Sequence[Passage]) -> tuple[Passage, ...] | None:
    """The places that hold all that a clause says, from a first one on; None where they do not. ``beside`` are other
    passages that may speak of the same."""
    words = _words_of(wanted, first)
    if _drops_what_was_done(wanted, first):
        return None
    parts = _parts_of(first)
    main = min(parts, key=lambda part: len(_missing(words, part.tokens)))
    missing = _missing(words, main.tokens)
    found = [one for one in words if one not in missing]
    if (words and not found) or not _is_said_alike(wanted, found, main, first):
        return None
    if not missing:
        return (first,)
    if _goes_on(words, missing, parts, main):
        return (first,)
    return _joined(wanted, first, found, missing, beside)


def _words_of(wanted: Wanted, first: Passage) -> list[Token]:
    words = [one for one in tokens(wanted.clause) if not (wanted.tells_end and one.text[:5] in closed_classes.ENDINGS)]
    if first.action is not None and first.outcome is not Outcome.FAILED:
        words = [one for one in words if one.text not in closed_classes.LOOKED]
    if first.memory.role is Role.USER:
        words = [one for one in words if one.text not in closed_classes.WISHES]
    return [one for one in words if one.text not in closed_classes.RUN_WORDS] if first.is_a_run else words


def _drops_what_was_done(wanted: Wanted, call: Passage) -> bool:
    """Whether a clause has some words of a call's name and an ending in place of the others: `the ticket is
    completed` of `create_ticket`. What is such a word itself, as in `update_address`, may be another one."""
    if call.action is None or call.is_a_run:
        return False
    told = tokens(wanted.clause)
    name = [one for one in tokens(label_of(call.action.name)) if one.text[:5] not in closed_classes.ENDINGS]
    said = [one for one in name if one.is_in(told)]
    return any(one.text[:5] in closed_classes.ENDINGS for one in told) and 0 < len(said) < len(name)


def _parts_of(passage: Passage) -> list[Part]:
    if passage.action is None and passage.memory.slot is None:
        return [Part(clause, tokens(clause)) for clause in clauses_of(passage.text)] or [Part("", ())]
    names = FIELD.findall(f"{passage.text.replace('(', '; ')}; {passage.call}")
    text = f"{passage.text}; {passage.call}; {' '.join(name.replace(' ', '') for name in names)}"
    return [Part(text, tokens(text), frozenset(name.split()[0] for name in names) & closed_classes.PREPOSITIONS)]


def _missing(words: Iterable[Token], part: Sequence[Token]) -> list[Token]:
    return [one for one in words if not one.is_in(part) and not (one.text in closed_classes.MONEY and _has_money(part))]


def _has_money(part: Iterable[Token]) -> bool:
    return any(one.value and one.value.unit in exact_values.CURRENCIES for one in part)


def _is_said_alike(wanted: Wanted, found: Sequence[Token], part: Part, passage: Passage) -> bool:
    """Whether a part of the record says of somebody or something what a clause says of the same."""
    return (
        _is_related(found, part)
        and _is_as_done(wanted, found, part, passage)
        and not narrowing.is_of_another_day(part.text, wanted.clause)
        and (
            passage.action is not None
            or (
                _is_in_order(found, part.tokens)
                and not _is_of_another(wanted, found, part, passage)
                and (wanted.may_ask or not narrowing.says_less(part.text, wanted.clause, found))
                and not narrowing.denies_another(part.text, wanted.clause)
                and narrowing.is_told_whole(part.text, wanted.clause, passage.memory.content)
            )
        )
        and _is_unqualified(wanted, passage, part)
    )


def _is_as_done(wanted: Wanted, found: Sequence[Token], part: Part, passage: Passage) -> bool:
    """Whether what a clause tells as done is told so in the record too: `approved` where that has `for approval`, or
    `has to be approved`, says more."""
    if passage.outcome is Outcome.CONFIRMED:
        return True
    if wanted.is_told_as_done and passage.action is None and not _is_in_the_past(wanted.clause, part.text):
        return False
    if wanted.done < LEAST_CLAIM:
        return True
    if passage.action is not None:
        return all(one.value or any(one.text == other.text for other in part.tokens) for one in found)
    told = stances.of(vectors([part.text, passage.text]))[:, stances.DONE].max()
    return bool(told >= min(wanted.done - MUCH_MORE, LEAST_DONE))


def _is_in_the_past(clause: str, part: str) -> bool:
    """Whether a clause of the record speaks of the past as another one does, or at least not of what is to come."""
    ours, theirs = _tenses(clause), _tenses(part)
    return theirs["past"] or not (ours["past"] or (theirs["ahead"] and not ours["ahead"]))


def _tenses(text: str) -> dict[str, bool]:
    """Whether a text has signs of the past, and of what is to come."""
    words = KNOWN.get((language_of(text) or "").partition("-")[0])
    forms = {name: words.pattern(name) if words else None for name in ("past", "ahead")}
    return {name: bool(form and form.search(text)) for name, form in forms.items()}


def _is_related(found: Sequence[Token], part: Part) -> bool:
    """Whether words stand behind the same prepositions, and on the same side of what is denied, as in the record. Of a
    call's fields only those are held to it whose names begin with one: `from`, `to station`."""
    for one in found:
        same = [other for other in part.tokens if one.says(other)]
        if part.fields is None:
            wrong = [_is_elsewhere(one, other) for other in same]
        else:
            wrong = [bool(one.before & part.fields) and not one.before & other.before for other in same]
        if same and all(wrong):
            return False
    return not (_crosses(found, part.tokens) or _crosses(part.tokens, found))


def _is_elsewhere(one: Token, other: Token) -> bool:
    """Whether a word stands in another relation than in the record, or is one where the record has more."""
    if one.count == "1" and other.count not in ("", "1"):
        return True
    if (one.before ^ other.before) & closed_classes.LIMITS:
        return True
    return bool(other.before - one.before and one.before - other.before)


def _crosses(some: Sequence[Token], others: Sequence[Token]) -> bool:
    """Whether what is denied in one text stands before what is denied in the other."""
    for place, one in enumerate(others):
        left = others[place - 1] if one.is_denied and place else None
        if left is not None and any(other.is_denied and other.says(left) for other in some) and one.is_in(some):
            return True
    return False


def _is_in_order(found: Sequence[Token], part: Sequence[Token]) -> bool:
    """Whether names and values come in the order in which the record has them: `Ana owes Ben` is not `Ben owes Ana`.
    So do the words of scripts that tell no names by a capital."""
    at = -1
    for one in (one for one in found if one.keeps_order and one.is_in(part)):
        hit = next((place for place in range(at + 1, len(part)) if one.says(part[place])), None)
        if hit is None:
            return False
        at = hit
    return True


def _is_of_another(wanted: Wanted, found: Sequence[Token], part: Part, passage: Passage) -> bool:
    """Whether a clause is about the customer or the agent, and the record has somebody or something else there."""
    hit = SUBJECT.match(wanted.clause.casefold())
    if (
        hit is None
        or hit.group(1) not in closed_classes.ROLES
        or hit.group(2)[:5] in REPORTING - closed_classes.AUXILIARIES
    ):
        return False
    words = set(re.findall(r"\w+", part.text.casefold()))
    if _speaks_to_the_other(wanted, hit.group(1), part, passage):
        return True
    if (
        closed_classes.FIRST_PERSON & words
        and (hit.group(1) in closed_classes.OURS) != passage.is_ours
        and not closed_classes.SECOND_PERSON & words
    ):
        return True
    return has_own_subject(found, part)


def _speaks_to_the_other(wanted: Wanted, subject: str, part: Part, passage: Passage) -> bool:
    """Whether a clause says of our side what that tells the customer to do (`You pay half of it`, `Send us photos`),
    or of the customer what our side says without naming them."""
    if not passage.is_ours:
        return False
    words = re.findall(r"\w+", part.text.casefold())
    if subject not in closed_classes.OURS:
        named = closed_classes.ROLES - closed_classes.OURS | closed_classes.SECOND_PERSON
        return wanted.is_promise and not named & set(words)
    if words[:1] and words[0] in closed_classes.SECOND_PERSON:
        return True
    has_pronouns = subject in closed_classes.WITH_PRONOUNS and passage.memory.kind != "promise"
    return wanted.is_promise and has_pronouns and not closed_classes.FIRST_PERSON & set(words)


def has_own_subject(found: Sequence[Token], part: Part) -> bool:
    """Whether a part of the record begins with something that a clause does not say. What somebody says of themselves
    has other names alone for that, and whoever is theirs."""
    told = [one for one in part.tokens if one.text not in closed_classes.WISHES]
    first = next((one.text for one in told if one.is_in(found)), "")
    words = set(part.text.casefold().partition(first)[0].split() if first else ())
    if closed_classes.FIRST_PERSON & words and not closed_classes.POSSESSIVE & words:
        told = [one for place, one in enumerate(told) if (one.is_name and place) or one.is_in(found)]
    return bool(told) and not told[0].is_in(found) and any(one.is_in(found) for one in told)


def _is_unqualified(wanted: Wanted, passage: Passage, part: Part) -> bool:
    """Whether a sentence leaves out no condition, doubt or question of what it tells, and denies what is denied."""
    if passage.action is not None or passage.memory.slot is not None:
        return True
    tells = closed_classes.FIRST_PERSON & set(part.text.casefold().split()) or part.text.startswith("我")
    if passage.asks and not (tells or wanted.may_ask or asks(wanted.sentence)):
        return False
    clauses = clauses_of(passage.text)
    place = clauses.index(part.text) if part.text in clauses else 0
    conditional = any(_is_condition(clause) for clause in clauses[max(0, place - 1) : place + 1])
    conditional = conditional or _is_condition_alone(passage.after)
    return (_is_condition(wanted.sentence) or not conditional) and (_doubts(wanted.sentence) or not _doubts(part.text))


def _is_condition(clause: str) -> bool:
    return bool(closed_classes.CONDITIONS & set(clause.casefold().split()))


def _is_condition_alone(sentence: str) -> bool:
    """Whether a sentence is nothing but a condition of the one before it: `But only if I can keep my bag.`"""
    opening = sentence.casefold().split()[:3]
    return bool(closed_classes.CONDITIONS & set(opening)) and len(clauses_of(sentence)) == 1


def _doubts(clause: str) -> bool:
    # `May` is a month.
    words = {word if word == "May" else word.casefold() for word in re.findall(r"[\w-]+", clause)}
    return bool(closed_classes.DOUBTS & words or closed_classes.UNSPACED_DOUBT.search(clause))


def _goes_on(words: Sequence[Token], missing: Sequence[Token], parts: Sequence[Part], main: Part) -> bool:
    """Whether what a clause of the record lacks stands in the same sentence: in this order, with nothing left out where
    one clause ends and the next begins; or right before a clause that says nothing of its own."""
    place = parts.index(main)
    if place and not _missing(missing, parts[place - 1].tokens):
        own = [one for one in main.tokens if not one.is_in(words)]
        opening = main.text.casefold().split()[:2]
        if not own and not closed_classes.FIRST_PERSON & set(opening):
            return True
    line = [(number, one) for number, part in enumerate(parts) for one in part.tokens]
    at = -1
    for one in words:
        hit = next((n for n in range(at + 1, len(line)) if one.says(line[n][1])), None)
        if hit is None or (at >= 0 and hit > at + 1 and line[hit][0] != line[at][0]):
            return False
        at = hit
    return True


def _joined(
    wanted: Wanted, first: Passage, found: Sequence[Token], missing: Sequence[Token], beside: Sequence[Passage]
) -> tuple[Passage, ...] | None:
    """A place with others that speak of the same value, where they have what it lacks."""
    used = [first]
    for other in beside:
        parts = _parts_of(other)
        part = replace(parts[0], tokens=tuple(one for part in parts for one in part.tokens))
        more = [one for one in missing if one.is_in(part.tokens)]
        answers = first.place - other.place == 1
        if (other.action is None or wanted.is_promise) and other.is_ours is not first.is_ours and not answers:
            continue
        if wanted.tells_end and not (other.is_ours and _is_as_done(wanted, more, part, other)):
            continue
        if more and _speaks_of_the_same(first, other, found, part.tokens, more) and _is_related(more, part):
            missing = [one for one in missing if one not in more]
            used.append(other)
        if not missing:
            return tuple(used)
    return None


def _speaks_of_the_same(
    first: Passage, other: Passage, found: Sequence[Token], part: Sequence[Token], more: Sequence[Token]
) -> bool:
    """Whether two passages are of one call without other records, are question and answer, are in a list of what one
    tool did, or state a value by which one thing is known."""
    if first.place == other.place and first.action is not None and other.action is not None:
        return not (first.is_row and other.is_row)
    if first.place - other.place == 1 and first.memory.role is not other.memory.role:
        # An answer that the clause uses whole. Of what was asked it may leave out what was not chosen.
        answer = [one for one in tokens(first.text) if one.text not in closed_classes.LABELS]
        if all(one.is_in(found) for one in answer):
            return True
    if _is_listed(first, other, found, more):
        return True
    return any(one.binds and one.is_in(part) for one in found)


def _is_listed(first: Passage, other: Passage, found: Sequence[Token], more: Sequence[Token]) -> bool:
    """Whether two calls of one tool, with one outcome, have each one value of the same field."""
    mine, theirs = first.action, other.action
    if mine is None or theirs is None or first.is_row or other.is_row:
        return False
    values = [one for one in found if one.value]
    if mine.name != theirs.name or first.outcome is not other.outcome or len(values) != 1 or len(more) != 1:
        return False
    return _field(first, values[0]) == _field(other, more[0]) != ""


def _field(call: Passage, value: Token) -> str:
    """The field of a call that has a value."""
    parts = [part.partition(": ") for part in re.split(r"; | \(", call.text)]
    return next((name for name, _, text in parts if value.is_in(tokens(text))), "")


def hang_together(sentence: str, clauses: Sequence[str], places: Sequence[Sequence[Passage]]) -> bool:
    """Whether what the record says of each clause of a sentence is of what the one before is about. What hangs on a
    condition must do so in the record, and a clause without a subject takes none that begins another sentence there."""
    for number in range(1, len(clauses)):
        before, after = places[number - 1][0], places[number][0]
        if after.action is not None or before.action is not None:
            continue
        if before is not after:
            if _is_condition(clauses[number - 1]) or has_own_subject(
                tokens(sentence), _nearest(clauses[number], after)
            ):
                return False
        elif _is_condition(clauses[number - 1]):
            parts = _parts_of(after)
            gap = parts.index(_nearest(clauses[number], after)) - parts.index(_nearest(clauses[number - 1], after))
            if gap not in (0, 1):
                return False
    return True


def _nearest(clause: str, passage: Passage) -> Part:
    return min(_parts_of(passage), key=lambda part: len(_missing(tokens(clause), part.tokens)))
