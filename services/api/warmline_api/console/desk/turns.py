"""Turns: memories as a colleague reads them, without secrets, and no longer than a page can bear."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from warmline_api.console.languages import _, marked
from warmline_memory import redaction, source_memory
from warmline_memory.briefs import RECAP
from warmline_memory.language import shown
from warmline_memory.redaction import Secrets
from warmline_schemas.memories import Action, Memory, Role
from warmline_schemas.tenancy import PiiClass
from warmline_schemas.wire import MAX_CONTENT_CHARS

MOST_CHARS = 700
"""At most this much of a memory is shown in a conversation; the rest is on the memory's own page."""
MOST_BRIEF_CHARS = 4_000
"""At most this much is shown of a brief that is folded into a conversation."""
ATTACHMENT = "attachment"
LOOKED_AT = 3
"""This many times as much as is shown of a memory is searched: a secret that begins before the cut is found whole."""
MOST_VALUE_CHARS, MOST_ARGUMENTS = 200, 12
FEW_CHARS, MOST_BYTES = 200, 100_000
"""Where the texts of a page take more bytes than this, so much of each is shown."""
WORD = re.compile(r"[^\W_]+")
"""A word in any script. A slot's name joins its words by `_`, which a text has as a space."""
WHOSE = {Role.USER: marked("Customer"), Role.TOOL: marked("Tool"), Role.SYSTEM: marked("Instructions")}


@dataclass(frozen=True)
class Turn:
    """A memory as it is shown: ``arguments`` and ``result`` of its action as texts."""

    memory: Memory
    whose: str
    text: str
    is_cut: bool
    slot_value: str | None = None
    arguments: Sequence[tuple[str, str]] = ()
    result: str | None = None

    @property
    def is_brief(self) -> bool:
        """Whether it is the brief of a handoff."""
        return self.memory.handoff_id is not None

    @property
    def names_a_file(self) -> bool:
        """Whether it tells of a file that was uploaded; of others the platform only has the name."""
        about = self.memory.metadata.get(ATTACHMENT)
        return self.memory.kind == ATTACHMENT and isinstance(about, dict) and "id" in about

    @property
    def only_repeats_slot(self) -> bool:
        """Whether its text says the name and the value of its slot, and nothing else."""
        slot = self.memory.slot
        if slot is None or self.is_cut or self.slot_value is None:
            return False
        left = WORD.findall(self.text.casefold().replace(self.slot_value.casefold(), " "))
        return set(left) <= set(WORD.findall(slot.name.casefold()))


def page_of(memories: Sequence[Memory], pii: Sequence[PiiClass]) -> list[Turn]:
    """Memories as the turns of one page, however much they hold."""
    turns = turns_of(memories, pii)
    # Counted as bytes of escaped HTML, because that is what a browser loads: `<` is one character, and four bytes.
    written = sum(len(escape(turn.text).encode()) for turn in turns)
    return turns if written <= MOST_BYTES else turns_of(memories, pii, FEW_CHARS)


@redaction.one_reading()
def turns_of(memories: Sequence[Memory], pii: Sequence[PiiClass], most_chars: int = MOST_CHARS) -> list[Turn]:
    """Memories as turns, in their order, without the secrets and the personal data that receivers are not shown.

    A secret that only its name gives away in one memory is hidden in the others too.
    """
    # The search takes time in proportion to the text, and a page holds 80 memories of up to 100,000 characters. So only
    # the beginnings are searched, together: a password that one memory names is hidden where another repeats it.
    near = [source_memory.source(_beginning(memory, most_chars * LOOKED_AT)) for memory in memories]
    secrets = redaction.find(near, frozenset(pii))
    return [_turn(memory, secrets, most_chars) for memory in memories]


def _beginning(memory: Memory, most: int) -> Memory:
    """As much of a memory as is searched: the content of one with a large action tells what of it is shown."""
    if len(memory.content) <= most:
        return memory
    return memory.model_copy(update={"content": memory.content[:most], "action": None})


def _turn(memory: Memory, secrets: Secrets, most_chars: int) -> Turn:
    most = max(most_chars, MOST_BRIEF_CHARS) if memory.handoff_id and most_chars > FEW_CHARS else most_chars
    text = memory.content if memory.handoff_id else redaction.scrub(memory.content[: most * LOOKED_AT], secrets)
    action, slot = memory.action, memory.slot
    is_whole = most_chars > MOST_CHARS
    return Turn(
        memory=memory,
        whose=_whose(memory),
        text=shown(text)[:most],
        is_cut=len(memory.content) > most,
        slot_value=_value(slot.value, secrets, slot.name, whole=is_whole) if slot else None,
        arguments=_arguments(action, secrets, whole=is_whole) if action else (),
        result=_value(action.result, secrets, whole=is_whole) if action and action.result is not None else None,
    )


def _whose(memory: Memory) -> str:
    if memory.role is Role.AGENT and RECAP in memory.metadata:
        return _("Automatic message")
    named = memory.agent or "Warmline"
    known = WHOSE.get(memory.role) if memory.role else None
    return _(known) if known else named


def _arguments(action: Action, secrets: Secrets, *, whole: bool) -> list[tuple[str, str]]:
    given = list(action.arguments.items())
    looked_at = given if whole else given[:MOST_ARGUMENTS]
    texts = [(shown(name)[:MOST_VALUE_CHARS], _value(value, secrets, name, whole=whole)) for name, value in looked_at]
    return texts if len(looked_at) == len(given) else [*texts, (_("and more"), str(len(given) - len(looked_at)))]


def _value(value: Any, secrets: Secrets, name: str | None = None, *, whole: bool) -> str:
    """A JSON value as text, without secrets. What is not shown is not searched either."""
    if name is not None and redaction.names_secret(name):
        return redaction.HIDDEN
    most = MAX_CONTENT_CHARS if whole else MOST_VALUE_CHARS
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    scrubbed = shown(redaction.scrub(text[: most * LOOKED_AT], secrets, name))
    return scrubbed if len(text) <= most else f"{scrubbed[:most]}…"
