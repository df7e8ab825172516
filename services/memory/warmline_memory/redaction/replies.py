"""What a reply gives away because of the question before it."""

import re
from collections.abc import Collection, Iterator, Mapping

from warmline_memory.language import phrases, values as typed
from warmline_memory.language.values import ValueKind
from warmline_memory.redaction import said_digits
from warmline_memory.redaction.forms import read
from warmline_memory.redaction.naming import EVADES, LEAD, ORDINARY, OTHER, SENTENCE, STOP, asked, names
from warmline_memory.redaction.secrets import is_made_up

FORMS = read("replies")
SIGNS = " \t.,!;:?\"'“”„«»「」()-–…。、，！؟।"
LONGEST, MOST_WORDS = 400, 5
"""Signs of a sentence that names are looked for in, and words of a reply that is all password: no answer is longer."""


def answers(reply: str, question: str, pending: Mapping[str, int], named: Collection[str]) -> Iterator[tuple[str, str]]:
    """The family and the text of each secret that a reply gives. `pending` are the families that were asked for and not
    given yet, with how many turns ago; `named` those of which the reply gives one by its name."""
    folded = phrases.folded(reply)
    wanted = asked(question)
    told = any(family == "code" for family, *_ in names(folded))
    if "code" in pending and ("code" in wanted or told or FORMS["recalled"].search(folded)):
        yield from (("code", hit.group()) for hit in FORMS["bare_code"].finditer(reply))
    if not pending.keys().isdisjoint(("code", "card")) and not folded.endswith("?"):
        yield from (("code", reply[start:end]) for start, end in said_digits.spoken(folded))
    lone = FORMS["lone_code"].fullmatch(folded)
    other = not wanted and OTHER.search(phrases.folded(question))
    if lone and not other and not pending.keys().isdisjoint(("code", "card", "weak")):
        yield "code", reply[slice(*lone.span(1))]
    if "word" in pending and "word" not in wanted and is_made_up(folded.strip(SIGNS)):
        yield "word", reply.strip(SIGNS)
    # Who says `my account is ACC-12, and the PIN is 4471` says which of the two is the code.
    if "word" in wanted or ("code" in wanted and "code" not in named):
        yield from (("word", hit.group().strip(SIGNS.replace("!", ""))) for hit in FORMS["odd"].finditer(reply))
    if "word" in wanted:
        yield from (("word", one) for one in _phrases(reply, folded, direct=wanted["word"]))
    if "answer" in wanted:
        yield from (("answer", one) for one in _names(reply, folded, direct=wanted["answer"]))


def _phrases(reply: str, folded: str, *, direct: bool) -> Iterator[str]:
    """What else answers a question for a password: all of a short reply, or its first word."""
    if not direct or EVADES.search(folded) or "?" in reply:
        return
    lead = LEAD.match(folded)
    said = reply[lead.end() if lead else 0 :].strip(SIGNS)
    words = phrases.folded(said).split()
    is_plain = [bool(ORDINARY.fullmatch(word) or STOP.fullmatch(word)) for word in words]
    if said and ((not any(is_plain) and len(words) <= MOST_WORDS) or FORMS["spelled"].fullmatch(said)):
        yield said
    elif len(words) > 1 and not is_plain[0] and re.match(r"\S+[,.;]", said):
        yield said.split()[0].strip(SIGNS)


def _names(reply: str, folded: str, *, direct: bool) -> Iterator[str]:
    """What answers a security question: names, or the words of a short sentence that mean something."""
    for sentence in SENTENCE.finditer(reply):
        said, lower = sentence.group(), folded[slice(*sentence.span())]
        if said.endswith("?") or EVADES.search(lower) or not (direct or re.search(r"[^\W\d_]", said)):
            continue
        if len(said) <= LONGEST:
            yield from (value.text for value in typed.find(said) if value.kind is ValueKind.NAME)
        lead = LEAD.match(lower)
        rest = said[lead.end() if lead else 0 :].strip(SIGNS).split()
        meant = [one for one in rest if not _is_plain(phrases.folded(one.strip(SIGNS)))]
        if len(meant) <= 3:
            yield from [" ".join(rest)] if len(rest) == len(meant) else (one.strip(SIGNS) for one in meant)


def _is_plain(word: str) -> bool:
    """Whether a word goes along with values and is none."""
    return not word or any(pattern.fullmatch(word) for pattern in (ORDINARY, STOP, LEAD))
