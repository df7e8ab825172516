"""Work types: which template the memories of a session most speak for."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatch

from warmline_memory.briefs.templates import SUPPORT
from warmline_memory.language import phrases
from warmline_memory.language.one_reading import one_reading
from warmline_memory.language.shapes import PATH
from warmline_memory.language.words import label_of
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role
from warmline_schemas.templates import Template

TOOL, LINE, KIND, BEFORE = 2.0, 1.0, 0.5, 2.0
"""What a call, a line and a memory count for a template whose tools, words or paths, and kinds they name, and what it
counts that the brief before was written after it. A tool is used for one sort of work; a kind such as `done` tells that
there is work, hardly which."""


@one_reading()
def detect(memories: Sequence[SourceMemory], templates: Iterable[Template], before: str | None = None) -> str:
    """The name of the template that the memories most speak for: of equals the first; `support` where none is.

    A call of a template's tools counts 2 for it, a line that holds one of its words or paths 1, and a memory of
    its kinds 0.5; that the session's earlier brief was written after it (`before`) counts 2. A conversation of a
    customer and an agent is `support`, unless a tool of other work was called in it.
    """
    known = list(templates)
    if _is_conversation(memories) and not any(_uses_tools(memories, one) for one in known if one.name != SUPPORT):
        return SUPPORT
    scores = {one.name: sum(_speaks_for(memory, one) for memory in memories) for one in known}
    if before in scores:
        scores[before] += BEFORE
    best = max(scores, key=scores.__getitem__, default=SUPPORT)
    return best if scores.get(best) else SUPPORT


def _is_conversation(memories: Sequence[SourceMemory]) -> bool:
    """Whether somebody speaks for whom an agent works, and there are no fewer turns than notes."""
    turns = sum(memory.role in (Role.USER, Role.AGENT) for memory in memories)
    notes = sum(memory.role is None for memory in memories)
    return any(memory.role is Role.USER for memory in memories) and turns >= notes


def _uses_tools(memories: Iterable[SourceMemory], template: Template) -> bool:
    return any(_calls(memory, template) for memory in memories)


def _speaks_for(memory: SourceMemory, template: Template) -> float:
    score = TOOL * _calls(memory, template) + KIND * (memory.kind in template.detect.kinds)
    return score + LINE * sum(_names(line, template) for line in memory.content.splitlines())


def _names(line: str, template: Template) -> bool:
    """Whether a line holds one of a template's words or paths."""
    said = phrases.folded(line)
    if any(phrases.holds(said, phrases.folded(word), phrases.goes_on_in_any_script) for word in template.detect.words):
        return True
    paths = [hit.strip("`.,;:()") for hit in PATH.findall(line)] if template.detect.paths else []
    return any(_is_like(path, pattern) for path in paths for pattern in template.detect.paths)


def _calls(memory: SourceMemory, template: Template) -> bool:
    """Whether a memory is a call of a tool whose name holds all words of one of the template's."""
    called = set(label_of(memory.action.name).split()) if memory.action else set()
    return any(set(tool.lower().split()) <= called for tool in template.detect.tools)


def _is_like(path: str, pattern: str) -> bool:
    """Whether a path, or the part of it from some folder on, has a pattern's form."""
    # `fnmatch` remembers the patterns that it was asked for: they are a template's, and hold nothing of a conversation.
    parts = path.split("/")
    return any(fnmatch("/".join(parts[place:]), pattern) for place in range(len(parts)))
