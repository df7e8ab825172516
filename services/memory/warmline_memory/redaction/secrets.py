"""Secrets that one text gives away by itself: by their shape, or because the text calls them secrets.

The patterns are tried on 174 texts that hold a secret and 126 that only look as if they did: those of
``tests/unit/redaction_texts.py``. Where the two pull in different directions, a secret that is shown weighs more than a
word that is hidden.
"""

import re
from collections.abc import Iterator

from stdnum import luhn

from warmline_memory.language.one_reading import read_once
from warmline_memory.language.spans import Span, of_groups
from warmline_memory.language.words import STOP, label_of

CARD_NUMBER, KEY, CODE_LABEL, ANSWER_LABEL = "card number", "password or key", "PIN or code", "security answer"
"""What a brief calls a secret that was given, in the place of the secret itself."""

# Forms that issuers publish so that scanners can find leaks: PEM blocks, JSON Web Tokens, prefixed keys (Stripe,
# GitHub, Slack, Hugging Face and others), AWS, Google, SendGrid, Twilio, Telegram, age. A prefix alone is not enough:
# at least twelve more characters and a digit among them must follow, or words with hyphens would be hidden.
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

# These have no form of their own. Each group is only the secret, so that the header, the address or the command around
# it stays readable. The distances ({0,300} and the like) bound what a hostile text can cost.
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

# Every token above has 16 such characters in a row, or is a PEM block. Most messages have not, and are spared the long
# pattern.
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

# 13 to 19 digits are the lengths of ISO/IEC 7812. Blanks and hyphens may stand between them, as cards show them; a
# longer run of digits is no card number.
DIGITS = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")
ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|4[4-9]\d|5\d\d|2\d\d)\d{12,15}|(?:50|5[6-8]|6[37])\d{11,17}"
)
"""First digits and lengths of the large issuers (ISO/IEC 7812-1): Visa, Mastercard, American Express, Diners, JCB,
Discover, UnionPay, Maestro."""

# Three families of names, as banks, shops and services call them. Codes are digits, words are passwords and keys,
# answers are names and ordinary words: each family has other values, and so other patterns. The names are built into
# those patterns, so they have no groups of their own.
CODE_NAME = (
    r"pins?(?:\s?(?:code|number))?|cvv2?|cvc2?|(?:card )?security code|ssn|social security number"
    r"|one[- ]time (?:code|passcode|password)|otp|(?:verification|log-?in|sign-?in|authenticat(?:or|ion)|auth) code"
    r"|(?:2|m)fa(?: code)?|passcode|(?:backup|recovery) codes?"
)
WORD_NAME = (
    r"passwords?|passphrase|passwd|pwd?|passwort|user/pass|contraseña|mot de passe|wachtwoord"
    r"|(?:my|client|shared) secret"
    r"|secret (?:access )?(?:key|word|phrase)|api[ _-]?keys?|(?:access|auth|bearer|session|refresh) token"
    r"|private key|credentials?"
)
ANSWER_NAME = (
    r"maiden name|mother'?s name|security (?:answer|question|word|phrase)s?|secret (?:question"
    r"|answer)|memorable (?:word|name|date|place)"
    r"|(?:childhood|first|favou?rite|1st) (?:pet|school|teacher|car|job|street|concert|friend|nickname|movie|book)"
    r"|(?:pet|teacher|school|street|friend|nickname)\b[^.?!]{0,30}\b(?:as a (?:child|kid)"
    r"|grew up|growing up|childhood|first)"
    r"|(?:city|town|hospital) (?:were you|you were) born|best friend's name|pet's name"
    r"|name of (?:the|your|my) (?:first )?(?:pet|dog|cat)\b"
)
# What follows a name of a secret without being one: `password is required`, `token expired`, types in code, names of
# algorithms. Without this list such sentences would lose a word.
ORDINARY = (
    r"(?:not|no|an?|the|be|too|still|now|required|needed|wrong|right|incorrect|correct|invalid"
    r"|valid|expired|missing|lost|stolen|forgotten|reset|changed|unknown|empty|set|stored|kept|safe|working|given"
    r"|redacted|\[redacted|true|false|null|none|str|string|int|bytes|bool|optional|any|undefined|yes|hidden|masked"
    r"|confidential|mandatory|weak|strong|short|long|secure|encrypted|hashed|rotated|revoked|updated|locked|on|in|at"
    r"|about|under|from|via|and|or|for|to|that|what|where|when|why|how|please|page|fields?|manager|policy|sha\d+|md5"
    r"|bcrypt|argon2\w*|base64|oauth2?)\b"
)
# Of the turns of recorded conversations one in thirteen has such a piece. Looking for one first makes the search for
# names three times as fast.
NAME_PIECE = re.compile(
    r"pin|cv[vc]|code|ssn|social|otp|[2m]fa|pass|pwd?|secret|key|token|credential|contrase|wachtw|authori|maiden|mother"
    r"|secur|memorable|first|1st|favo|child|kid|gr[eo]w|born|friend|pet|dog|cat"
)
"""Of every secret's name above at least one piece, in lower case."""

CODE = re.compile(rf"\b(?:{CODE_NAME})\b", re.I)
WORD = re.compile(rf"\b(?:{WORD_NAME})\b", re.I)
WORD_TOLD = re.compile(rf"\b(?:{WORD_NAME})\b|token|secret|access_key|api_key", re.I)
ANSWER = re.compile(rf"\b(?:{ANSWER_NAME})", re.I)
# Names of fields and arguments, once `label_of` has written them as words. What follows the name may change its
# meaning: a `token count` is a number, and a `password policy` is a text. Neither is hidden.
NAME = re.compile(
    r"\b(?:pin|pin code|pin number|cvv2?|cvc2?|ssn|otp|passcode|pass word|\w*passwords?|passphrase|passwd|pwd|secret|"
    r"secret key|client secret|api keys?|apikey|private key|(?:secret )?access key(?! id)|account key|"
    r"(?:access |auth |bearer |session |refresh )?token|credentials?|"
    r"authorization|security (?:answer|word|code)|secret answer|(?:mother s "
    r"|mothers )?maiden name|card number)(?: \d+)?\b"
    r"(?! (?:id|file|path|url|count|type|limit|budget|usage|length|status|required|policy|name|question|expiry|expires"
    r"|reset at)\b)"
)

CODE_SENT = re.compile(r"\bcode\b", re.I)
PAIRED = re.compile(r"[:=]|--\w|</")

# Digits as people dictate them: `four, double two, oh`.
DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|\d)"
# The words between a name and its value: `my PIN number is now: `. They are listed one by one, for anything freer
# reached values of something else.
LINK = (
    r"(?:\s+(?:number|code|is|was|are|it's|its|it|of|to|as|now|on (?:the|my) (?:back|card)|should be|might be|would be"
    r"|either|probably|think)|'s|\s*[:=?]|\s+-)*\s*[\"'“‘]?"
)
# A number behind one of these words is another one: in `the PIN for account 48151` the account is shown.
OTHER_NUMBER = (
    r"account|order|ticket|id|booking|room|zip|phone|case|ref\w*|error|line|page|since|until|after|took|costs?|of|than|message"
    r"|post|comment|thread"
)
OWNED = r"(?:my|the|our|his|her|your|their)"
OPEN, QUOTED = r"[\"'“‘`]?", r"\"([^\"\n]{2,80})\"|'([^'\n]{2,80})'|“([^”\n]{2,80})”|`([^`\n]{2,80})`"

# Codes beside their name, the surest pattern first: name, link, value; name and value in one short clause, unless it is
# a year, an amount or a time; digits in words; the value before its name; a code that was sent. Codes have 3 to 8
# digits: shorter ones are counts.
NAMED_CODE = re.compile(
    rf"\b(?:{CODE_NAME})\b{LINK}(?:[A-Z]-)?(\d[\d -]{{1,9}}\d)(?:\s*(?:or|and|,)\s*(\d{{3,8}}))?(?![\d-])", re.I
)
DESCRIBED_CODE = re.compile(
    rf"\b(?:{CODE_NAME})\b(?:(?!\b(?:{OTHER_NUMBER})\b)[^.?!\n\d]){{1,30}}?(?<![\w$€£#:/.,-])(?!(?:19|20)\d\d\b)"
    r"(\d{3,8}|\d{3}[ -]\d{3})(?![\w:/%-]|[.,]\d)",
    re.I,
)
SPELLED_CODE = re.compile(rf"\b(?:{CODE_NAME})\b[^.?!\n\d]{{0,30}}?((?:\b{DIGIT}[\s,-]+){{2,11}}{DIGIT})\b", re.I)
CODE_FIRST = re.compile(
    r"(?<![\w-])(?:[A-Z]-)?(\d{3,8}|\d{3}[ -]\d{3})\s+(?:is|was|as)\s+"
    rf"{OWNED}\s+(?:[\w-]+\s+){{0,3}}?(?:{CODE_NAME})\b",
    re.I,
)
SENT_CODE = re.compile(
    r"\bcode\b[^.?!\n]{0,30}?\b(?:texted|sent|emailed|e-mailed|by text|by sms|text message|sms|authenticator)\b"
    r"[^.?!\n\d]{0,24}(?<![\w-])(\d{4,8}|\d{3}[ -]\d{3})(?![\w-])"
    r"|(?<![\w-])(\d{4,8}|\d{3}[ -]\d{3})\s+(?:is|was) the code (?:\w+ ){1,2}(?:sent|texted)\b"
    r"|\bcode\s+(\d{4,8}|\d{3}[ -]\d{3})\s+(?:was|has been|came)\s+(?:sent|texted|e-?mailed|by|in)\b",
    re.I,
)
# Passwords and keys beside their name. A value in quotation marks may be anything. Without them it must not be an
# ordinary word, a variable (`$TOKEN`, `os.environ`) or a call; and where even the link is missing (`BARE_WORD`) it
# needs a letter and a digit.
NAMED_WORD = re.compile(
    rf"\b(?:{WORD_NAME})(?:\s+(?:to|for|of)(?:\s+[\w.@-]+){{1,4}}?\s+(?:is|was)"
    r"|\s+(?:is|was|to|as|should be|es|est|ist|lautet)(?:\s+now|\s?:)?+"
    rf"|'s|\s*(?:[:=]|→|->))\s*(?:{QUOTED}"
    rf"|{OPEN}(?!{ORDINARY}|[$<{{(%*•]|os\.|process\.)([^\s\"'”’`,;()]*[^\s\"'”’`,;.!?()])(?!\())",
    re.I,
)
BARE_WORD = re.compile(
    r"(?<![\w-])[\w-]{0,40}?(?:password|passphrase|passwd|pwd|token|secret|access_key|api[_ ]key)"
    rf"(?:(?:\s+[a-z]+){{0,3}}?\s+(?:is|was))?\s+(?!{ORDINARY})"
    rf"(?:{QUOTED}|(?=[^\s,;]*\d)(?=[^\s,;]*[A-Za-z])([^\s\"'”’`,;()]{{5,}}[^\s\"'”’`,;.!?()]))",
    re.I,
)
WORD_FIRST = re.compile(rf"(?:{QUOTED})\s+(?:is|was|as)\s+{OWNED}\s+(?:\w+\s+)?(?:{WORD_NAME})\b", re.I)
# Answers to security questions are names or ordinary words, so their patterns lean on the question: it stands right
# before or right behind, and only one word, or several with capitals, count as the answer.
NAMED_ANSWER = re.compile(
    rf"\b(?:{ANSWER_NAME})(?:\s+(?:before|at|in|of|to|for|as|when|on)\b[^.?!:=\n]{{0,30}}?)?"
    r"(?:\s+(?:is|was)|\s*[:=]|\s+[-–—])\s*"
    rf"(?:(?:called|named)\s+)?(?:an?\s+)?{OPEN}(?!{ORDINARY}|(?:my|asked)\b)"
    r"((?:(?:dr|mrs?|ms|miss)\.? )?[a-z][\w'-]*(?-i:(?: [A-Z][\w'-]*)*))",
    re.I,
)
NAMED = r"(?<![\w'-])([A-Z][\w'-]{1,30}(?: [A-Z][\w'-]{1,30}){0,3})"
ITS_QUESTION = rf"(?i:(?:{OWNED}|the)\s+(?:[\w']+\s+){{0,2}}?(?:{ANSWER_NAME}))"
ANSWER_FIRST = re.compile(rf"{NAMED}\s+(?i:is|was)\s+{ITS_QUESTION}")
ANSWER_BEFORE = re.compile(rf"{NAMED}\W{{1,3}}(?i:that|which|it)(?i:'s| is| was)\s+{ITS_QUESTION}")
# A value in data ends at its quotation mark, and without one at white space, a comma or a bracket. A bracket behind a
# word makes a call of it, and a call is no value. `++` keeps the search linear.
VALUE = r"(?:\\*\"([^\"\\\n]{1,400})|'([^'\n]{1,400})'|(?i:(?:bearer|basic)\s+)?+([^\s\"',;&\\(){}\[\]]++)(?!\())"
PAIRS = (
    re.compile(rf"(?<!\w)([A-Za-z][\w.-]{{1,60}})\\*[\"']?\s?[:=]\s?{VALUE}"),
    re.compile(rf"[\"']([A-Za-z][\w .-]{{1,60}})\\*[\"']\s?:\s?{VALUE}"),
    re.compile(r"<([A-Za-z][\w.:-]{1,40})>([^<>\n]{1,400})</"),
    re.compile(r"(?<!\S)--([a-z][\w-]{1,40})\s+[\"']?([^\s\"'-][^\s\"']*)"),
)
"""A name and its value as data writes them: in JSON (also inside of its strings), in YAML, in XML, in environments, in
the options of a command."""
# What data write where no secret is: an ordinary word, `null`, `${TOKEN}`, `<token>`, asterisks.
PLACEHOLDER = re.compile(rf"{ORDINARY}|[$<{{(%*•]|os\.|process\.|self\.|\W*$", re.I)
NAMING = (
    (
        CODE,
        ((CODE_LABEL, NAMED_CODE), (CODE_LABEL, DESCRIBED_CODE), (CODE_LABEL, SPELLED_CODE), (CODE_LABEL, CODE_FIRST)),
    ),
    (CODE_SENT, ((CODE_LABEL, SENT_CODE),)),
    (WORD_TOLD, ((KEY, NAMED_WORD), (KEY, BARE_WORD), (KEY, WORD_FIRST))),
    (ANSWER, ((ANSWER_LABEL, NAMED_ANSWER), (ANSWER_LABEL, ANSWER_FIRST), (ANSWER_LABEL, ANSWER_BEFORE))),
)
"""What a text must hold before the patterns beside it are worth trying."""


def spans(text: str) -> Iterator[Span]:
    """Where the secrets of a text stand: those of a known shape first, then those that the text calls by name."""
    yield from _by_shape(text)
    yield from _by_name(text)


@read_once
def names_secret(name: str) -> bool:
    """Whether a slot, an argument or a field of this name holds a secret."""
    return NAME.search(label_of(name)) is not None


def asked(question: str) -> list[str]:
    """The labels of the secrets that a question asks for."""
    if not may_name(question):
        return []
    kinds = ((CODE_LABEL, CODE), (KEY, WORD), (ANSWER_LABEL, ANSWER))
    return [label for label, pattern in kinds if pattern.search(question)]


def may_name(text: str) -> bool:
    """Whether a text holds a piece of some secret's name: a cheap look before the patterns that say which."""
    return NAME_PIECE.search(text.lower()) is not None


def label(name: str) -> str:
    """What the secret of a field of this name is called."""
    words = label_of(name)
    if CODE.search(words):
        return CODE_LABEL
    return ANSWER_LABEL if ANSWER.search(words) else KEY


def is_card(number: str) -> bool:
    """Whether digits, however grouped, can be a payment card's: an issuer's first digits, its length, a right Luhn
    sum."""
    digits = re.sub(r"[ -]", "", number)
    return ISSUED.fullmatch(digits) is not None and bool(luhn.is_valid(digits))


def _by_shape(text: str) -> Iterator[Span]:
    """Where keys, tokens and card numbers stand."""
    if LONG.search(text):
        yield from of_groups(KEY, TOKEN, text)
    lower = text.lower()
    if any(map(lower.__contains__, PLACES)):
        yield from of_groups(KEY, IN_PLACE, text)
    yield from of_groups(KEY, SOCIAL_SECURITY, text)
    yield from (span for span in of_groups(CARD_NUMBER, DIGITS, text) if is_card(span.of(text)))


def _by_name(text: str) -> Iterator[Span]:
    """Where values stand that the text itself calls secrets."""
    if not may_name(text):
        return
    for there, patterns in NAMING:
        for label, pattern in patterns if there.search(text) else ():
            yield from (span for span in of_groups(label, pattern, text) if span.of(text).lower() not in STOP)
    if PAIRED.search(text):
        yield from _paired(text)


def _paired(text: str) -> Iterator[Span]:
    for pattern in PAIRS:
        for hit in pattern.finditer(text):
            if not names_secret(hit.group(1)):
                continue
            for group in range(2, pattern.groups + 1):
                if hit.group(group) and not PLACEHOLDER.match(hit.group(group)):
                    yield Span(label(hit.group(1)), *hit.span(group))
