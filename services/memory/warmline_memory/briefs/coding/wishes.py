"""Wishes: what the person wants now, and which of their words are rules that still hold."""

import re
from collections.abc import Iterator, Sequence

from warmline_memory.briefs.coding import kinds
from warmline_memory.briefs.coding.working import Turn
from warmline_memory.briefs.spoken import is_question
from warmline_memory.language.statements import statements, word_count as count
from warmline_memory.reading.record import Said
from warmline_memory.salience import vectors

# What people paste: errors and logs of programs, and the names of files that have some.
PASTED = re.compile(
    r"\b[A-Z]\w*(?:Error|Exception)\b.{0,40}[:\n]|\bTraceback \(most|^\s+at .+:\d+:\d+"
    r"|^(?:error|warning)(?:\[\w+\])?:|\bgenerated \d+ warnings?\b|^\S+\.(?:txt|log)\s*$",
    re.M,
)
FENCED = re.compile(r"```.*?(?:```|\Z)", re.S)
GOES_ON = re.compile(
    r"^(?:ok(?:ay)?|great|good|perfect|yes|yep|sure|thanks|proceed|continue|go (?:on|ahead)|do it|next|resume|and|also"
    r"|then|now)\b",
    re.I,
)
POINTS_BACK = re.compile(r"\b(?:it|that|this|these|those|same|them)\b", re.I)
MEASURED = re.compile(r"(?<![\w./:#-])\d+(?:[.,]\d+)?(?![\w:/-]|[.,]\w)")
"""A number that stands for itself, and is no part of a name, a path or a time."""
FEW, SHORT = 5, 14
"""A wish of so few words says little alone; one of up to so many does where it points back or begins with a nod."""
MOST_BACK = 2

SURE, MOST_READ = 0.62, 150
"""From this probability on a sentence is a rule in any language; so many of the newest sentences are asked about."""

# A sentence that forbids or demands something for good.
FORBIDS = re.compile(
    r"(?:^|[,;:(–—-]\s*|\b(?:please|you|and|but|so|just|sure|to|we|also)\s+(?:you\s+|also\s+)?)"
    r"(?:do not|don['’]?t|dont|never|must not|mustn['’]?t|should not|shouldn['’]?t|no longer)\b",
    re.I,
)
DEMANDS = re.compile(
    r"\b(?:never|always|must|have to|has to|need to be|make sure|ensure|no matter|only ever"
    r"|without (?:touching|changing|breaking|using|adding)|not (?:in|on|into|to|as)\b|not needed|instead of"
    r"|leave .{1,40} alone|keep (?:the|all|it|our))",
    re.I,
)
NOT_A_RULE = re.compile(
    r"\?\s*$|^(?:why|how|what|when|where|which|who|is|are|can|could|does|did)\b"
    r"|\b(?:does ?n['’]?t|does not|do not see|don['’]?t see|is ?n['’]?t|is not defined|cannot|can['’]?t"
    r"|did ?n['’]?t)\b",
    re.I,
)
# What is forbidden for the step at hand alone: to write code already, to run anything yet.
FOR_NOW = re.compile(
    r"\b(?:do not|don['’]?t|dont|no need to)\s+(?:writ\w*|cod(?:e|ing)|implement\w*|test|run|start|commit|push"
    r"|change|do|stop)\b",
    re.I,
)
LASTS = re.compile(r"\b(?:never|always|ever|from now on|every time|before|first|must|have to|has to)\b", re.I)
NAMES_SOMETHING = re.compile(
    r"`[^`]+`|\b\w+\.\w{1,5}\b|[\w.-]+/[\w.-]+|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\b[a-z]+_[a-z_]+\b"
    r"|\b[a-z]+[A-Z]\w+"
)


def is_pasted(text: str) -> bool:
    """Whether a message is what a program said, rather than a wish."""
    return PASTED.search(text[:600]) is not None


def wanted(turns: Sequence[Turn]) -> list[Said]:
    """The wish that is not settled yet, and before it what it needs to be understood; the oldest first.

    A wish is settled by the next one that stands alone: people who go on to another thing have what they wanted. A log
    that they paste, a nod and a short word belong to the wish before them.
    """
    said = [turn.person for turn in turns if turn.person is not None]
    wishes = [one for one in said if not is_pasted(one.text)] or said
    chosen: list[Said] = []
    for one in reversed(wishes):
        chosen.insert(0, one)
        if len(chosen) > MOST_BACK or _stands_alone(plain(one.text)):
            break
    return chosen


def plain(text: str) -> str:
    """A message without the code in it, on one line."""
    return " ".join(FENCED.sub(" ", text).split())


def rules(turns: Sequence[Turn], told: str) -> list[tuple[Said, str]]:
    """The sentences of the person that are rules, the latest first; those that are ``told`` already are left out."""
    live = turns[-1].person if turns else None
    people = [turn.person for turn in reversed(turns) if turn.person is not None]
    said = [(one, text) for one in people if not is_pasted(one.text) for text in sentences(plain(one.text))]
    said = [(one, text) for one, text in said if text not in told][:MOST_READ]
    if not said:
        return []
    likely = kinds.of(kinds.PERSON, vectors([text for _, text in said]))[:, kinds.PERSON.names.index(kinds.RULE)]
    rated = zip(said, likely, strict=True)
    return [(one, text) for (one, text), rate in rated if _is_rule(text, float(rate), one is live)]


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, also where a small letter begins one."""
    for start, end in statements(text):
        yield from (part.strip() for part in re.split(r"(?<=[a-z)`][.!])\s+(?=\S)", text[start:end]) if part.strip())


def _stands_alone(text: str) -> bool:
    words = count(text)
    return words > SHORT or (words > FEW and not GOES_ON.match(text) and not POINTS_BACK.search(text))


def _is_rule(sentence: str, likely: float, live: bool) -> bool:
    if NOT_A_RULE.search(sentence) or is_question(sentence):
        return False
    if likely >= SURE and not FOR_NOW.search(sentence):
        return True
    if not (FORBIDS.search(sentence) or DEMANDS.search(sentence)):
        return False
    if FOR_NOW.search(sentence) and not LASTS.search(sentence):
        return live
    return live or LASTS.search(sentence) is not None or NAMES_SOMETHING.search(sentence) is not None
