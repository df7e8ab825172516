"""Listening: which values the words of a conversation state, under which label."""

import re
from collections.abc import Sequence
from uuid import UUID

from warmline_memory.language.values import MONTH, Value, ValueKind, find, kind_of
from warmline_memory.language.verbs import CHANGES
from warmline_memory.language.words import STOP, count, label_of, sentences, word_set
from warmline_memory.reading import questions
from warmline_memory.reading.actions import ROW_END, Deed, stated
from warmline_memory.reading.answers import answer_to
from warmline_memory.reading.facts import GENERIC, Fact, Table, from_call
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome, Role

# Ways in which a sentence gives a value and its name: `my budget is $500`, `Budget: $500`, `call me Bob`. The name has
# at most three words, or a whole clause would become one.
LABELLED = re.compile(
    r"\b(?:my|our|the|his|her|their)\s+((?:[a-z'-]+\s+){0,2}?[a-z'-]+)\s*(?:\bis\b|\bwas\b"
    r"|\bare\b|:|=)\s*(?:going to be |still |also )?([^,;.!?\n]+)",
    re.I,
)
COLON = re.compile(r"^\**([A-Za-z][\w /()'-]{1,40}?)\**\s*[:=]\**\s+(.{1,120})$")
CALLED = re.compile(
    r"\b(?:my name is|my name's|(?<![Hh]is )(?<![Hh]er )(?<!heir )(?<![Tt]he )name is|this is|i am"
    r"|i'm|it's|call me)\s+((?:(?:Dr|Mr|Mrs|Ms)\.\s)?[A-Z][\w'-]+(?:\s[A-Z][\w'-]+){0,3})\b"
)
# A value replaces an earlier one of its sort only in a turn with one of these words, or in one of five words at most.
# In another turn a second time or price stands beside the first.
CHANGE = re.compile(
    r"\b(?:how about|what about|instead|change|make it|actually|let's|lets|can we|could we"
    r"|can you|could you|try|is \w+ ?\w* available|prefer|rather|move|switch|no|not|sorry|meant"
    r"|check|maybe|do|want|book)\b",
    re.I,
)
# The word right before a place is its label where no other is given: `from Leeds`, `to York`.
PLACED = re.compile(r"\b(from|to|at|in|near|with|on)\s+(?:the\s+)?$", re.I)
MOTION = re.compile(
    r"\b(?:go|going|get|getting|travel\w*|fly|flying|flight|drive|driving|drop\w*|head\w*|leav\w+|depart\w*|trip|ride|mov\w+"
    r"|directions?|send|ship\w*|deliver\w*|transfer\w*|take|bring|ticket|from)\b",
    re.I,
)
"""Words that make `to` and `from` places rather than `promoted to Captain`."""
DENIED = re.compile(
    r"(?:\bnot?|n't|n’t|\bexcept|\bbut not|\binstead of|\brather than|\bwithout)(?: (?:\w+ )?\w+)?\s*$", re.I
)
"""What is said before a value that is not meant: `not University`."""
MEASURED = re.compile(r"\s+[a-z]{3,}")
# A number behind these words is part of a span of time, and no value of its own.
SPAN = re.compile(r"\b(?:last|past|next|first|within|every|than|of)\s+$", re.I)
PLACE_LABEL = {"from": "from", "to": "to", "at": "place", "in": "place", "near": "near", "with": "with"}
KIND_LABEL = {
    ValueKind.TIME: "time",
    ValueKind.DATE: "date",
    ValueKind.WEEKDAY: "day",
    ValueKind.MONEY: "amount",
    ValueKind.EMAIL: "e-mail",
    ValueKind.PHONE: "phone",
    ValueKind.IDENTIFIER: "id",
}
ID_WORDS = word_set("id ids number numbers no code codes reference references ref")
NAMING = ID_WORDS | word_set("name date time day address e-mail email account order reservation booking")
LINKS = word_set(
    "is are was were it its the a to on under of be for and or number no called with has following as your my"
)
A_MONTH = re.compile(MONTH, re.I)
# What a reply to a question for a number may look like: letters and digits mixed, or six digits.
CODE_SHAPE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S{5,}|\d{6,}")
REPLACEABLE = (ValueKind.TIME, ValueKind.DATE, ValueKind.WEEKDAY, ValueKind.MONEY)
OTHERS = word_set("his her their")
PRONOUNS = word_set("i you he she it we they me him us them this that just")
OPEN_ENDED = re.compile(r"\bany\b|\bprefer", re.I)
"""Words of a yes-or-no question that rather asks which: `Do you have any preference?`"""
POLAR = re.compile(r"(?:“.*”|yes|no)$")
MAX_VALUE_WORDS = 25


def listen(memories: Sequence[SourceMemory], deeds: Sequence[Deed], table: Table) -> set[UUID]:
    """Read a session, oldest memory first, into the table of facts; the memories that are wholly an answer."""
    answers: set[UUID] = set()
    by_position = {deed.position: deed for deed in deeds}
    latest = {deed.name: deed.position for deed in deeds}
    last_call = max(by_position, default=-1)
    question = ""
    for position, memory in enumerate(memories):
        if memory.slot and not scrubbing.names_secret(memory.slot.name):
            table.put(Fact(label_of(memory.slot.name), memory.slot.value, (memory.id,), position, lasting=True))
        if position in by_position:
            deed = by_position[position]
            _hear_call(deed, table, tried_again=deed.outcome is Outcome.FAILED and latest[deed.name] > position)
        elif memory.role is Role.USER:
            answered = _hear_user(memory, position, question, position > last_call, table)
            if answered and count(memory.content) <= count(answered) + 4:
                answers.add(memory.id)
            question = ""
        else:
            _hear_identifiers(memory, position, table)
            _hear_labelled(memory, position, table)
            question = memory.content if memory.role is Role.AGENT else question
    return answers


def _hear_call(deed: Deed, table: Table, *, tried_again: bool) -> None:
    """The values of a call; identifiers that only failed are none: other values are replaced, these would pile up."""
    arguments = [
        (name, value)
        for name, value in stated(deed.arguments)
        if value and scrubbing.HIDDEN not in value and count(value) <= MAX_VALUE_WORDS * (1 + value.count(ROW_END))
    ]
    for fact in from_call(arguments, deed.topic, deed.memory_id, deed.position, changes=deed.changes):
        if not (tried_again and fact.many):
            table.put(fact)


def _hear_user(memory: SourceMemory, position: int, question: str, since_call: bool, table: Table) -> str:
    named = _hear_labelled(memory, position, table)
    answered = _hear_answer(memory, position, question, table, named)
    _hear_identifiers(memory, position, table)
    if since_call:
        _hear_change(memory.content, memory.id, position, answered, table)
    return answered


def _hear_answer(memory: SourceMemory, position: int, question: str, table: Table, named: bool) -> str:
    """Put the reply to the agent's question under the question's label; the value, or nothing. An identifier that named
    itself in the reply is not put under another label."""
    asked = [sentence for sentence in sentences(question) if questions.asks(sentence)]
    if not asked or questions.is_courtesy(asked[-1]) or questions.offers(asked[-1]):
        return ""
    label = questions.label(asked[-1])
    if label is None or scrubbing.names_secret(label) or scrubbing.secrets_asked(asked[-1]):
        return ""
    if questions.is_pleasant(memory.content) and not questions.wants_yes_or_no(asked[-1]):
        return ""
    polar = questions.wants_yes_or_no(asked[-1])
    value = answer_to(label, memory.content, yes_or_no=polar)
    if polar and not (OPEN_ENDED.search(asked[-1]) or POLAR.match(value)):
        return ""
    if not value or (named and kind_of(value) is ValueKind.IDENTIFIER):
        return ""
    table.put(Fact(label, value, (memory.id,), position, acted_on=False))
    return value


def _hear_labelled(memory: SourceMemory, position: int, table: Table) -> bool:
    """Values that name themselves: `my user ID is …`, `Account ID: …`, `I'm Mei Brown`. True where there was one."""
    heard = False
    for sentence in sentences(memory.content):
        colon = COLON.match(sentence) if memory.role is not Role.AGENT else None
        if colon and count(colon.group(2)) <= 6 and not PRONOUNS.intersection(colon.group(1).lower().split()):
            heard |= _put_labelled(colon.group(1), colon.group(2), memory.id, position, table, whole=True)
        if memory.role is Role.USER:
            called = CALLED.search(sentence)
            if called and called.group(1).split()[0].lower() not in STOP:
                table.put(Fact("name", called.group(1), (memory.id,), position, loose=True, acted_on=False))
            for hit in filter(_names_itself, LABELLED.finditer(sentence)):
                heard |= _put_labelled(hit.group(1), hit.group(2), memory.id, position, table)
    return heard


def _names_itself(hit: re.Match[str]) -> bool:
    """Whether a label is one: what follows `the` is only where it names an identifier or the like; `his name` leaves
    open whose."""
    owner = hit.group().split()[0].lower()
    if owner in OTHERS:
        return hit.group(1).lower().strip() not in GENERIC
    return owner != "the" or bool(NAMING.intersection(hit.group(1).lower().split()))


def _put_labelled(label: str, words: str, memory_id: UUID, position: int, table: Table, *, whole: bool = False) -> bool:
    values = find(f", {words}")
    label = label_of(label) if "'" not in label else label.lower()
    if not values or scrubbing.HIDDEN in words or scrubbing.names_secret(label) or label in STOP:
        return False
    value = values[0]
    if value.start > 3 and count(words) > 4:
        return False
    if DENIED.search(f", {words}"[: value.start]) or (
        value.kind is ValueKind.NUMBER and MEASURED.match(f", {words}"[value.end :])
    ):
        return False
    if whole and count(value.text) < count(words):
        return False
    table.put(Fact(label, value.text, (memory_id,), position, many=value.kind is ValueKind.IDENTIFIER, acted_on=False))
    return True


def _hear_identifiers(memory: SourceMemory, position: int, table: Table) -> None:
    """Identifiers and addresses in running text, labelled by the words before them; where to call or write is only the
    customer's own."""
    carried = ""
    for value in find(memory.content):
        told_by_agent = memory.role is Role.AGENT and value.kind is not ValueKind.IDENTIFIER
        if value.kind not in (ValueKind.IDENTIFIER, ValueKind.EMAIL, ValueKind.PHONE) or told_by_agent:
            continue
        label = label_before(memory.content, value)
        if value.kind is ValueKind.IDENTIFIER and not (
            ID_WORDS.intersection(label.split()) or CODE_SHAPE.match(value.text)
        ):
            continue
        carried = label or carried or KIND_LABEL[value.kind]
        table.put(Fact(carried, value.text, (memory.id,), position, many=True, loose=carried == "id", acted_on=False))


def label_before(text: str, value: Value) -> str:
    """What the words before a value call it: `reservation ID is`, `Flight`, `under account`."""
    before = re.split(r"[.!?]\s|[,;()]\s?", text[max(0, value.start - 60) : value.start])[-1]
    words = [word.lower() for word in re.findall(r"[A-Za-z']+", before)]
    while words and words[-1] not in ID_WORDS and (words[-1] in LINKS or A_MONTH.fullmatch(words[-1])):
        words.pop()
    if not words:
        return _apposed(text[max(0, value.start - 30) : value.start])
    if words[-1] in ID_WORDS:
        owner = [word for word in words[-3:-1] if word not in STOP]
        return " ".join(
            [*owner[-1:], {"ids": "id", "numbers": "number", "codes": "code", "no": "number"}.get(words[-1], words[-1])]
        )
    return words[-1] if words[-1] not in STOP and len(words[-1]) > 2 else ""


def _apposed(before: str) -> str:
    """The word that a comma joins to the value after it: `a delayed flight, HAT045`."""
    hit = re.search(r"([a-z]{3,}),\s?$", before)
    return hit.group(1) if hit and hit.group(1) not in STOP else ""


def _hear_change(words: str, memory_id: UUID, position: int, answered: str, table: Table) -> None:
    """What a user says after the last call: it replaces the values of the same sort, or is new."""
    values = [value for value in find(words) if value.text not in answered]
    for kind in REPLACEABLE:
        said = [value for value in values if value.kind is kind]
        known = [fact for fact in table.of_kind(kind) if fact.position < position]
        if said and len(said) == len(known) and (CHANGE.search(words) or count(words) <= 5):
            for fact, value in zip(known, said, strict=True):
                table.revise(fact, value.text, memory_id, position)
        else:
            _put_new(said, words, memory_id, position, table)
    _put_new(
        [value for value in values if value.kind in (ValueKind.NUMBER, ValueKind.NAME)],
        words,
        memory_id,
        position,
        table,
    )


def _put_new(values: Sequence[Value], sentence: str, memory_id: UUID, position: int, table: Table) -> None:
    for value in values:
        if DENIED.search(sentence[: value.start]):
            table.deny(value.text)
            continue
        label = _loose_label(value, sentence)
        if label and not table.knows(value.text):
            table.put(Fact(label, value.text, (memory_id,), position, loose=True, many=True, acted_on=False))


def _loose_label(value: Value, sentence: str) -> str:
    if value.kind is ValueKind.NUMBER:
        counted = re.match(r"\s+([a-z]{3,})(?:\s+([a-z]{3,}))?", sentence[value.end :])
        if SPAN.search(sentence[: value.start]):
            return ""
        nouns = [word for word in (counted.groups() if counted else ()) if word and word not in STOP]
        return " ".join(nouns) if counted and counted.group(1) in nouns else ""
    if value.kind is ValueKind.NAME:
        placed = PLACED.search(sentence[: value.start])
        if value.text.endswith(("'s", "’s")) or value.text.lower() in CHANGES:
            return ""
        by = placed.group(1).lower() if placed else ""
        moves = by not in ("to", "from") or MOTION.search(sentence[: value.start])
        return PLACE_LABEL.get(by, "") if moves else ""
    return KIND_LABEL.get(value.kind, "")
