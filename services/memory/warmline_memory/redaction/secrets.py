"""Secrets that one text gives away by itself: by their form, or because the text calls them secrets.

A value stands behind its name (`my PIN is 4711`) or before it (`4711 is my PIN`). How far it reaches depends on what it
is a value of: codes have digits, passwords may be anything but the words that people use about passwords, and answers
to security questions are names and ordinary words, so these need a link that says so. Where a secret that is shown and
a word that is hidden pull in different directions, the secret weighs more.
"""

import re
from collections.abc import Iterator

from warmline_memory.language import phrases
from warmline_memory.language.one_reading import read_once
from warmline_memory.language.spans import Span
from warmline_memory.language.words import label_of
from warmline_memory.redaction import said_digits, tokens
from warmline_memory.redaction.forms import read
from warmline_memory.redaction.naming import IS, NAMES, ORDINARY, OTHER, STOP, names
from warmline_memory.redaction.tokens import CARD_NUMBER, KEY

FORMS = read("secrets", link=IS, other=OTHER)

CODE_LABEL, ANSWER_LABEL = "PIN or code", "security answer"
LABELS = {"card": CARD_NUMBER, "code": CODE_LABEL, "word": KEY, "answer": ANSWER_LABEL}
"""What a brief calls a secret that was given, in the place of the secret itself."""

SHOWN = "[redacted]"
QUOTED = FORMS["quoted"]
QUOTE = re.compile(QUOTED)
LINKED = re.compile(FORMS["linked"])
CODE_HERE = re.compile(FORMS["code_here"])
CODE_NEAR = re.compile(FORMS["code_near"])
CARD_NEAR = re.compile(r"[^.?!。？！\n\d]{0,40}?(\d(?:[ .·-]{0,3}\d){7,22})(?!\w)")
MIXED = re.compile(r"[\"'“‘«(]*(?=[^\s,;]*\d)([^\s\"'”’»,;()]{3,40}[^\s\"'”’»,;.!?()])")
CODE_FIRST = re.compile(FORMS["code_first"])
WORD_FIRST = re.compile(FORMS["word_first"])
VALUE_FIRST = re.compile(r"^\W*((?=\S*\d|\S+ \S*\d)\S{1,20}(?: [a-z0-9]{1,12}){0,3}) (?:my |the |our |is |as ){1,2}$")
SENT_CODE = re.compile(FORMS["sent_code"])
TYPED = re.compile(FORMS["typed"])
ODD = re.compile(FORMS["odd"])
ANSWER_LINK = re.compile(FORMS["answer_link"])
TITLED = re.compile(r"(?:(?i:dr|mrs?|ms|miss|frau|herr)\.? )?[^\W\d_][\w'’-]*(?: [A-ZÀ-ÞА-Я][\w'’-]*)*")
ANSWER_FIRST = re.compile(FORMS["answer_first"])
COMPACT_LINK = re.compile(FORMS["compact_link"])
COMPACT_VALUE = re.compile(r"[!-~]{3,40}|\S{1,20}?(?=です|でした|だよ|だっ|だ。|と言|」|』|”|[，,。、！？\s]|$)")
COMPACT_CODE = re.compile(r"[^。？！\n\d]{0,12}?(\d(?:[ -]?\d){2,11})")
TOKEN = re.compile(r"\S+")
OPENING, CLOSING = "\"'“‘«„([`", ".,;!?…\"'”’»)]`、。，！؟।:"
VALUE = FORMS["value"]
PAIRS = (
    re.compile(rf"(?<!\w)([A-Za-z][\w.-]{{1,60}})\\*[\"']?\s?[:=]\s?{VALUE}"),
    re.compile(rf"[\"']([^\W\d_][\w .'’-]{{1,60}})\\*[\"']\s?:\s?{VALUE}"),
    re.compile(r"<([A-Za-z][\w.:-]{1,40})>([^<>\n]{1,400})</"),
    re.compile(r"(?<!\S)--([a-z][\w-]{1,40})\s+[\"']?([^\s\"'-][^\s\"']*)"),
    re.compile(r"(?<!\S)set\s+([a-z]\w{1,60})\s+[\"']?([^\s\"'-][^\s\"']*)"),
)
"""A name and its value as data writes them: in JSON (also inside of its strings), in YAML, in XML, in environments, in
the options of a command."""
PAIRED = re.compile(r"[:=]|--\w|</|\bset ")
FIELD = re.compile(FORMS["field"])
NO_FIELD = re.compile(FORMS["no_field"])
PLACEHOLDER = re.compile(FORMS["placeholder"])


def spans(text: str) -> Iterator[Span]:
    """Where the secrets of a text stand: those of a known form first, then those that the text calls by name."""
    yield from tokens.spans(text)
    if PAIRED.search(text):
        yield from _paired(text)
    folded = phrases.folded(text)
    for family, start, end in names(folded):
        for first, last in _of_name(family, text, folded, start, end):
            if first < last and not STOP.fullmatch(folded, first, last) and SHOWN not in text[first:last]:
                yield Span(LABELS[family], first, last)
    for hit in SENT_CODE.finditer(folded) if "code" in folded else ():
        group = next(group for group in (1, 2, 3) if hit.group(group))
        yield Span(CODE_LABEL, *hit.span(group))
    for clause in TYPED.finditer(folded):
        yield from (Span(KEY, *hit.span()) for hit in ODD.finditer(folded, *clause.span()))


@read_once
def names_secret(name: str) -> bool:
    """Whether a slot, an argument or a field of this name holds a secret."""
    words = label_of(name) if name.isascii() else phrases.folded(name).replace("_", " ")
    if NO_FIELD.search(words):
        return False
    if FIELD.search(words):
        return True
    found = NAMES.search(words)
    return found is not None and (not name.isascii() or found.group() == words)


def label(name: str) -> str:
    """What the secret of a field of this name is called."""
    found = names(phrases.folded(label_of(name)))
    return LABELS[found[0][0]] if found else KEY


def _of_name(family: str, text: str, folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The values that stand behind or before a name."""
    if not folded[start].isascii() and re.match(r"[\u3040-\u30ff\u3400-\u9fff]", folded[start]):
        yield from _compact(family, folded, end)
    elif family == "card":
        hit = CARD_NEAR.match(folded, end)
        yield from [hit.span(1)] if hit else _spoken(folded, end, 60)
    elif family == "code":
        yield from _code(folded, start, end)
    elif family == "word":
        yield from _word(text, folded, start, end)
    else:
        yield from _answer(text, folded, start, end)


def _code(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    linked = LINKED.match(folded, end)
    at = linked.end() if linked else end + len(folded[end:]) - len(folded[end:].lstrip(" \t("))
    hit = CODE_HERE.match(folded, at)
    if hit and (linked or len(re.sub(r"\D", "", hit.group(1))) >= 3):
        yield from (hit.span(group) for group in (1, 2) if hit.group(group))
    elif (
        linked and (hit := MIXED.match(folded, at)) and not ORDINARY.match(folded, at) and not _is_time(hit.group(1))
    ) or (hit := CODE_NEAR.match(folded, end)):
        yield hit.span(1)
    else:
        yield from _spoken(folded, end, 60)
    if hit := CODE_FIRST.search(folded, max(0, start - 60), start):
        yield hit.span(1)
    yield from _spoken(folded, max(0, start - 60), 60, until=start)


def _is_time(value: str) -> bool:
    return (
        re.fullmatch(
            r"(?:19|20)\d\d|\d{1,2}[:.]\d\d(?:am|pm)?|\d{1,2}(?:st|nd|rd|th|am|pm|min|x|s|h)"
            r"|[$€£]?\d+[.,]\d+[$€£%]?|\d+%",
            value,
        )
        is not None
    )


def _spoken(folded: str, at: int, far: int, until: int | None = None) -> Iterator[tuple[int, int]]:
    """The first number that is said in words within so many signs."""
    end = min(len(folded), at + far + 120) if until is None else until
    for start, last in said_digits.spoken(folded[at:end]):
        if start <= far and not re.search(r"[.?!。\n]\s", folded[at : at + start]):
            yield at + start, at + last
        return


def _word(text: str, folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    linked = LINKED.match(folded, end)
    if linked:
        value = _phrase(text, folded, linked.end(), bare=False)
        # What is set with a sign, and a key of a machine, has no blanks: in `API_KEY=k7 make` the command stays.
        if value and (text[end : linked.end()] == "=" or folded.endswith(("key", "token", "secret"), start, end)):
            quoted = text[value[0] - 1] in OPENING
            value = value if quoted else (value[0], value[0] + len(text[slice(*value)].split(maxsplit=1)[0]))
    else:
        value = _phrase(text, folded, end, bare=True)
        if value is None and not folded.endswith(("key", "token", "secret"), start, end):
            value = _typed_bare(text, folded, start, end)
    if value:
        yield value
    elif not linked or ORDINARY.match(folded, linked.end()):
        before = folded[max(0, start - 100) : start]
        hit = WORD_FIRST.search(before) or VALUE_FIRST.search(before)
        group = next((group for group in range(1, hit.re.groups + 1) if hit.group(group)), None) if hit else None
        if hit and group and not ORDINARY.fullmatch(hit.group(group)) and not STOP.fullmatch(hit.group(group)):
            yield max(0, start - 100) + hit.start(group), max(0, start - 100) + hit.end(group)


def _credentials(before: str) -> bool:
    """Whether what stands before a password is only who it belongs to, as people type it: `name bravo password …`."""
    words = re.findall(r"[\w'’-]+", before.rsplit("\n", 1)[-1])
    return len(words) <= 8 and not any(
        ORDINARY.fullmatch(word) for word in words if word not in ("my", "is", "the", "and", "of")
    )


def _typed_bare(text: str, folded: str, start: int, end: int) -> tuple[int, int] | None:
    """One or two words behind a password's name that end what is typed, without a link: `name bo password kart`."""
    if not _credentials(folded[max(0, start - 200) : start]):
        return None
    value = _phrase(text, folded, end, bare=False)
    if value is None or text[value[1] :].strip() or text[slice(*value)].count(" ") > 1:
        return None
    return value if text[value[0]].islower() else None


def _phrase(text: str, folded: str, at: int, *, bare: bool) -> tuple[int, int] | None:
    """The value that begins here: what is quoted, or words until the clause or the value's form ends. A `bare` value
    has no link and needs a digit."""
    at += len(folded[at:]) - len(folded[at:].lstrip(" \t\n"))
    if quoted := QUOTE.match(text, at):
        return next(quoted.span(group) for group in range(1, quoted.re.groups + 1) if quoted.group(group))
    found: list[tuple[int, int]] = []
    digits = False
    for token in TOKEN.finditer(folded, at, at + 200):
        raw = token.group()
        word = raw.strip(OPENING).rstrip(CLOSING)
        first = token.start() + raw.find(word) if word else token.start()
        if not _goes_on(word, raw, [folded[a:b] for a, b in found], digits):
            break
        found.append((first, first + len(word)))
        digits = digits or any(sign.isdigit() for sign in word)
        if (
            (raw[-1] in ".,;!?)…。،؟।" and not raw.endswith(".."))
            or len(found) == 6
            or "\n" in text[token.end() : token.end() + 1]
        ):
            break
    else:
        token = None
    if not found or PLACEHOLDER.match(text, found[0][0]) or text[found[-1][1] : found[-1][1] + 1] == "(":
        return None
    if len(found) == 1 and not digits and _by_suffix(folded[slice(*found[0])]):
        return None
    if not digits and bare and (len(found) > 1 or not re.search(r"[!$%&@#]\w*$", folded[slice(*found[0])])):
        return None
    return found[0][0], found[-1][1]


def _goes_on(word: str, raw: str, before: list[str], digits: bool) -> bool:
    """Whether a value has this word too. `Before` are the words that it has so far."""
    if not word or STOP.fullmatch(word) or ((not before or not digits) and _is_ordinary(word)):
        return False
    if not before:
        return True
    has_digit = any(sign.isdigit() for sign in word)
    if digits:
        return has_digit or (len(word) <= 3 and word.isalpha())
    return has_digit or raw[0] not in OPENING


def _is_ordinary(word: str) -> bool:
    return ORDINARY.fullmatch(word) is not None


def _by_suffix(word: str) -> bool:
    """Whether an English word says by its end how a password is: `compromised`, `really`. It may still begin one."""
    return re.fullmatch(r"[a-z]{3,}(?:ly|ed)", word) is not None


def _answer(text: str, folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if linked := ANSWER_LINK.match(folded, end):
        if quoted := QUOTE.match(text, linked.end()):
            yield next(quoted.span(group) for group in range(1, quoted.re.groups + 1) if quoted.group(group))
        elif not _is_ordinary(re.match(r"[\w'’-]*", folded[linked.end() :]).group()):  # type: ignore[union-attr]
            hit = TITLED.match(text, linked.end())
            yield from [hit.span()] if hit else []
    elif hit := ANSWER_FIRST.search(text, max(0, start - 120), start):
        yield hit.start(1), hit.start(1) + len(hit.group(1).rstrip())


def _compact(family: str, folded: str, end: int) -> Iterator[tuple[int, int]]:
    """Values in languages that write words without blanks."""
    if family in ("code", "card") and (hit := COMPACT_CODE.match(folded, end)):
        yield hit.span(1)
        return
    if family in ("code", "card"):
        yield from _spoken(folded, end, 14)
        return
    at = COMPACT_LINK.match(folded, end)
    if at is None or at.end() == end or ORDINARY.match(folded, at.end()):
        return
    hit = COMPACT_VALUE.match(folded, at.end())
    if hit and not PLACEHOLDER.match(hit.group()) and not ORDINARY.search(hit.group()):
        yield hit.span()


def _paired(text: str) -> Iterator[Span]:
    for pattern in PAIRS:
        for hit in pattern.finditer(text):
            group = next(group for group in range(2, pattern.groups + 1) if hit.group(group) is not None)
            value = hit.group(group)
            if PLACEHOLDER.match(value) or ORDINARY.fullmatch(value.lower()) or not value:
                continue
            named = names_secret(hit.group(1)) or (
                re.search(r"(?i)key|sign|auth", hit.group(1)) and tokens.is_drawn(value)
            )
            if named:
                yield Span(label(hit.group(1)), *hit.span(group))
