"""Secrets by their shape alone: card numbers, keys and tokens as those who issue them publish their form."""

import re
from collections.abc import Iterator

from stdnum import luhn

from warmline_memory.language.spans import Span, of_groups

CARD_NUMBER = "card number"
KEY = "password or key"

TOKEN = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
    r"|\b(?:sk|pk|rk|dk|ak|whsec|shp(?:at|ss|ca|pa)|hf|npm|glpat|glsa|gsk|pypi|gh[pousr]|github_pat|xox[abeprs]|xapp"
    r"|dop_v1|doo_v1|dckr_pat|sq0(?:atp|csp)|lin_api|figd|GOCSPX|pat|ATATT\w+|nvapi|r8|tvly)[-_](?=[\w-]{0,80}\d)[\w-]{12,}"
    r"|\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b|\bAIza[\w-]{35}|\bya29\.[\w-]{20,}|\bSG\.[\w-]{16,}\.[\w-]{16,}"
    r"|\bSK[0-9a-f]{32}\b|\b\d{8,10}:AA[\w-]{32,}|\bAGE-SECRET-KEY-1[A-Z0-9]{20,}",
    re.S,
)
SOCIAL_SECURITY = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")
"""As it is written in the United States."""

IN_PLACE = re.compile(
    r"(?i:\b(?:bearer|basic)\s+)(?=[\w.~+/-]*[\d=._])([\w.~+/-]{12,}=*)"
    r"|://[^\s:/@]*:([^\s/@]+)@"
    r"|(?i:hooks\.slack\.com/services/\w+/\w+/|discord(?:app)?\.com/api/webhooks/\d+/)([\w-]{16,})"
    r"|(?i:[?&;](?:sig|signature|x-amz-signature|key)=)([^\s&;\"'<>]{12,})"
    r"|(?i:\b(?:set-)?cookie:[^\n]{0,500}?\b(?:\w*sess\w*|sid|\w*auth\w*|\w*token\w*)=)([^\s;]{6,})"
    r"|(?i:\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[ =]['\"]?[^\s:'\"]+:)([^\s'\"]+)"
    r"|(?i:\bmysql\w*\b[^\n]{0,300}?\s-p)([^\s-]\S*)"
    r"|(?i:\b(?:sshpass|docker login|redis-cli)\b[^\n]{0,300}?\s-[pa]\s)([^\s-]\S*)"
)
"""What is a secret because of where it stands: in a header, in an address, in a command."""

LONG = re.compile(r"[\w.:-]{16}|-----BEGIN")
PLACES = (
    "://",
    "sig=",
    "signature=",
    "key=",
    ".com/",
    "bearer",
    "basic",
    "cookie",
    "curl",
    "mysql",
    "sshpass",
    "docker",
    "redis-cli",
)
"""What no token and no place can be without: a cheap look before the patterns."""

DIGITS = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|4[4-9]\d|5\d\d|2\d\d)\d{12,15}|(?:50|5[6-8]|6[37])\d{11,17}"
)
"""First digits and lengths of the large issuers (ISO/IEC 7812-1): Visa, Mastercard, American Express, Diners, JCB,
Discover, UnionPay, Maestro."""


def spans(text: str) -> Iterator[Span]:
    """Where keys, tokens and card numbers stand."""
    if LONG.search(text):
        yield from of_groups(KEY, TOKEN, text)
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
