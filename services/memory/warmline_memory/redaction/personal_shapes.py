"""Personal data by its shape, and where a text calls it by its name.

Phone numbers are found by libphonenumber's matcher; IBANs and national ids are checked by their own check digits.
Street addresses are known by their words, birth dates and names of persons only by what calls them so.
"""

import re
from collections.abc import Callable, Iterator
from ipaddress import ip_address

import phonenumbers
from stdnum import iban
from stdnum.br import cpf
from stdnum.es import dni, nie
from stdnum.fr import nir
from stdnum.it import codicefiscale

from warmline_memory.language.spans import Span, of_groups
from warmline_memory.language.values import PATTERNS, ValueKind
from warmline_schemas.preferences import PiiClass

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
MIDDLE = r"(?:\s+(?:number|is|was|are|it's|it|to|as|at|on|now)|'s|\\*[\"']?\s*[:=])+\s*\\*[\"'“]?"

BIRTH = rf"(?:{PATTERNS[ValueKind.DATE]}|\b\d{{1,2}}-\d{{1,2}}-\d{{2,4}}\b)(?:(?:,|\s+of)?\s+(?:19|20)\d{{2}}\b)?"
STREET = (
    r"\b\d{1,5}[A-Za-z]?,?\s+(?:[NSEW]\.?\s+|(?:North|South|East|West)\s+)?(?:[A-Z0-9][\w.'’-]*\s+){1,4}?"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Way|Highway"
    r"|Hwy|Parkway|Pkwy|Circle|Cir|Close|Crescent|Row)\b\.?"
    r"(?:,?\s*(?:#|(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room)\b\.?\s*#?)\s*[\w-]+)?"
    r"(?:,\s*[A-Z][A-Za-z .'-]{1,40}?,?\s+(?:[A-Z]{2}\s+)?\d{5}(?:-\d{4})?\b)?"
    r"|\bP\.?\s?O\.?\s?Box\s+\d+|\b[A-Z][a-zäöüß]+(?:straße|strasse|weg|platz|gasse|allee)\s+\d{1,4}[a-z]?\b"
    r"|\b\d{1,4},?\s+(?:rue|avenue|boulevard|via|calle)\s+(?:de\s+|del\s+|la\s+|des\s+|du\s+)*[A-Z][\w'’-]+"
)
PERSON = (
    r"(?:(?:Dr|Mrs?|Ms|Miss)\.?\s)?[A-Z][\w'’-]+"
    r"(?:\s+(?:(?:van|von|de|der|da|la|bin|al)\s+)*(?!I\b)[A-Z](?:[\w'’-]+|\.)?){0,3}"
)

EMAIL = re.compile(
    rf"(?i:{PATTERNS[ValueKind.EMAIL]})|(?<![\w.+-])[\w.+-]{{1,64}}\s(?:at|\(at\)|\[at\])\s[\w-]{{1,64}}\s(?:dot|\(dot\)|\[dot\])"
    r"\s\w{2,6}\b"
)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}\b", re.I)
GAP = re.compile(r"[ -]")
SEVEN_DIGITS = re.compile(r"\d(?:[ ().-]{0,3}\d){6}")
"""What no phone number is without: a cheap look before the matcher."""
IP = re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)")
VERSION = re.compile(r"(?:\bv(?:ersion|er)?\.?|\brelease|\bbuild|==|>=)\s*$", re.I)
NATIONAL = re.compile(
    r"\b(?:[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]|[XYZ]?\d{7,8}-?[A-Z]|\d{3}\.\d{3}\.\d{3}-\d{2}"
    r"|[12]\s?\d{2}\s?\d{2}\s?\d[\dAB]\s?\d{3}\s?\d{3}\s?\d{2}|[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D])\b"
)
NINO = re.compile(r"[A-CEGHJ-PR-TW-Z]{2}(?:\s?\d{2}){3}\s?[A-D]")
PERSON_SAID = re.compile(
    r"\b(?i:(?:my|her|his|our|(?:the )?(?:customer|client|caller|patient|guest|passenger|user)(?:'?s)?) (?:\w+ )?names?"
    rf"(?: is|'s|:)|(?<!\w\s)name\s*:|i am called|speaking with|under the name(?: of)?|on behalf of)\s+({PERSON})"
    rf"|\b(?i:this is)\s+({PERSON})(?=\s+(?:speaking|calling|here|from)\b)|\b((?:Dr|Mrs?|Ms|Miss)\.?\s{PERSON})"
)
CALLED_ME = re.compile(
    r"\b(?i:my (?:full )?name is|my name's)\s+([a-z][\w'-]+(?:\s+(?!and\b|i\b|but\b|the\b)[a-z][\w'-]+)?)"
)
BORN = re.compile(rf"\b(?:born(?: on)?|birth ?da(?:y|te)|date of birth|dob){MIDDLE}({BIRTH})", re.I)
NATIONALS = (codicefiscale, dni, nie, cpf, nir)
"""Of Italy, Spain, Brazil and France: long enough, with check digits, so that hardly anything else passes for them."""
REGION = "US"
"""Where a phone number is taken to be from if it has no country code."""
ID_TOLD = re.compile(
    rf"(?i:\b(?:{NAMES[PiiClass.NATIONAL_ID]}){MIDDLE})((?=[\w -]*\d)[A-Za-z0-9][\w-]{{3,20}}(?: \d[\w-]*){{0,5}})"
)
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
