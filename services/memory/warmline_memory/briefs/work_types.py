"""Work types: which template the memories of a session speak for, by what is said and done in it and by whom.

Three things count: how alike the memories are in meaning to the examples of each template, how many hold its words,
paths, kinds and tools, and how the session is built: who speaks, who asks, how many commands and figures there are. The
weights are in `work_types.toml`, which `bench.work_types.fit` writes.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from warmline_memory.briefs import coding
from warmline_memory.briefs.templates import SUPPORT
from warmline_memory.language import phrases
from warmline_memory.language.one_reading import one_reading
from warmline_memory.language.shapes import PATH, has_command, has_path
from warmline_memory.language.words import label_of
from warmline_memory.salience import vectors
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome, Role
from warmline_schemas.templates import Template

Floats = NDArray[np.float32]

CONVERSATIONS = frozenset([SUPPORT, "shift"])
"""The templates of talks with people, and of their shifts."""
FIRST, LAST = 4, 8
"""How many memories at the beginning and at the end of a session are read: what it is about, and where it is now."""
GLANCE = 500
"""How many characters of a memory are searched for words, paths and commands: the patterns are made for lines."""
NEAREST = 3
"""How many examples a memory is compared with: one alone may be near by chance."""
SHARPNESS, FLOOR = 12.0, 0.02
"""Likenesses become shares by exp(12 x likeness), as unlike sentences have 0.1 and like ones 0.7; no share is below."""
BEFORE = 9.0
"""What it counts that the earlier brief was written after a template, shared among the memories that are read now."""
DEEDS, MOSTLY, LEAST_COMMANDS = 3.0, 2.5, 4
"""What it counts that all changed files are of a kind of work, and how much more that half of the commands are, of
which there are as many at least."""
CODE, QUALITY, TESTING = "code", "quality", "testing"
PARTICULAR = ("planning", TESTING, "infrastructure", "documentation", QUALITY)
"""Templates whose files and tools are more particular than others' are asked first: `docs/rfc-1.md` is a plan."""
NO_WORK = (coding.Purpose.LOOK, coding.Purpose.HOUSEKEEPING, coding.Purpose.COMMIT, coding.Purpose.INSTALL)
LONG_TURN = 200
"""The characters of a turn that is a report rather than an answer."""
MOST_KEPT = 4_000
SIGNS = (
    "conversation", "agents_alone", "notes_alone", "agent_begins", "agent_tells", "agent_asks", "user_asks",
    "long_turns", "commands", "other_calls", "figures", "always",
)  # fmt: skip
"""How a session is built, each from 0 to 1."""
QUESTION, DIGIT = re.compile(r"[?？؟]"), re.compile(r"\d")
WEIGHTS: Mapping[str, Any] = tomllib.loads((files(__package__) / "work_types.toml").read_text("utf-8"))

# The vectors of templates' examples, by their text. They are configuration, and hold nothing of a conversation.
_examples: dict[str, Floats] = {}


@one_reading()
def detect(memories: Sequence[SourceMemory], templates: Iterable[Template], before: str | None = None) -> str:
    """The name of the template that the memories most speak for: of equals the first; `support` where none is.

    `before` is the template of the session's earlier brief, which a chain keeps until more speaks for another.
    """
    known = list(templates)
    is_work = coding.works_on_code(memories)
    if is_work:
        # Whoever changes files is at work on them, however much is said beside it.
        known = [template for template in known if template.name not in CONVERSATIONS]
    names = [template.name for template in known]
    if not known or not memories:
        return before if before in names else SUPPORT
    seen = [*memories[:FIRST], *memories[FIRST:][-LAST:]]
    scores = evidence(seen, known) @ np.array([WEIGHTS["counts"][name] for name in ("likeness", "words", "kinds")])
    if is_work:
        scores += DEEDS * _deeds(memories, known)
    scores += _fits(signs(memories), known) + BEFORE / len(seen) * np.array([name == before for name in names])
    return names[int(np.argmax(scores))]


def evidence(memories: Sequence[SourceMemory], templates: Sequence[Template]) -> NDArray[np.float64]:
    """For each template how alike the memories are to it, and the shares that hold its words and are of its kinds.

    The likeness is the mean logarithm of its share among all templates.
    """
    said = [_said(memory) for memory in memories]
    found = vectors(said)
    alike = np.column_stack([_likeness(found, said, template) for template in templates])
    powers = np.exp(SHARPNESS * (alike - alike.max(axis=1, keepdims=True)))
    shares = powers / powers.sum(axis=1, keepdims=True)
    words = [np.mean([_names(memory, template) for memory in memories]) for template in templates]
    kinds = [np.mean([memory.kind in template.detect.kinds for memory in memories]) for template in templates]
    return np.column_stack([np.log(shares + FLOOR).mean(axis=0), words, kinds])


def signs(memories: Sequence[SourceMemory]) -> NDArray[np.float64]:
    """How a session is built, in the order of `SIGNS`."""
    users, agents, notes = ([one for one in memories if one.role is role] for role in (Role.USER, Role.AGENT, None))
    told, asked = (sum(len(one.content) for one in group) for group in (agents, users))
    is_conversation = bool(users and agents) and len(users) + len(agents) >= len(notes)
    technical = [_is_technical(memory) for memory in memories]
    other_calls = [bool(one.action) and not is_it for one, is_it in zip(memories, technical, strict=True)]
    return np.array(
        [
            is_conversation,
            bool(agents) and not users,
            not agents and not users,
            is_conversation and agents[0] is next(one for one in memories if one in (users[0], agents[0])),
            is_conversation * told / (told + asked + 1),
            _share(agents, QUESTION),
            _share(users, QUESTION),
            min(1.0, told / (LONG_TURN * max(1, len(agents)))),
            min(1.0, 2 * float(np.mean(technical))),
            min(1.0, 2 * float(np.mean(other_calls))),
            _share([memory for memory in memories if not memory.action], DIGIT),
            1.0,
        ],
        np.float64,
    )


def _deeds(memories: Sequence[SourceMemory], templates: Sequence[Template]) -> NDArray[np.float64]:
    """For each template the share of the changed files that are of its kind, and more where most commands are: a linter
    that finds something, more than once, is for `quality`, and tools of its own for another."""
    paths = [path for _, path in map(coding.deed, memories) if path]
    kinds = {path: _kind_of_file(path, templates) for path in set(paths)}
    files = [kinds[path] for path in paths]
    commands = [_kind_of_command(memory, templates) for memory in memories if _is_typed(memory)]
    of_files, of_commands = Counter(files), Counter(filter(None, commands))
    mostly = {kind for kind, count in of_commands.items() if 2 * count >= max(len(commands), LEAST_COMMANDS)}
    shares = [of_files[one.name] / max(1, len(files)) for one in templates]
    return np.array([share + MOSTLY * (one.name in mostly) for share, one in zip(shares, templates, strict=True)])


def _is_typed(memory: SourceMemory) -> bool:
    """Whether a memory is a command that says something of the work."""
    command, _ = coding.deed(memory)
    return bool(command) and coding.purpose_of(command) not in NO_WORK


def _kind_of_file(path: str, templates: Sequence[Template]) -> str:
    """The template that a file is of, the most particular one; `code` where none knows it."""
    known = {one.name: one.detect.paths for one in templates}
    names = [name for name in (*PARTICULAR, *known) if any(_is_like(path, pattern) for pattern in known.get(name, ()))]
    return names[0] if names else CODE


def _kind_of_command(memory: SourceMemory, templates: Sequence[Template]) -> str:
    """The template that a command is of; empty for what belongs to any work, as tests do."""
    command, _ = coding.deed(memory)
    purpose = coding.purpose_of(command)
    if purpose in (coding.Purpose.LINT, coding.Purpose.TESTS):
        finds = memory.action is not None and memory.action.outcome is Outcome.FAILED
        return QUALITY if finds and purpose is coding.Purpose.LINT else ""
    words = set(re.findall(r"[\w-]+", command.lower()))
    tools = {one.name: {tool for tool in one.detect.tools if " " not in tool} for one in templates}
    return next((name for name in PARTICULAR if name != TESTING and tools.get(name, set()) & words), "")


def _share(memories: Sequence[SourceMemory], pattern: re.Pattern[str]) -> float:
    return sum(pattern.search(memory.content) is not None for memory in memories) / max(1, len(memories))


def _is_technical(memory: SourceMemory) -> bool:
    """Whether something is typed or a file is touched: in what is said, or in the arguments of a call."""
    given = map(str, memory.action.arguments.values()) if memory.action else [memory.content]
    return any(has_command(text[:GLANCE]) or has_path(text[:GLANCE]) for text in given)


def _fits(built: NDArray[np.float64], templates: Sequence[Template]) -> NDArray[np.float64]:
    """How well a session's build fits each template; of a tenant's own nothing is known, and it fits as most do."""
    by_name = {name: float(built @ np.array(weights)) for name, weights in WEIGHTS["signs"].items()}
    usual = float(np.mean(list(by_name.values())))
    return np.array([by_name.get(template.name, usual) for template in templates])


def _said(memory: SourceMemory) -> str:
    """A memory as the encoder reads it: of a call, its name, what was given and what came of it."""
    action = memory.action
    if action is None:
        return memory.content
    given = " ".join(str(value) for value in action.arguments.values())
    return f"{action.name.replace('_', ' ')} {given} {action.result}"


def _likeness(found: Floats, said: Sequence[str], template: Template) -> Floats:
    """How like each text is to the examples of a template that are nearest to it, -1 to 1."""
    examples = template.detect.examples or [template.about, *template.detect.words]
    near = found @ _vectors_of(examples).T
    # An example says nothing of the very session that it was taken from, which counts while the weights are fitted.
    near = np.where(np.array([[text == example for example in examples] for text in said]), -1.0, near)
    return np.asarray(np.sort(near, axis=1)[:, -NEAREST:].mean(axis=1), np.float32)


def _vectors_of(examples: Sequence[str]) -> Floats:
    new = [example for example in examples if example not in _examples]
    if len(_examples) + len(new) > MOST_KEPT:
        _examples.clear()
        new = list(examples)
    _examples.update(zip(new, vectors(new), strict=True))
    return np.stack([_examples[example] for example in examples])


def _names(memory: SourceMemory, template: Template) -> bool:
    """Whether a memory holds one of a template's words or paths, or is a call of one of its tools."""
    return _calls(memory, template) or any(_holds(line, template) for line in memory.content[:GLANCE].splitlines())


def _holds(line: str, template: Template) -> bool:
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
