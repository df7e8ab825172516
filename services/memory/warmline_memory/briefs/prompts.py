"""Prompts: all that a receiver wakes up with, as one text for a language model: what to do, and the rest fenced as
data."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from warmline_memory.briefs import wording
from warmline_memory.briefs.phrases import QUOTES, phrase
from warmline_memory.briefs.rendering import one_line, rows
from warmline_memory.language import harmless
from warmline_memory.language.one_reading import one_reading
from warmline_memory.language.tokens import estimate_tokens, tokens_of
from warmline_memory.language.words import contains
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief
from warmline_schemas.tenancy import PiiClass

LEAST_BUDGET = 200
MOST_FOR_BOOTSTRAP = 3
"""A template's bootstrap may take the third part of a budget; a longer one is left out."""
MOST_FOR_TASK = 4
"""What to do may take the fourth part of a budget; the reason and the goal are cut to it."""
MOST_OF_A_NAME = 48
LEAST_CUT = 40
"""A memory of which fewer characters than this fit is left out."""
CUT = phrase("task", "cut")


@dataclass(frozen=True, slots=True)
class PromptText:
    """A text for a model, its estimated length in tokens, and whether the budget left something out of it."""

    text: str
    tokens: int
    truncated: bool


@dataclass(frozen=True, slots=True)
class Task:
    """What a handoff asks of its receiver, as it was requested. `advises` where the source keeps the conversation."""

    receiver: str
    source: str
    reason: str
    goal: str | None = None
    advises: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading and its lines, the ones to keep first coming first; `reverse` where they are read the other way, `cuts`
    where a line may be cut."""

    heading: str
    lines: Sequence[str]
    reverse: bool = False
    cuts: bool = False


@dataclass(slots=True)
class _Filled:
    """Which lines of each part are kept, by their places, and how long they are together."""

    kept: list[dict[int, str]]
    chars: int = 0
    words: int = 0
    left_out: list[tuple[int, int]] = field(default_factory=list)


@one_reading()
def warm_start_text(
    brief: Brief,
    since: Sequence[SourceMemory],
    memories: Sequence[SourceMemory],
    chain_summary: Sequence[str],
    handoff_id: UUID,
    token_budget: int,
    fence: str,
    bootstrap: str | None = None,
    pii: frozenset[PiiClass] = frozenset(),
    task: Task | None = None,
    heard: Sequence[SourceMemory] = (),
    customer: Sequence[str] = (),
) -> PromptText:
    """What to do now; then brief, what was kept since it was cut (oldest first), the memories that matter (best first)
    and the chain so far, fenced; all as one text of at most `token_budget` estimated tokens. `fence` is part of the
    names of the tags: it is new for each answer and known to nobody before, so that no text can close them. A
    template's `bootstrap` ends it, behind the fence: it is its operator's text and no data. `pii` are the classes of
    personal data that are hidden beside secrets. In ``heard``, what was said in the conversation, secrets are looked
    for, and nothing else: an answer to a question for a PIN is told by the question alone. ``customer`` says who it is
    about, and what else they came with.

    Kept by priority: the brief first, then the newest of the since-list, then the customer, then memories, then the
    chain. Lines are whole or left out; what room is left then takes the beginning of the first memory that was left
    out, with a mark. Raises `ValueError` for a budget below 200.
    """
    if token_budget < LEAST_BUDGET:
        raise ValueError(f"token_budget must be at least {LEAST_BUDGET}, not {token_budget}")
    known = {memory.id: memory for memory in (*heard, *since, *memories)}
    secrets = scrubbing.find(sorted(known.values(), key=lambda memory: memory.event_time), pii)
    told = {memory.id for memory in since}
    # What was corrected is said by what corrects it. Since the brief it stays, marked: nothing may be missing there.
    older = [one for one in memories if one.superseded_by is None and one.id not in told and not _is_in(brief, one)]
    parts = [
        *_brief_parts(brief),
        _Part(
            "Since the brief", [_memory_line(memory, secrets) for memory in reversed(since)], reverse=True, cuts=True
        ),
        _Part("Customer", [harmless.untagged(scrubbing.scrub(line, secrets)) for line in customer]),
        _Part("Memories", [_memory_line(memory, secrets) for memory in older], cuts=True),
        _Part("Chain", [harmless.untagged(scrubbing.scrub(line, secrets)) for line in chain_summary]),
    ]
    tag = f"warmline-handoff-{fence}"
    ending = bootstrap if bootstrap and estimate_tokens(bootstrap) * MOST_FOR_BOOTSTRAP <= token_budget else None
    before = [
        *_task_lines(task, secrets, token_budget // MOST_FOR_TASK),
        phrase("task", "data", tag=tag),
        f'<{tag} id="{handoff_id}">',
    ]
    frame = ["\n".join(before), f"</{tag}>", *([ending] if ending else [])]
    body, whole = _fitted(parts, token_budget - estimate_tokens("\n".join(frame)) - 1)
    text = "\n".join([frame[0], *body, *frame[1:]])
    return PromptText(text, estimate_tokens(text), truncated=not whole or ending != bootstrap)


def _task_lines(task: Task | None, secrets: scrubbing.Secrets, budget: int) -> list[str]:
    """What to do now, in at most so many estimated tokens, but for the words of the catalogue."""
    if task is None:
        return []

    def quoted(text: str, most: int) -> str:
        line = harmless.untagged(scrubbing.scrub(text, secrets)).translate(QUOTES)
        return line if estimate_tokens(line) <= most else _cut(line, most, 0, 0)

    receiver, source = _named(task.receiver), _named(task.source)
    reason = quoted(task.reason, budget // 2)
    left = max(budget - estimate_tokens(reason), budget // 2)
    return [
        phrase("task", "receiver", receiver=receiver),
        phrase("task", "asked" if task.advises else "handed", source=source, reason=reason),
        phrase("task", "goal", goal=quoted(task.goal, left)) if task.goal else phrase("task", "no_goal"),
        phrase("task", "words"),
    ]


def _named(name: str) -> str:
    """A name as it stands among the instructions: one with blanks could be a sentence of them, and is quoted."""
    line = harmless.untagged(name).translate(QUOTES)[:MOST_OF_A_NAME]
    return f"“{line}”" if " " in line else line


def _brief_parts(brief: Brief) -> list[_Part]:
    words = wording.of(brief.language)
    headline = _Part("Brief", [one_line(brief.headline, words)])
    return [
        headline,
        *(_Part(harmless.untagged(section.title), rows(section, words)) for section in brief.sections),
    ]


def _is_in(brief: Brief, memory: SourceMemory) -> bool:
    return contains(brief.text, harmless.untagged(memory.content)) or " ".join(memory.content.split()) == " ".join(
        brief.text.split()
    )


def _memory_line(memory: SourceMemory, secrets: scrubbing.Secrets) -> str:
    who = memory.role.value if memory.role else harmless.untagged(memory.kind)
    words = harmless.untagged(scrubbing.scrub(memory.content, secrets))
    corrected = f" ({phrase('task', 'corrected')})" if memory.superseded_by else ""
    return f"{who}, {memory.event_time:%Y-%m-%d %H:%M}{corrected}: {words}"


def _fitted(parts: Sequence[_Part], budget: int) -> tuple[list[str], bool]:
    """The lines that fit, with their headings, and whether that is all of them."""
    filled = _Filled([{} for _ in parts])
    for at, part in enumerate(parts):
        for place, line in enumerate(part.lines):
            if not _take(filled, part, at, place, line, budget):
                filled.left_out.append((at, place))
    cuttable = next(((at, place) for at, place in filled.left_out if parts[at].cuts), None)
    if cuttable is not None:
        at, place = cuttable
        heading = 0 if filled.kept[at] else len(parts[at].heading) + 1
        # The dash before the line and the break behind it are three characters and a word, a heading one word more.
        taken = filled.chars + heading + 3, filled.words + 1 + (len(parts[at].heading.split()) if heading else 0)
        cut = _cut(parts[at].lines[place], budget, *taken)
        if len(cut) >= LEAST_CUT + len(CUT):
            _take(filled, parts[at], at, place, cut, budget)
    body: list[str] = []
    for part, kept in zip(parts, filled.kept, strict=True):
        lines = [f"- {kept[place]}" for place in sorted(kept, reverse=part.reverse)]
        body.extend([part.heading, *lines] if lines else [])
    return body, not filled.left_out


def _take(filled: _Filled, part: _Part, at: int, place: int, line: str, budget: int) -> bool:
    """Keep a line if it fits."""
    unit = f"- {line}" if filled.kept[at] else f"{part.heading}\n- {line}"
    chars, words = filled.chars + len(unit) + 1, filled.words + len(unit.split())
    if tokens_of(chars, words) > budget:
        return False
    filled.kept[at][place], filled.chars, filled.words = line, chars, words
    return True


def _cut(line: str, budget: int, chars: int, words: int) -> str:
    """As much of a line as a budget has room for beside so many characters and words, with the mark of a cut; empty
    where that is nothing."""

    def tokens(count: int) -> int:
        return tokens_of(chars + count + len(CUT), words + len(line[:count].split()) + len(CUT.split()))

    # A token is estimated to have at most four characters, so that no more of a long line need be looked at.
    end = bisect_right(range(1, min(len(line), 4 * budget) + 1), budget, key=tokens)
    blank = line.rfind(" ", end // 2, end + 1)
    return line[: blank if blank > 0 else end] + CUT if end else ""
