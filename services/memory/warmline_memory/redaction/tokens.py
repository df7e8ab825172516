"""Secrets that are known by their form or their place: tokens, keys, credentials in addresses, payment cards.

The forms of tokens are gitleaks' (tokens.toml says which version). Around them stand rules of our own: for chats, where
a token may be cut or copied by hand, for places such as headers and commands, and for text that looks drawn by lot.
"""

import math
import re
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files

from stdnum import luhn

from warmline_memory.language.spans import Span, of_groups
from warmline_memory.redaction.forms import read

CARD, WORD = "card", "word"
"""The families of these secrets."""
FORMS = read("tokens")
PLACES = tuple(["://", "=", ".com/", "bearer", "basic", "cookie", "curl", "mysql", "sshpass", "docker", "redis-cli"])
"""What no place can be without: a cheap look before the pattern."""
AROUND = 200
"""A keyword stands no farther from its token: rules let a name of 20 signs and a few signs of setting be between."""
LEAST_CHANGES, LEAST_BITS, MOST_WORDY = 0.38, 3.7, 0.55
Rule = tuple[tuple[str, ...], str, float]
"""Keywords, one of which stands in each text that the rule is for; a pattern; and the least entropy of a secret."""
RULES: tuple[Rule, ...] = tuple(
    (tuple(rule["keywords"]), rule["regex"], float(rule.get("entropy", 0)))
    for rule in tomllib.loads(files(__package__).joinpath("tokens.toml").read_text("utf-8")).values()
)
ANYTHING = ("(?s:.)", "(.{")
"""How a pattern says that anything may stand between its words, or is the secret: of a secret of Kubernetes and of a
file of passwords. What these hide may be short, and far from what names it."""
IN_FILES = tuple(rule for rule in RULES if any(sign in rule[1] for sign in ANYTHING))
IN_TEXTS = tuple(rule for rule in RULES if rule not in IN_FILES)
_compiled: dict[str, re.Pattern[str]] = {}
"""The patterns that were needed so far. To compile all of them takes a tenth of a second, and most are never needed."""


def spans(text: str) -> Iterator[Span]:
    """Where keys, tokens, credentials and card numbers stand."""
    lower = text.lower()
    if FORMS["long"].search(text):
        yield from of_groups(WORD, FORMS["token"], text)
        yield from _by_rules(IN_TEXTS, text, _around_long_words(text))
        yield from (span for span in of_groups(WORD, FORMS["drawn"], text) if is_drawn(span.of(text)))
    yield from _by_rules(IN_FILES, text, lower)
    if "-----" in text:
        yield from of_groups(WORD, FORMS["pem"], text)
        yield from _tails(text)
    if any(map(lower.__contains__, PLACES)):
        yield from of_groups(WORD, FORMS["in_place"], text)
    yield from of_groups(WORD, FORMS["social_security"], text)
    yield from (span for span in of_groups(CARD, FORMS["digits"], text) if is_card(span.of(text)))


def _by_rules(rules: Iterable[Rule], text: str, near: str) -> Iterator[Span]:
    """What the rules find of which a keyword stands near."""
    for keywords, pattern, least in rules:
        if any(map(near.__contains__, keywords)):
            yield from (one for one in of_groups(WORD, _rule(pattern), text) if entropy(one.of(text)) >= least)


def _around_long_words(text: str) -> str:
    """What stands around the long words of a text, in small letters: a rule's keyword is near the token, or in it. Of
    what a program prints that is a small part, and there are two hundred rules."""
    parts, at = [], 0
    for hit in FORMS["long"].finditer(text):
        if hit.end() + AROUND > at:
            parts.append(text[max(at, hit.start() - AROUND) : hit.end() + AROUND])
            at = hit.end() + AROUND
    return "".join(parts).lower()


def is_card(number: str) -> bool:
    """Whether digits, however grouped, can be a payment card's: an issuer's first digits, its length, a right Luhn
    sum."""
    digits = re.sub(r"[ -]", "", number)
    return FORMS["issued"].fullmatch(digits) is not None and bool(luhn.is_valid(digits))


def is_drawn(value: str) -> bool:
    """Whether a value looks drawn by lot: it changes its kind of sign often, and its signs are many (in bits)."""
    wordy = sum(map(len, FORMS["wordy"].findall(value)))  # the words of `getUserById2FromCache`
    drawn = len(FORMS["change"].findall(value)) >= LEAST_CHANGES * len(value) and wordy <= MOST_WORDY * len(value)
    return drawn and entropy(value) >= LEAST_BITS


def entropy(value: str) -> float:
    """Shannon's entropy of the signs of a value, in bits a sign."""
    return -sum(n / len(value) * math.log2(n / len(value)) for n in Counter(value).values())


def _rule(rule: str) -> re.Pattern[str]:
    if rule not in _compiled:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # `[[` is no nested set in RE2
            _compiled[rule] = re.compile(rule)
    return _compiled[rule]


def _tails(text: str) -> Iterator[Span]:
    """The lines of a private key whose first line was cut off: each line before its end is still a part of it."""
    for hit in FORMS["pem_end"].finditer(text):
        start = hit.start()
        while start > 0 and (line := FORMS["pem_line"].search(text, max(0, start - 90), start)) is not None:
            start = line.start()
        if start < hit.start():
            yield Span(WORD, start, hit.start())
