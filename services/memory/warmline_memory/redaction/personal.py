"""Personal data: what a conversation says of it, and texts without it.

It is found by its shape or name in any text, by the name of a field, and as the answer to a question; and then wherever
it is said again. Phone numbers are found by libphonenumber's matcher; IBANs and national ids are checked by their own
check digits. Street addresses are known by their words, birth dates and names of persons only by what calls them so.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

import phonenumbers
from stdnum import iban
from stdnum.br import cpf
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.it import codicefiscale

from warmline_memory.language import values as typed
from warmline_memory.language.spans import Span, of_groups, of_values, without
from warmline_memory.language.trees import leaves
from warmline_memory.language.unseen import as_read
from warmline_memory.language.values import PATTERNS, ValueKind
from warmline_memory.language.words import STOP, content_words, label_of, word_set
from warmline_memory.redaction.forms import ALL, read
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role
from warmline_schemas.tenancy import PiiClass

NAMES = {PiiClass(kind): named.pattern for kind, named in read("personal_names").items()}
SAID = {kind: re.compile(rf"\b(?:{name})\b", re.I) for kind, name in NAMES.items()}
FIELD = {kind: re.compile(rf"(?:.* )?(?:{name})(?: \d+)?", re.I) for kind, name in NAMES.items()}
WHOLE = {kind: PATTERNS[ValueKind(kind)] for kind in ("date", "email")}
FORMS = read("personal", **WHOLE, **{kind: NAMES[kind] for kind in (PiiClass.NATIONAL_ID, PiiClass.PHONE)})

NATIONALS = (codicefiscale, dni, nie, cpf, nir)
"""Of Italy, Spain, Brazil and France: long enough, with check digits, so that hardly anything else passes for them."""
REGION = "US"
"""Where a phone number is taken to be from if it has no country code."""
TITLES = word_set("dr mr mrs ms miss van von de der da la bin al sir madam")
LEAST_DIGITS, MOST_ADDRESS_WORDS = 4, 15

Known = frozenset[tuple[str, PiiClass]]
"""Values, and the class of each."""


def find(memories: Sequence[SourceMemory], classes: frozenset[PiiClass]) -> Known:
    """The personal data of these classes in memories, oldest first: by shape, under a name, or as an answer."""
    values: set[tuple[str, PiiClass]] = set()
    question = ""
    for memory in memories:
        slot = {memory.slot.name: memory.slot.value} if memory.slot else {}
        deed = [memory.action.arguments, memory.action.result] if memory.action else []
        found = set(_stated([memory.content, slot, deed], classes))
        if memory.role is Role.USER:
            asked = [kind for kind in sorted(classes) if SAID[kind].search(question)]
            found.update((value, kind) for kind in asked for value in _answers(kind, memory.content))
        values.update((again, kind) for value, kind in found for again in _as_said_again(value, kind))
        if memory.role is Role.AGENT and memory.action is None:
            question = memory.content
    return frozenset(values)


def hide(text: str, classes: frozenset[PiiClass], known: Known, label: str | None) -> str:
    """A text with a placeholder for each piece of personal data: by shape, by name, and wherever it is said again."""
    read = as_read(text)
    if label is not None and (kind := _named(label, classes)) is not None and _fits(kind, read.text):
        return placeholder(kind)
    found = list(_spans(read.text, classes))
    for kind in classes:
        found.extend(of_values(kind, [value for value, of in known if of is kind], read.text))
    return without(text, map(read.back, found), lambda span: placeholder(PiiClass(span.label))) if found else text


def placeholder(kind: PiiClass) -> str:
    """What stands where a value of a class was."""
    return f"[{ALL['personal_labels'][kind]}]"


def _named(name: str, classes: Iterable[PiiClass]) -> PiiClass | None:
    """The class of these whose values a slot, an argument or a line of this name holds."""
    words = label_of(name)
    return next((kind for kind in sorted(classes) if FIELD[kind].fullmatch(words)), None)


def _stated(tree: Any, classes: frozenset[PiiClass]) -> Iterator[tuple[str, PiiClass]]:
    """The values under a class's name in a JSON value, and what its strings tell by themselves."""
    for name, written in leaves(tree):
        value = as_read(written).text
        kind = _named(name, classes)
        if kind is not None and _fits(kind, value):
            yield value, kind
        else:
            yield from ((span.of(value), PiiClass(span.label)) for span in _spans(value, classes))


def _answers(kind: PiiClass, reply: str) -> list[str]:
    """What answers a question for a class."""
    said = FORMS["lead_in"].sub("", reply).strip(" .!?\"'“”")
    if kind is PiiClass.PERSON_NAME:
        names = [value.text for value in typed.find(reply) if value.kind is ValueKind.NAME]
        return names or [said] * (len(content_words(said)) == len(said.split()) <= 3)
    if kind is PiiClass.ADDRESS:
        return [said] if re.search(r"\d", said) and len(said.split()) <= MOST_ADDRESS_WORDS else []
    if kind is PiiClass.BIRTH_DATE:
        return [hit.group() for hit in FORMS["birth"].finditer(reply)]
    if kind in (PiiClass.PHONE, PiiClass.NATIONAL_ID):
        numbers = [hit.group() for hit in FORMS["numbered"].finditer(reply)]
        return [number for number in numbers if sum(map(str.isdecimal, number)) >= LEAST_DIGITS]
    return []


def _fits(kind: PiiClass, value: str) -> bool:
    """Whether the value of a field can be of the class that the field's name says."""
    if kind is PiiClass.PERSON_NAME:
        return re.fullmatch(rf"{FORMS['person'].pattern}|[A-Za-z][\w'’-]+", value.strip()) is not None
    if kind is PiiClass.EMAIL:
        return FORMS["email_said"].search(value) is not None
    if kind is PiiClass.IP_ADDRESS:
        return _is_ip(value.strip())
    return re.search(r"\d", value) is not None and len(value.split()) <= MOST_ADDRESS_WORDS


def _as_said_again(value: str, kind: PiiClass) -> set[str]:
    """How a value may be said once more: a name by its parts, a number without its punctuation."""
    again = {value.strip()}
    if kind is PiiClass.PERSON_NAME:
        again.update(word for word in re.findall(r"[^\W\d_][\w'’-]+", value) if word.lower() not in TITLES | STOP)
    if kind in (PiiClass.PHONE, PiiClass.IBAN, PiiClass.NATIONAL_ID):
        again.add(re.sub(r"[^\w+]", "", value))
    return {one for one in again if len(one) > 2}


def _spans(text: str, classes: frozenset[PiiClass]) -> Iterator[Span]:
    """Where personal data of these classes stands, as far as the text alone tells it."""
    for kind in sorted(classes):
        if f"{kind}_said" in FORMS:
            yield from of_groups(kind, FORMS[f"{kind}_said"], text)
        if kind in CHECKS:
            yield from _checked(kind, text)
    if PiiClass.PHONE in classes:
        yield from _phones(text)
    if PiiClass.PERSON_NAME in classes:
        yield from of_groups(PiiClass.PERSON_NAME, FORMS["called_me"], text)


def _is_ip(value: str) -> bool:
    try:
        return str(ip_address(value)) != "::"
    except ValueError:
        return False


def _is_national_id(value: str) -> bool:
    return FORMS["nino"].fullmatch(value) is not None or any(kind.is_valid(value) for kind in NATIONALS)


def _phones(text: str) -> Iterator[Span]:
    """Valid phone numbers as people write them; digits alone may be anything, unless they are called a phone number."""
    for match in phonenumbers.PhoneNumberMatcher(text, REGION) if FORMS["seven_digits"].search(text) else ():
        if not match.raw_string.isdecimal():
            yield Span(PiiClass.PHONE, match.start, match.end)


def _checked(kind: PiiClass, text: str) -> Iterator[Span]:
    """What has the form of a class and passes its check, without the words that follow it."""
    for hit in FORMS[f"{kind}_form"].finditer(text):
        ends = [hit.end(), *(hit.start() + cut.start() for cut in reversed(list(re.finditer(r"[ -]", hit.group()))))]
        end = next((end for end in ends if CHECKS[kind](text[hit.start() : end])), None)
        if end is not None:
            yield Span(kind, hit.start(), end)


CHECKS: Mapping[PiiClass, Callable[[str], bool]] = {
    PiiClass.IBAN: iban.is_valid,
    PiiClass.IP_ADDRESS: _is_ip,
    PiiClass.NATIONAL_ID: _is_national_id,
}
"""Of the classes whose values can be checked."""
