"""Secrets by their names: what is called a PIN, a password, a key or the answer to a security question."""

import re
from collections.abc import Iterator

from warmline_memory.language.one_reading import read_once
from warmline_memory.language.spans import Span, of_groups
from warmline_memory.language.words import STOP, label_of
from warmline_memory.redaction.secret_shapes import KEY

CODE_LABEL, ANSWER_LABEL = "PIN or code", "security answer"

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
ORDINARY = (
    r"(?:not|no|an?|the|be|too|still|now|required|needed|wrong|right|incorrect|correct|invalid"
    r"|valid|expired|missing|lost|stolen|forgotten|reset|changed|unknown|empty|set|stored|kept|safe|working|given"
    r"|redacted|\[redacted|true|false|null|none|str|string|int|bytes|bool|optional|any|undefined|yes|hidden|masked"
    r"|confidential|mandatory|weak|strong|short|long|secure|encrypted|hashed|rotated|revoked|updated|locked|on|in|at"
    r"|about|under|from|via|and|or|for|to|that|what|where|when|why|how|please|page|fields?|manager|policy|sha\d+|md5"
    r"|bcrypt|argon2\w*|base64|oauth2?)\b"
)
NAME_PIECE = re.compile(
    r"pin|cv[vc]|code|ssn|social|otp|[2m]fa|pass|pwd?|secret|key|token|credential|contrase|wachtw|authori|maiden|mother"
    r"|secur|memorable|first|1st|favo|child|kid|gr[eo]w|born|friend|pet|dog|cat"
)
"""Of every secret's name above at least one piece, in lower case."""

CODE = re.compile(rf"\b(?:{CODE_NAME})\b", re.I)
WORD = re.compile(rf"\b(?:{WORD_NAME})\b", re.I)
WORD_TOLD = re.compile(rf"\b(?:{WORD_NAME})\b|token|secret|access_key|api_key", re.I)
ANSWER = re.compile(rf"\b(?:{ANSWER_NAME})", re.I)
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

DIGIT = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|\d)"
LINK = (
    r"(?:\s+(?:number|code|is|was|are|it's|its|it|of|to|as|now|on (?:the|my) (?:back|card)|should be|might be|would be"
    r"|either|probably|think)|'s|\s*[:=?]|\s+-)*\s*[\"'“‘]?"
)
OTHER_NUMBER = (
    r"account|order|ticket|id|booking|room|zip|phone|case|ref\w*|error|line|page|since|until|after|took|costs?|of|than|message"
    r"|post|comment|thread"
)
OWNED = r"(?:my|the|our|his|her|your|their)"
OPEN, QUOTED = r"[\"'“‘`]?", r"\"([^\"\n]{2,80})\"|'([^'\n]{2,80})'|“([^”\n]{2,80})”|`([^`\n]{2,80})`"

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
VALUE = r"(?:\\*\"([^\"\\\n]{1,400})|'([^'\n]{1,400})'|(?i:(?:bearer|basic)\s+)?+([^\s\"',;&\\(){}\[\]]++)(?!\())"
PAIRS = (
    re.compile(rf"(?<!\w)([A-Za-z][\w.-]{{1,60}})\\*[\"']?\s?[:=]\s?{VALUE}"),
    re.compile(rf"[\"']([A-Za-z][\w .-]{{1,60}})\\*[\"']\s?:\s?{VALUE}"),
    re.compile(r"<([A-Za-z][\w.:-]{1,40})>([^<>\n]{1,400})</"),
    re.compile(r"(?<!\S)--([a-z][\w-]{1,40})\s+[\"']?([^\s\"'-][^\s\"']*)"),
)
"""A name and its value as data writes them: in JSON (also inside of its strings), in YAML, in XML, in environments, in
the options of a command."""
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
