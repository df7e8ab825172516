"""Reports: what the agent itself said of its work, point by point, and where each point belongs in a brief."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from warmline_memory.briefs.accounts import headings
from warmline_memory.briefs.coding import kinds
from warmline_memory.briefs.coding.wishes import FENCED, sentences
from warmline_memory.briefs.spoken import is_question
from warmline_memory.language.detecting import language_of
from warmline_memory.language.statements import word_count as count
from warmline_memory.reading.record import Said
from warmline_memory.salience import LEARNED, vectors
from warmline_schemas.briefs import SectionName

HEADING = re.compile(
    r"^\s{0,3}(?:#{1,6}\s+(?P<hash>.+?)|\*\*(?P<bold>[^*]{1,80})\*\*:?|(?P<line>[A-Z][^.!?:]{2,50}):?)\s*$"
)
BULLET = re.compile(r"^(?P<indent>\s*)(?:[-*+•]|\d{1,2}[.)])\s+(?P<text>\S.*)$")
# What lays a report out: bold letters, and the pictures before its headings and points.
MARKS = re.compile(r"\*\*|__|(?<=\s)[\u2600-\u27bf\U0001f300-\U0001faff]\s?")
# What the headings of such reports are called, the more telling first.
HEADINGS: Sequence[tuple[SectionName, re.Pattern[str]]] = (
    (
        SectionName.NEXT_STEPS,
        re.compile(
            r"\b(?:next|to-?do|remaining|follow-?ups?|still|pending|left|outstanding|tasks?|plan|scope|acceptance"
            r"|subtasks?|what (?:to|you should) do)\b"
        ),
    ),
    (
        SectionName.DECIDED,
        re.compile(
            r"\b(?:decisions?|decided|approach|why|cause|design|strategy|rationale|architecture|findings?"
            r"|trade-?offs?|what (?:broke|was wrong)|how it works|fix(?:es)?)\b"
        ),
    ),
    (
        SectionName.ENVIRONMENT,
        re.compile(r"\b(?:how to|run|usage|use|commands?|env\w*|set-?up|config\w*|terminal|tips?|dev|build and)\b"),
    ),
    (SectionName.FIGURES, re.compile(r"\b(?:tests?|coverage|verif\w+|results?|checks?|validation|outcome)\b")),
    (
        SectionName.DONE,
        re.compile(
            r"\b(?:chang\w+|did|done|added|implement\w+|work|clean\w*|created?|updat\w+|summary|files?|completed"
            r"|progress|what i)\b"
        ),
    ),
)
TYPED = re.compile(r"\b[A-Z][A-Z0-9_]{3,}=\S+|\b(?:npm|pnpm|yarn|cargo|just|make|docker|uv|npx|pytest|python3?) \S+")
LEADS_ON = (":", "：")
COMPLETE = (kinds.DONE, kinds.PASSING)
LEAST_POINTS, LEAST_WORDS, FEW = 3, 3, 12
FIRST_POINTS = 6
REASON = 0.3
"""How likely a sentence says what was tried or chosen at least, to count as a reason rather than as what is open."""


@dataclass(frozen=True)
class Point:
    """A point of a report: its words on one line, under which heading it stands, of which message, whether it is a
    bullet of a list, of which of ``kinds.AGENT`` it is, once that was worked out and where it can be, and whether it is
    one of the answers that a question gives to choose from."""

    text: str
    heading: str
    said: Said
    is_bullet: bool = False
    kind: str = ""
    is_option: bool = False


def points(said: Said) -> list[Point]:
    """The points of a message: its bullets, those below another joined to it, and its sentences."""
    found: list[Point] = []
    heading, indents, asked = "", [0], False
    for line in FENCED.sub("", said.text).splitlines():
        bullet = BULLET.match(line)
        if bullet is None:
            if title := HEADING.match(line):
                heading = MARKS.sub("", title["hash"] or title["bold"] or title["line"]).strip(" :")
            elif line.strip():
                found += [Point(MARKS.sub("", one), heading, said) for one in sentences(line.strip())]
            indents = [0]
            asked = is_question(MARKS.sub("", line)) if line.strip() else asked
            continue
        indent, text = len(bullet["indent"].expandtabs(4)), MARKS.sub("", bullet["text"]).strip()
        if indent > indents[0] and found and found[-1].heading == heading:
            joint = " " if found[-1].text.endswith(":") else ": " if len(indents) == 1 else "; "
            found[-1] = replace(found[-1], text=f"{found[-1].text}{joint}{text}", is_bullet=True)
            indents.append(indent)
        else:
            found.append(Point(text, heading, said, True, is_option=asked))
            indents = [indent]
    return found


def is_report(said: Said) -> bool:
    """Whether a message sums up: it has several bullets."""
    return sum(BULLET.match(line) is not None for line in said.text.splitlines()) >= LEAST_POINTS


def with_kinds(given: Sequence[Point], *, is_over: bool = False) -> list[Point]:
    """Points with their kinds, worked out together. What was open in messages that are over says why it was tried
    otherwise afterwards, where it is near to that.

    In a language that the encoder did not learn a kind is a guess: of 22 sentences in five such languages 12 were taken
    for something else, such as `the export is still missing` for what is done. These have none.
    """
    if not given:
        return []
    rows = kinds.of(kinds.AGENT, vectors([one.text for one in given]))
    if is_over:
        tried = kinds.AGENT.names.index(kinds.TRIED)
        is_reason = rows[:, [tried, kinds.AGENT.names.index(kinds.CHOSEN)]].sum(axis=1) >= REASON
        rows[is_reason, kinds.AGENT.names.index(kinds.OPEN)] = 0
    names = [kinds.AGENT.names[number] for number in rows.argmax(axis=1)]
    languages = {text: language_of(text) for text in {one.said.text for one in given}}
    strange = {text for text, language in languages.items() if language and language not in LEARNED}
    return [
        one if one.said.text in strange else replace(one, kind=name) for one, name in zip(given, names, strict=True)
    ]


def section_of(point: Point) -> SectionName | None:
    """Where a point belongs; None for what says nothing to whoever comes next."""
    text, own = point.text, _section_of_heading(point.heading)
    # What was asked, and what there was to choose from, decides nothing.
    if _leads_on(text) or point.is_option or count(text) < LEAST_WORDS:
        return None
    if own is SectionName.NEXT_STEPS:
        return own
    if point.kind == kinds.LOOK and not point.is_bullet:
        return None
    reasons = point.kind == kinds.CHOSEN or (point.kind == kinds.TRIED and own is not SectionName.DONE)
    if TYPED.search(text) and not reasons:
        return SectionName.ENVIRONMENT
    if reasons and own is not SectionName.FIGURES:
        return SectionName.DECIDED
    # What a report says of no other kind is what was done.
    return own or (SectionName.DONE if point.kind in COMPLETE or is_report(point.said) else None)


def _section_of_heading(heading: str) -> SectionName | None:
    """What a heading stands for: as such reports are headed in English, else by its meaning."""
    said = heading.casefold()
    found = next((section for section, pattern in HEADINGS if said and pattern.search(said)), None)
    return found or (headings.section_of(heading) if said else None)


def opening(said: Said, words: int, offered: str = "") -> str:
    """The first sentences of a message, so many words at most: how an agent says where it stands. What it ``offered``
    to do stands elsewhere."""
    kept: list[str] = []
    for point in points(said):
        # A first sentence that says little takes the first points along.
        enough = count(" ".join(kept)) >= FEW
        if point.is_bullet and not kept:
            break
        if kept and ((point.heading and enough) or count(" ".join([*kept, point.text])) > words):
            break
        if not _leads_on(point.text) and point.text != offered:
            kept.append(point.text)
    return " ".join(kept)


def offer(said: Said) -> str:
    """What an agent asks, with the answers to choose from, or is about to do, at the end of a message; empty where it
    does neither."""
    found = points(said)
    options = [one.text for one in found if one.is_option]
    asked = [one for one in found if not one.is_option][-1:]
    if asked and is_question(asked[0].text):
        return " ".join([asked[0].text, "; ".join(options)]).strip()
    last = with_kinds(found[-1:])
    return last[0].text if last and last[0].kind == kinds.LOOK else ""


def _leads_on(text: str) -> bool:
    return text.endswith(LEADS_ON) or is_question(text)


def claims_complete(said: Said) -> bool:
    """Whether a message says that the work is done, and of nothing that it is open."""
    found = {point.kind for point in with_kinds(points(said)[:FIRST_POINTS])}
    return bool(found & {*COMPLETE}) and not found & {kinds.OPEN, kinds.TRIED}


def claims_passing(said: Said) -> list[str]:
    """The sentences of a message that say that all checks pass."""
    return [point.text for point in with_kinds(points(said)) if point.kind == kinds.PASSING]
