"""Secrets that one text gives away by itself: by their form, or because the text calls them secrets.

A value stands behind its name (`my PIN is 4711`) or before it (`4711 is my PIN`). How far it reaches depends on what it
is a value of: codes have digits, passwords may be anything but the words that people use about passwords, and answers
to security questions are names and ordinary words, so these need a link that says so. Where a secret that is shown and
a word that is hidden pull in different directions, the secret weighs more.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

from warmline_memory.language import phrases
from warmline_memory.language.one_reading import read_once
from warmline_memory.language.spans import Span
from warmline_memory.language.words import label_of
from warmline_memory.redaction import said_digits, tokens
from warmline_memory.redaction.forms import read
from warmline_memory.redaction.naming import (
    COMPACT,
    CUES,
    NAMES,
    ORDINARY,
    ORDINARY_COMPACT,
    OTHER,
    SENTENCE,
    STOP,
    entries,
    names,
)

FORMS = read("secrets", link=entries("is"), other=entries("other"))
PAIRS = [FORMS[f"{kind}_pair"] for kind in ("named", "tag", "option", "set")]
SHOWN = "[redacted]"
MACHINES = ("key", "token", "secret", "keys", "tokens", "secrets")
"""What machines use: their values have no blanks and are no words."""
TOKEN = re.compile(r"\S+")
REFERENCE = re.compile(r"[A-Z]{2,5}-\d{3,}")
BETWEEN = re.compile(r"(?:\s|\\n)*")
"""What may stand between a name and its value: blanks and lines that end, as they are or as JSON writes them."""
VARIABLE = re.compile(r"\w+")
OPENING, CLOSING = "\"'“‘«„([`", ".,;!?…\"'”’»)]`、。，！؟।:"
PART_OF_NAME = re.compile(r"\.\w")
"""Behind the name of a file or of what it has: `test_password.py`, `password.reset()`."""
CAN_OPEN = re.compile(r"(?=\S{0,3}[\d!$%&*#_])\S{4}|\d{3} \d{3}")
"""What every code that opens something, and every password by its form, has: four signs with a digit or a mark among
them. Most sentences of an output have none, and need not be looked through for words of getting in."""
LINE = re.compile(r"\d+(?::|\Z)")
FEW_DIGITS = re.compile(r"\d{1,3}")
# So many words are a value, where the sentence ends behind them, or behind one small word: `password wombat 77 ok?`
SHORT_VALUE, ENDS = 3, re.compile(r"(?:\s+[a-z]{1,3})?(?:[.,;!?]?\s*(?:\n|\Z)|[.,;!?]\s)")
SAID_OF_IT = re.compile(r"[a-z]{3,}(?:ly|ed)")
"""What an English word says of a password by its end: `compromised`, `really`."""
NEAR, FAR = 60, 200
"""How many signs from its name a code stands, and a password that ends what is typed."""

Place = tuple[int, int]


def spans(text: str) -> Iterator[Span]:
    """Where the secrets of a text stand, labelled by their family: those of a known form, those that the text calls by
    name, and what somebody gets in with."""
    yield from tokens.spans(text)
    if FORMS["paired"].search(text):
        yield from _paired(text)
    folded = phrases.folded(text)
    for family, start, end in names(folded):
        for first, last in _of_name(family, text, folded, start, end):
            # `token: Token` says of which type something is.
            is_name = folded[first:last] == folded[start:end]
            if first < last and not (is_name or STOP.fullmatch(folded, first, last) or SHOWN in text[first:last]):
                yield Span(family, first, last)
    if any(map(str.isdigit, folded)):
        found = _entering(folded, [start for family, start, _ in names(folded) if family == "code"])
        # Accounts and cases are opened too: `check ACC-4821 and open it again`.
        yield from (one for one in found if one.label != "word" or not REFERENCE.fullmatch(one.of(text)))


@read_once
def names_secret(name: str) -> bool:
    """Whether a slot, an argument or a field of this name holds a secret."""
    words = label_of(name) if name.isascii() else phrases.folded(name).replace("_", " ")
    if FORMS["no_field"].search(words):
        return False
    if FORMS["field"].search(words):
        return True
    found = NAMES.pattern.search(words)
    return found is not None and (not name.isascii() or found.group() == words)


def family_of(name: str) -> str:
    """The family of the secret of a field of this name."""
    found = names(phrases.folded(label_of(name)))
    return found[0][0] if found else "word"


def is_measure(value: str) -> bool:
    """Whether a value is a year, a time, an amount or a part of one."""
    return FORMS["measure"].fullmatch(value) is not None


def is_made_up(word: str) -> bool:
    """Whether a word can be a password by its form, and hardly anything else."""
    return FORMS["made_up"].fullmatch(word) is not None and not FORMS["file"].search(word)


def _entering(folded: str, codes: list[int]) -> Iterator[Span]:
    """What opens a door, and what somebody gets in with, by its form: beside words of getting in, and beside names of
    codes, which begin at `codes`."""
    words = CUES.for_text(folded)
    for sentence in SENTENCE.finditer(folded):
        if not CAN_OPEN.search(folded, *sentence.span()):
            continue
        cues = {hit.lastgroup for hit in words.finditer(folded, *sentence.span())}
        named = bisect_left(codes, sentence.start()) < bisect_left(codes, sentence.end())
        plain = (named or "place" in cues) and not OTHER.search(folded, *sentence.span())
        opens = (plain and named) or ("place" in cues and ("access" in cues or (plain and "weak" in cues)))
        enters = not cues.isdisjoint(("access", "thing"))
        for hit in FORMS["entering"].finditer(folded, *sentence.span()) if opens or enters else ():
            value = hit["value"]
            if opens and not hit["unlinked"] and FORMS["code_like"].fullmatch(value) and not is_measure(value):
                yield Span("code", *hit.span("value"))
            elif enters and is_made_up(value):
                yield Span("word", *hit.span("value"))


def _of_name(family: str, text: str, folded: str, start: int, end: int) -> Iterator[Place]:
    """The values that stand behind or before a name."""
    if COMPACT.match(folded, start):
        yield from _compact(family, folded, end)
    elif family == "card":
        hit = FORMS["card_near"].match(folded, end)
        yield from [hit.span(1)] if hit else _spoken(folded, end, end + NEAR)
    elif family == "code":
        yield from _code(folded, start, end)
    elif family == "word":
        yield from () if PART_OF_NAME.match(folded, end) else _word(text, folded, start, end)
    else:
        yield from _answer(text, folded, start, end)


def _code(folded: str, start: int, end: int) -> Iterator[Place]:
    linked = FORMS["linked"].match(folded, end)
    at = linked.end() if linked else TOKEN.search(f"{folded[end : end + NEAR]}.").start() + end  # type: ignore[union-attr]
    here = FORMS["code_here"].match(folded, at + (folded[at : at + 1] == "("))
    mixed = FORMS["mixed"].match(folded, at) if linked and not ORDINARY.match(folded, at) else None
    if here and (linked or len(re.sub(r"\D", "", here[1])) >= 3):
        yield from (here.span(group) for group in (1, 2) if here[group])
    elif mixed and not is_measure(mixed[1]):
        yield mixed.span(1)
    elif hit := FORMS["code_near"].match(folded, end):
        yield hit.span(1)
    else:
        yield from _spoken(folded, end, end + NEAR)
    yield from _spoken(folded, max(0, start - NEAR), start)


def _spoken(folded: str, first: int, last: int) -> Iterator[Place]:
    """The first number that is said in words between two places, in the same sentence."""
    runs = said_digits.spoken(folded)
    number = bisect_left(runs, (first, first))
    if (
        number < len(runs)
        and runs[number][0] <= last
        and not re.search(r"[.?!。\n]\s", folded[first : runs[number][0]])
    ):
        yield runs[number]


def _word(text: str, folded: str, start: int, end: int) -> Iterator[Place]:
    if folded.startswith("_", end):
        # The name of a variable goes on: `db_password_prod` has a secret, and `PASSWORD_MIN_LENGTH` has none.
        name = VARIABLE.match(text, end)
        end = name.end() if name else end
        if not names_secret(text[start:end]):
            return
    linked = FORMS["linked"].match(folded, end)
    is_machines = folded.endswith(MACHINES, start, end)
    if linked:
        value = _phrase(text, folded, linked.end(), bare=False)
        # What is set with a sign, and a key of a machine, has no blanks: in `API_KEY=k7 make` the command stays.
        if value and (text[end : linked.end()] == "=" or is_machines) and text[value[0] - 1] not in OPENING:
            value = value[0], value[0] + len(text[slice(*value)].split(maxsplit=1)[0])
    else:
        value = _phrase(text, folded, end, bare=True) or (None if is_machines else _typed(text, folded, start, end))
        # `the signing key every 90 days`: what a machine uses is one word.
        value = value if value and not (is_machines and " " in text[slice(*value)]) else None
    if value:
        yield value
    elif not is_machines and not (linked and not ORDINARY.match(folded, linked.end())):
        before = folded[max(0, start - 100) : start]
        hit = FORMS["word_first"].search(before) or FORMS["value_first"].search(before)
        said = hit[hit.lastindex or 0] if hit else ""
        if hit and not ORDINARY.fullmatch(said) and not STOP.fullmatch(said):
            first, last = hit.span(hit.lastindex or 0)
            yield start - len(before) + first, start - len(before) + last


def _typed(text: str, folded: str, start: int, end: int) -> Place | None:
    """One or two words behind a password's name that end what is typed, without a link: `name bo password kart`. Before
    the name stands only who it belongs to. A name in capitals that is a part of a longer one is that of a variable of
    the environment, which commands name without setting it: `docker run -e POSTGRES_PASSWORD postgres`."""
    if text[start:end].isupper() and "_" in (text[start - 1 : start], text[end : end + 1]):
        return None
    before = re.findall(r"[\w'’-]+", folded[max(0, start - FAR) : start].rsplit("\n", 1)[-1])
    owner = [word for word in before if word not in ("my", "is", "the", "and", "of")]
    if len(before) > 8 or any(ORDINARY.fullmatch(word) for word in owner):
        return None
    value = _phrase(text, folded, end, bare=False)
    if value is None or text[value[1] :].strip() or text[slice(*value)].count(" ") > 1:
        return None
    return value if text[value[0]].islower() else None


def _phrase(text: str, folded: str, at: int, *, bare: bool) -> Place | None:
    """The value that begins here: what is quoted, or words until the clause or the value's form ends. A `bare` value
    has no link and needs a digit."""
    gap = BETWEEN.match(folded, at, at + FAR)
    crossed = gap.group() if gap else ""
    goes_over = "\n" in crossed or "\\n" in crossed
    at += len(crossed)
    if quoted := FORMS["quoted"].match(text, at):
        return quoted.span(quoted.lastindex or 0)
    found: list[Place] = []
    digits = False
    for token in TOKEN.finditer(folded, at, at + FAR):
        raw = token.group()
        word = raw.strip(OPENING).rstrip(CLOSING)
        first = token.start() + raw.find(word) if word else token.start()
        if not _goes_on(word, raw, found, digits=digits):
            break
        found.append((first, first + len(word)))
        digits = digits or any(map(str.isdigit, word))
        ends = raw[-1] in ".,;!?)…。،؟।" and not raw.endswith("..")
        if ends or len(found) == 6 or text[token.end() : token.end() + 1] == "\n":
            break
    # Without a link a value in the next line is all of it: `1f2e3d4 Drop unused credentials` is the next commit.
    if found and bare and goes_over and not re.match(r"\s*(?:\n|\\n|[\"']|$)", text[found[-1][1] :]):
        return None
    return (found[0][0], found[-1][1]) if found and _is_value(text, folded, found, bare=bare, digits=digits) else None


def _is_value(text: str, folded: str, found: list[Place], *, bare: bool, digits: bool) -> bool:
    first = folded[slice(*found[0])]
    if FORMS["placeholder"].match(text, found[0][0]) or text[found[-1][1] : found[-1][1] + 1] == "(":
        return False
    if digits and bare and (FEW_DIGITS.fullmatch(first) or not any(map(str.isdigit, first))):
        # `the password expires every 90 days` says something of it; `password wombat 77` ends with it.
        return len(found) <= SHORT_VALUE and ENDS.match(text, found[-1][1]) is not None
    if digits:
        return True
    # Such a word may still begin one.
    by_suffix = len(found) == 1 and SAID_OF_IT.fullmatch(first)
    return not (by_suffix or (bare and (len(found) > 1 or not re.search(r"[!$%&@#]\w*$", first))))


def _goes_on(word: str, raw: str, before: list[Place], *, digits: bool) -> bool:
    """Whether a value has this word too, `before` which it has others."""
    if not word or STOP.fullmatch(word) or ((not before or not digits) and ORDINARY.fullmatch(word)):
        return False
    has_digit = any(map(str.isdigit, word))
    return not before or has_digit or (len(word) <= 3 and word.isalpha() if digits else raw[0] not in OPENING)


def _answer(text: str, folded: str, start: int, end: int) -> Iterator[Place]:
    if linked := FORMS["answer_link"].match(folded, end):
        if quoted := FORMS["quoted"].match(text, linked.end()):
            yield quoted.span(quoted.lastindex or 0)
        elif not ORDINARY.fullmatch(re.match(r"[\w'’-]*", folded[linked.end() : linked.end() + FAR]).group()):  # type: ignore[union-attr]
            hit = FORMS["titled"].match(text, linked.end())
            yield from [hit.span()] if hit else []
    elif hit := FORMS["answer_first"].search(text, max(0, start - 2 * NEAR), start):
        yield hit.start(1), hit.start(1) + len(hit.group(1).rstrip())


def _compact(family: str, folded: str, end: int) -> Iterator[Place]:
    """Values in languages that write words without blanks."""
    if family in ("code", "card"):
        hit = FORMS["compact_code"].match(folded, end)
        yield from [hit.span(1)] if hit else _spoken(folded, end, end + 14)
        return
    at = FORMS["compact_link"].match(folded, end)
    if at is None or at.end() == end or ORDINARY_COMPACT.match(folded, at.end()):
        return
    hit = FORMS["compact_value"].match(folded, at.end())
    word = re.match(r"[\w'’-]*", folded[at.end() : at.end() + FAR])
    if word and ORDINARY.fullmatch(word.group()):
        return
    if hit and not FORMS["placeholder"].match(hit.group()) and not ORDINARY_COMPACT.search(hit.group()):
        yield hit.span()


def _paired(text: str) -> Iterator[Span]:
    for pattern in (FORMS["pair"], *PAIRS):
        for hit in pattern.finditer(text):
            name, value = hit[1], hit[hit.lastindex or 0]
            # A value ends at the first blank or bracket, and what it is may show behind that: `request.form["secret"]`.
            is_placeholder = any(
                FORMS["placeholder"].match(*at) for at in ((value,), (text, hit.start(hit.lastindex or 0)))
            )
            sign = text[hit.end(1) : hit.start(hit.lastindex or 0)]
            is_place = _is_place(name, sign, value)
            lower = value.lower()
            # Sentences go on behind a colon; what is quoted or set by `=` is a value: `DB_PASSWORD=hunted make`.
            goes_on = sign.strip() == ":" and re.match(r" [a-z]", text[hit.end() : hit.end() + 2])
            is_said = (
                (goes_on and SAID_OF_IT.fullmatch(lower))
                or lower == name.lower()
                or ORDINARY.fullmatch(lower)
                or STOP.fullmatch(lower)
            )
            if not value or is_placeholder or is_place or is_said:
                continue
            if names_secret(name) or (re.search(r"(?i)key|sign|auth", name) and tokens.is_drawn(value)):
                yield Span(family_of(name), *hit.span(hit.lastindex or 0))


def _is_place(name: str, sign: str, value: str) -> bool:
    """Whether these name a place of a file: `test_signing.py::test_rotated`, `test_signing.py:14: error`. `db.pwd` and
    `app.pin` are settings, and so is what stands behind a blank or `=`: `mail.prod = …`."""
    of_file = FORMS["file"].search(name)
    if value.startswith(":") or of_file is None:
        return value.startswith(":")
    return sign == ":" and LINE.match(value) is not None and not names_secret(of_file.group()[1:])
