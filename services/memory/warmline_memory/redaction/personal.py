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
from warmline_memory.language.values import PATTERNS, ValueKind
from warmline_memory.language.words import STOP, content_words, label_of, word_set
from warmline_memory.redaction.forms import read
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role
from warmline_schemas.tenancy import PiiClass

FORMS = read("personal")

LABELS = {
    PiiClass.EMAIL: "e-mail",
    PiiClass.PHONE: "phone",
    PiiClass.ADDRESS: "address",
    PiiClass.BIRTH_DATE: "birth date",
    PiiClass.IBAN: "IBAN",
    PiiClass.NATIONAL_ID: "national id",
    PiiClass.IP_ADDRESS: "IP address",
    PiiClass.PERSON_NAME: "name",
}
"""What a class is called in a brief; in brackets it is the placeholder."""

# What forms and people call data of each class. The patterns match the words of a field's name, as `label_of` gives
# them, and the words of a question. They must not match the names of things: `hotel name` names no person, so names of
# persons need an owner such as `customer` or `your`.
NAMES = {
    PiiClass.EMAIL: r"e ?mail(?: address| id)?",
    PiiClass.PHONE: r"(?:phone|mobile|cell|telephone|fax|contact|call ?back|whatsapp)(?: phone)?(?: number| no)?",
    PiiClass.ADDRESS: r"(?:(?:home|street|shipping|billing|postal|mailing|delivery|residential|pick ?up|drop ?off) )?"
    r"address(?:es)?(?: line)?|street(?: name)?|zip(?: ?code)?|post(?:al)? ?code",
    PiiClass.BIRTH_DATE: r"birth ?(?:date|day)|date of birth|dob|born(?: on)?",
    PiiClass.IBAN: r"iban(?: number)?",
    PiiClass.NATIONAL_ID: r"national (?:id|insurance|identity)(?: card)?(?: number| no)?|passport(?: number| no)?"
    r"|tax (?:id|payer id|number)(?: number)?|driver'?s? licen[cs]e(?: number)?|nino|nhs number|aadhaar(?: number)?"
    r"|social (?:security|insurance)(?: number)?|sin number|identity card(?: number)?|dni|bsn|cpf|pesel",
    PiiClass.IP_ADDRESS: r"(?:client |remote |source )?ip(?: address)?",
    PiiClass.PERSON_NAME: r"(?:your |my |full |first |last |middle |given |family |legal |complete )+names?"
    r"|(?:customer|client|user|patient|guest|passenger|contact|employee|doctor|host|member|caller|person|recipient"
    r"|card ?holder|account holder|beneficiary|spouse|therapist|driver)(?:'?s| s)?(?: full| first| last)? names?"
    r"|names? (?:of|for) (?:the |your |all )?(?:customer|client|patient|guest|passenger|doctor|host|person|driver)s?"
    r"|surname|name on (?:the|your|my) \w+",
}
# The words or signs between a name and its value, in a sentence or in JSON.
MIDDLE = r"(?:\s+(?:number|is|was|are|it's|it|to|as|at|on|now)|'s|\\*[\"']?\s*[:=])+\s*\\*[\"'“]?"

# Any notation of a date. Alone it is no birth date, so it is used only behind a name of one.
BIRTH = rf"(?:{PATTERNS[ValueKind.DATE]}|\b\d{{1,2}}-\d{{1,2}}-\d{{2,4}}\b)(?:(?:,|\s+of)?\s+(?:19|20)\d{{2}}\b)?"
# American and British addresses by their word for a street, which must have a number before it and a capital; a box;
# German, French, Italian and Spanish streets. `Drive 12 miles north` must stay: the number comes first.
STREET = (
    r"\b\d{1,5}[A-Za-z]?,?\s+(?:[NSEW]\.?\s+|(?:North|South|East|West)\s+)?(?:[A-Z0-9][\w.'’-]*\s+){1,4}?"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Way|Highway"
    r"|Hwy|Parkway|Pkwy|Circle|Cir|Close|Crescent|Row)\b\.?"
    r"(?:,?\s*(?:#|(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room)\b\.?\s*#?)\s*[\w-]+)?"
    r"(?:,\s*[A-Z][A-Za-z .'-]{1,40}?,?\s+(?:[A-Z]{2}\s+)?\d{5}(?:-\d{4})?\b)?"
    r"|\bP\.?\s?O\.?\s?Box\s+\d+|\b[A-Z][a-zäöüß]+(?:straße|strasse|weg|platz|gasse|allee)\s+\d{1,4}[a-z]?\b"
    r"|\b\d{1,4},?\s+(?:rue|avenue|boulevard|via|calle)\s+(?:de\s+|del\s+|la\s+|des\s+|du\s+)*[A-Z][\w'’-]+"
)
# Up to four words with capitals, with the particles of names between them. It is used only behind what calls a person
# by name, for towns and products look the same.
PERSON = (
    r"(?:(?:Dr|Mrs?|Ms|Miss)\.?\s)?[A-Z][\w'’-]+"
    r"(?:\s+(?:(?:van|von|de|der|da|la|bin|al)\s+)*(?!I\b)[A-Z](?:[\w'’-]+|\.)?){0,3}"
)

# Addresses as they are written and as they are dictated (`bob at example dot com`).
EMAIL = re.compile(
    rf"(?i:{PATTERNS[ValueKind.EMAIL]})|(?<![\w.+-])[\w.+-]{{1,64}}\s(?:at|\(at\)|\[at\])\s[\w-]{{1,64}}\s(?:dot|\(dot\)|\[dot\])"
    r"\s\w{2,6}\b"
)
# Only what has the right check digits is hidden, so the pattern may be wide.
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b", re.I)
GAP = re.compile(r"[ -]")
SEVEN_DIGITS = re.compile(r"\d(?:[ ().-]{0,3}\d){6}")
"""What no phone number is without: a cheap look before the matcher."""
# Wide as well, for `ip_address` of the standard library decides. What follows `v`, `version` or `==` is a version.
IP = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)")
VERSION = re.compile(r"(?:\bv(?:ersion|er)?\.?|\brelease|\bbuild|==|>=)\s*$", re.I)
NATIONAL = re.compile(FORMS["national"])
NINO = re.compile(r"[A-CEGHJ-PR-TW-Z]{2}(?:\s?\d{2}){3}\s?[A-D]")
# What calls a person by name. After `this is` a name needs `speaking`, `calling`, `here` or `from`, or every `This is
# Great` would be a person.
PERSON_SAID = re.compile(
    r"\b(?i:(?:my|her|his|our|(?:the )?(?:customer|client|caller|patient|guest|passenger|user)(?:'?s)?) (?:\w+ )?names?"
    rf"(?: is|'s|:)|(?<!\w\s)name\s*:|i am called|speaking with|under the name(?: of)?|on behalf of)\s+({PERSON})"
    rf"|\b(?i:this is)\s+({PERSON})(?=\s+(?:speaking|calling|here|from)\b)|\b((?:Dr|Mrs?|Ms|Miss)\.?\s{PERSON})"
)
CALLED_ME = re.compile(FORMS["called_me"])
BORN = re.compile(rf"\b(?:born(?: on)?|birth ?da(?:y|te)|date of birth|dob){MIDDLE}({BIRTH})", re.I)
NATIONALS = (codicefiscale, dni, nie, cpf, nir)
"""Of Italy, Spain, Brazil and France: long enough, with check digits, so that hardly anything else passes for them."""
REGION = "US"
"""Where a phone number is taken to be from if it has no country code."""
# Ids of other countries have no check digits that are known here: they count only behind their name, and with a digit.
ID_TOLD = re.compile(
    rf"(?i:\b(?:{NAMES[PiiClass.NATIONAL_ID]}){MIDDLE})((?=[\w -]*\d)[A-Za-z0-9][\w-]{{3,20}}(?: \d[\w-]*){{0,5}})"
)
# The matcher below wants a valid number. Behind its name a number may be shorter, or of another country without its
# code.
PHONE_TOLD = re.compile(rf"(?i:\b(?:{NAMES[PiiClass.PHONE]}){MIDDLE})(\+?\(?\d[\d ().-]{{5,18}}\d)")
CALLED = (
    (PiiClass.EMAIL, EMAIL),
    (PiiClass.PHONE, PHONE_TOLD),
    (PiiClass.ADDRESS, re.compile(STREET)),
    (PiiClass.BIRTH_DATE, BORN),
    (PiiClass.NATIONAL_ID, ID_TOLD),
    (PiiClass.PERSON_NAME, PERSON_SAID),
    (PiiClass.PERSON_NAME, CALLED_ME),
)
"""How the values of a class stand in a text."""

SAID = {kind: re.compile(rf"\b(?:{name})\b", re.I) for kind, name in NAMES.items()}
FIELD = {kind: re.compile(rf"(?:.* )?(?:{name})(?: \d+)?", re.I) for kind, name in NAMES.items()}
ANY_DATE = re.compile(BIRTH, re.I)
# What may be a number in a reply to a question for one, in whatever grouping.
NUMBERED = re.compile(r"(?<![\w.])\+?(?=[\w() .-]*\d)[A-Za-z0-9(][\w() -]{3,20}[A-Za-z0-9]")
LEAD_IN = re.compile(FORMS["lead_in"])
TITLES = word_set("dr mr mrs ms miss van von de der da la bin al sir madam")
LEAST_DIGITS, MOST_ADDRESS_WORDS = 4, 15


Known = frozenset[tuple[str, PiiClass]]
"""Values, and the class of each."""


def find(memories: Sequence[SourceMemory], classes: frozenset[PiiClass]) -> Known:
    """The personal data of these classes in memories, oldest first: by shape, under a name, or as an answer."""
    values: set[tuple[str, PiiClass]] = set()
    question = ""
    for memory in memories:
        found = set(_leaves(memory.content, "", classes))
        if memory.slot:
            found.update(_leaves(memory.slot.value, memory.slot.name, classes))
        if memory.action:
            found.update(_leaves(memory.action.arguments, "", classes), _leaves(memory.action.result, "", classes))
        if memory.role is Role.USER:
            found.update(_answered(memory.content, question, classes))
        values.update((again, kind) for value, kind in found for again in _as_said_again(value, kind))
        if memory.role is Role.AGENT and memory.action is None:
            question = memory.content
    return frozenset(values)


def hide(text: str, classes: frozenset[PiiClass], known: Known, label: str | None) -> str:
    """A text with a placeholder for each piece of personal data: by shape, by name, and wherever it is said again."""
    if label is not None and (kind := named(label, classes)) is not None and _fits(kind, text):
        return placeholder(kind)
    found = list(spans(text, classes))
    for kind in classes:
        found.extend(of_values(kind, [value for value, of in known if of is kind], text))
    return without(text, found, lambda span: placeholder(PiiClass(span.label))) if found else text


def placeholder(kind: PiiClass) -> str:
    """What stands where a value of a class was."""
    return f"[{LABELS[kind]}]"


def named(name: str, classes: Iterable[PiiClass]) -> PiiClass | None:
    """The class of these whose values a slot, an argument or a line of this name holds."""
    words = label_of(name)
    return next((kind for kind in sorted(classes) if FIELD[kind].fullmatch(words)), None)


def _leaves(tree: Any, name: str, classes: frozenset[PiiClass]) -> Iterator[tuple[str, PiiClass]]:
    """The values under a class's name in a JSON value, and what its strings tell by themselves."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _leaves(value, str(key), classes)
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from _leaves(item, name, classes)
    elif isinstance(tree, str | int) and not isinstance(tree, bool):
        kind = named(name, classes)
        if kind is not None and _fits(kind, str(tree)):
            yield str(tree), kind
        else:
            yield from ((span.of(str(tree)), PiiClass(span.label)) for span in spans(str(tree), classes))


def _answered(reply: str, question: str, classes: frozenset[PiiClass]) -> Iterator[tuple[str, PiiClass]]:
    """What answers a question for a class."""
    for kind in sorted(classes):
        if SAID[kind].search(question):
            yield from ((value, kind) for value in _answers(kind, reply))


def _answers(kind: PiiClass, reply: str) -> list[str]:
    said = LEAD_IN.sub("", reply).strip(" .!?\"'“”")
    if kind is PiiClass.PERSON_NAME:
        names = [value.text for value in typed.find(reply) if value.kind is ValueKind.NAME]
        return names or [said] * (len(content_words(said)) == len(said.split()) <= 3)
    if kind is PiiClass.ADDRESS:
        return [said] if re.search(r"\d", said) and len(said.split()) <= MOST_ADDRESS_WORDS else []
    if kind is PiiClass.BIRTH_DATE:
        return [hit.group() for hit in ANY_DATE.finditer(reply)]
    if kind in (PiiClass.PHONE, PiiClass.NATIONAL_ID):
        return [hit.group() for hit in NUMBERED.finditer(reply) if len(re.findall(r"\d", hit.group())) >= LEAST_DIGITS]
    return []


def _fits(kind: PiiClass, value: str) -> bool:
    """Whether the value of a field can be of the class that the field's name says."""
    if kind is PiiClass.PERSON_NAME:
        return re.fullmatch(rf"{PERSON}|[A-Za-z][\w'’-]+", value.strip()) is not None
    if kind is PiiClass.EMAIL:
        return EMAIL.search(value) is not None
    if kind is PiiClass.IP_ADDRESS:
        return is_ip(value.strip())
    return re.search(r"\d", value) is not None and len(value.split()) <= MOST_ADDRESS_WORDS


def _as_said_again(value: str, kind: PiiClass) -> set[str]:
    """How a value may be said once more: a name by its parts, a number without its punctuation."""
    again = {value.strip()}
    if kind is PiiClass.PERSON_NAME:
        again.update(word for word in re.findall(r"[^\W\d_][\w'’-]+", value) if word.lower() not in TITLES | STOP)
    if kind in (PiiClass.PHONE, PiiClass.IBAN, PiiClass.NATIONAL_ID):
        again.add(re.sub(r"[^\w+]", "", value))
    return {one for one in again if len(one) > 2}


def spans(text: str, classes: frozenset[PiiClass]) -> Iterator[Span]:
    """Where personal data of these classes stands, as far as the text alone tells it."""
    for kind, pattern in CALLED:
        if kind in classes:
            yield from of_groups(kind, pattern, text)
    for kind, found in CHECKED:
        if kind in classes:
            yield from found(text)


def is_ip(value: str) -> bool:
    """Whether this is an IP address, of version 4 or 6."""
    try:
        ip_address(value)
    except ValueError:
        return False
    return value != "::"


def _phones(text: str) -> Iterator[Span]:
    """Valid phone numbers as people write them; digits alone may be anything, unless they are called a phone number."""
    for match in phonenumbers.PhoneNumberMatcher(text, REGION) if SEVEN_DIGITS.search(text) else ():
        if not match.raw_string.isdecimal():
            yield Span(PiiClass.PHONE, match.start, match.end)


def _ibans(text: str) -> Iterator[Span]:
    """Valid IBANs, without the words that follow them."""
    for hit in IBAN.finditer(text):
        ends = [hit.end(), *(hit.start() + cut.start() for cut in reversed(list(GAP.finditer(hit.group()))))]
        end = next((end for end in ends if iban.is_valid(text[hit.start() : end])), None)
        if end is not None:
            yield Span(PiiClass.IBAN, hit.start(), end)


def _ips(text: str) -> Iterator[Span]:
    """IP addresses, but not the numbers of versions."""
    for span in of_groups(PiiClass.IP_ADDRESS, IP, text):
        if is_ip(span.of(text)) and not VERSION.search(text[: span.start]):
            yield span


def _national_ids(text: str) -> Iterator[Span]:
    for span in of_groups(PiiClass.NATIONAL_ID, NATIONAL, text):
        number = span.of(text)
        if NINO.fullmatch(number) or any(kind.is_valid(number) for kind in NATIONALS):
            yield span


CHECKED: tuple[tuple[PiiClass, Callable[[str], Iterator[Span]]], ...] = (
    (PiiClass.PHONE, _phones),
    (PiiClass.IBAN, _ibans),
    (PiiClass.IP_ADDRESS, _ips),
    (PiiClass.NATIONAL_ID, _national_ids),
)
"""What finds the classes whose values can be checked."""
