"""What a reply gives away because of the question before it."""

import re
from collections.abc import Collection, Iterator, Mapping

from warmline_memory.language import phrases, values as typed
from warmline_memory.language.values import ValueKind
from warmline_memory.redaction import said_digits
from warmline_memory.redaction.forms import read
from warmline_memory.redaction.naming import EVADES, LEAD, ORDINARY, SENTENCE, STOP, asked, names

FORMS = read("replies")

BARE_CODE = re.compile(FORMS["bare_code"])
# It looks 60 signs ahead: to the end of a long word at each of its signs takes time that grows with the square of it.
MIXED = re.compile(r"(?<![\w@.])(?=\S{0,60}\d)(?=\S{0,60}[^\W\d])[^\s,;]{4,40}[^\s,;.!?]")
ODD = re.compile(r"(?<!\S)(?=\S*[!$%&*_#]\S|\S*\d)(?=\S*[^\W\d])\S+")
NUMBER_ASKED = re.compile(r"\b(?:account|order|customer|phone|zip|booking|card)\b")
RECALLED = re.compile(r"\b(?:remember\w*|recall\w*|either|try|think it|might be|could be|it's|it is|here)\b")
SIGNS = " \t.!,;:?\"'“”„«»「」()-–…。、，！؟।"
COPULA = re.compile(FORMS["copula"])
SUBJECT = re.compile(FORMS["subject"])
LONGEST = 400
"""Signs of a sentence that names are looked for in: no answer is longer."""
FILLER = frozenset(
    [
        "idk",
        "name",
        "sir",
        "hmm",
        "um",
        "uh",
        "well",
        "oh",
        "think",
        "guess",
        "believe",
        "called",
        "named",
        "was",
        "mother",
        "pet",
        "used",
        "like",
        "maybe",
    ]
)


def answers(reply: str, question: str, pending: Mapping[str, int], named: Collection[str]) -> Iterator[tuple[str, str]]:
    """The family and the text of each secret that a reply gives. `pending` are the families that were asked for and not
    given yet, with how many turns ago; `named` those of which the reply gives one by its name."""
    folded = phrases.folded(reply)
    wanted = asked(question)
    told = asked_again(folded)
    if "code" in pending and ("code" in wanted or told or RECALLED.search(folded)):
        yield from (("code", one) for one in _codes(reply, question))
    if ("code" in pending or "card" in pending) and not folded.endswith("?"):
        yield from (("code", reply[start:end]) for start, end in said_digits.spoken(folded))
    # Who says `my account is ACC-12, and the PIN is 4471` says which of the two is the code.
    if "word" in wanted or ("code" in wanted and "code" not in named):
        family = "word" if "word" in wanted else "code"
        yield from ((family, one) for one in _words(reply, folded, wanted[family], digits_only="word" not in wanted))
    if "answer" in wanted:
        yield from (("answer", one) for one in _names(reply, folded, wanted["answer"]))


def asked_again(folded: str) -> bool:
    """Whether a reply itself names a code."""
    return any(family == "code" for family, *_ in names(folded))


def _codes(reply: str, question: str) -> list[str]:
    codes = [hit.group() for hit in BARE_CODE.finditer(reply)]
    if NUMBER_ASKED.search(phrases.folded(question)) and len(codes) > 1:
        return [code for code in codes if len(re.sub(r"\D", "", code)) <= 6] or codes
    return codes


def _words(reply: str, folded: str, direct: bool, *, digits_only: bool) -> Iterator[str]:
    """What answers a question for a password: all of a short reply, else what cannot be an ordinary word."""
    odd = [hit.group() for hit in (MIXED if digits_only else ODD).finditer(reply)]
    yield from (one.strip(SIGNS.replace("!", "")) for one in odd)
    if digits_only or not direct or EVADES.search(folded) or "?" in reply:
        return
    lead = LEAD.match(folded)
    said = reply[lead.end() if lead else 0 :].strip(SIGNS)
    words = phrases.folded(said).split()
    if said and len(words) <= 5 and not any(ORDINARY.fullmatch(word) or STOP.fullmatch(word) for word in words):
        yield said
    elif (
        len(words) > 1
        and not (ORDINARY.fullmatch(words[0]) or STOP.fullmatch(words[0]))
        and re.match(r"\S+[,.;]", said)
    ):
        yield said.split()[0].strip(SIGNS)


def _names(reply: str, folded: str, direct: bool) -> Iterator[str]:
    """What answers a security question: names, words behind `it was`, or all of a short reply."""
    for sentence in SENTENCE.finditer(reply):
        said, lower = sentence.group(), folded[slice(*sentence.span())]
        if said.endswith("?") or EVADES.search(lower) or (not direct and not re.search(r"[^\W\d_]", said)):
            continue
        if len(said) <= LONGEST:
            yield from (value.text for value in typed.find(said) if value.kind is ValueKind.NAME)
        lead = LEAD.match(lower)
        rest = said[lead.end() if lead else 0 :].strip(SIGNS)
        meant = [one for one in rest.split() if _is_meant(one)]
        if rest and len(meant) <= 3:
            yield from ([rest] if len(rest.split()) == len(meant) else (one.strip(SIGNS) for one in meant))
        for pattern in (COPULA, SUBJECT):
            yield from (hit.group(1) for hit in pattern.finditer(said.strip(SIGNS)) if _is_meant(hit.group(1)))


def _is_meant(word: str) -> bool:
    folded = phrases.folded(word.strip(SIGNS))
    return (
        bool(folded)
        and folded not in FILLER
        and not ORDINARY.fullmatch(folded)
        and not STOP.fullmatch(folded)
        and LEAD.fullmatch(folded) is None
    )
