"""Secrets that are known by their form or their place: tokens, keys, credentials in addresses, payment cards.

The forms of tokens are gitleaks' (tokens.toml says which version). Around them stand rules of our own: for chats, where
a token may be cut or copied by hand, for places such as headers and commands, and for text that looks drawn by lot.
"""

import math
import re
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files

from stdnum import luhn

from warmline_memory.language.spans import Span, of_groups
from warmline_memory.redaction.forms import read

FORMS = read("tokens")

CARD_NUMBER, KEY = "card number", "password or key"

TOKEN = re.compile(FORMS["token"])
PEM = re.compile(FORMS["pem"])
# Of a key whose beginning was cut off, each line before the end is still a part of it.
PEM_END = re.compile(r"-----END [A-Z ]*PRIVATE KEY")
PEM_LINE = re.compile(r"(?:^|(?<=[\s\"'])|(?<=\\n))[A-Za-z0-9+/=]{4,80}(?:\\r)?(?:\\n|\s)*$")
SOCIAL_SECURITY = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")
"""As it is written in the United States."""

IN_PLACE = re.compile(FORMS["in_place"])

# Every token has 14 such signs in a row. Most messages have not, and are spared the patterns.
LONG = re.compile(r"[\w.:~+/-]{14}")
PLACES = tuple(["://", "=", ".com/", "bearer", "basic", "cookie", "curl", "mysql", "sshpass", "docker", "redis-cli"])
"""What no place can be without: a cheap look before the pattern."""

DIGITS = re.compile(FORMS["digits"])
ISSUED = re.compile(FORMS["issued"])

DRAWN = re.compile(FORMS["drawn"])
CHANGE = re.compile(r"(?<=[a-z])[A-Z0-9]|(?<=[A-Z])[a-z0-9]|(?<=\d)[A-Za-z]")
WORDY = re.compile(r"[A-Z]?[a-z]{2,}")
LEAST_CHANGES, LEAST_BITS, MOST_WORDY = 0.38, 3.7, 0.55


def _vendored() -> tuple[tuple[tuple[str, ...], str, float], ...]:
    text = files(__package__).joinpath("tokens.toml").read_text("utf-8")
    rules = tomllib.loads(text).values()
    return tuple((tuple(rule["keywords"]), rule["regex"], float(rule.get("entropy", 0))) for rule in rules)


RULES = _vendored()
_compiled: dict[str, re.Pattern[str]] = {}
"""The patterns that were needed so far. To compile all of them takes a tenth of a second, and most are never needed."""


def spans(text: str) -> Iterator[Span]:
    """Where keys, tokens, credentials and card numbers stand."""
    if LONG.search(text):
        yield from of_groups(KEY, TOKEN, text)
        yield from _by_rules(text)
        yield from (span for span in of_groups(KEY, DRAWN, text) if is_drawn(span.of(text)))
    if "-----" in text:
        yield from of_groups(KEY, PEM, text)
        yield from _tails(text)
    lower = text.lower()
    if any(map(lower.__contains__, PLACES)):
        yield from of_groups(KEY, IN_PLACE, text)
    yield from of_groups(KEY, SOCIAL_SECURITY, text)
    yield from (span for span in of_groups(CARD_NUMBER, DIGITS, text) if is_card(span.of(text)))


def is_card(number: str) -> bool:
    """Whether digits, however grouped, can be a payment card's: an issuer's first digits, its length, a right Luhn
    sum."""
    digits = re.sub(r"[ -]", "", number)
    return ISSUED.fullmatch(digits) is not None and bool(luhn.is_valid(digits))


def is_drawn(value: str) -> bool:
    """Whether a value looks drawn by lot: it changes its kind of sign often, and its signs are many (in bits)."""
    wordy = sum(len(word) for word in WORDY.findall(value))  # the words of `getUserById2FromCache`
    drawn = len(CHANGE.findall(value)) >= LEAST_CHANGES * len(value) and wordy <= MOST_WORDY * len(value)
    return drawn and entropy(value) >= LEAST_BITS


def entropy(value: str) -> float:
    """Shannon's entropy of the signs of a value, in bits a sign."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())


def _by_rules(text: str) -> Iterator[Span]:
    lower = text.lower()
    for keywords, pattern, least in RULES:
        if any(map(lower.__contains__, keywords)):
            found = of_groups(KEY, _rule(pattern), text)
            yield from (span for span in found if entropy(span.of(text)) >= least)


def _rule(rule: str) -> re.Pattern[str]:
    if rule not in _compiled:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # `[[` is no nested set in RE2
            _compiled[rule] = re.compile(rule)
    return _compiled[rule]


def _tails(text: str) -> Iterator[Span]:
    """The lines of a private key whose first line was cut off."""
    for hit in PEM_END.finditer(text):
        start = hit.start()
        while start > 0 and (line := PEM_LINE.search(text, max(0, start - 90), start)) is not None:
            start = line.start()
        if start < hit.start():
            yield Span(KEY, start, hit.start())
