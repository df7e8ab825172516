"""Openings: the sentence with which a receiver shows a customer that the conversation goes on."""

from collections.abc import Sequence

from warmline_memory.briefs.phrases import QUOTES, phrase
from warmline_memory.language import harmless
from warmline_memory.language.detecting import language_of
from warmline_memory.redaction import HIDDEN, find, one_reading, scrub
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role
from warmline_schemas.tenancy import PiiClass

MOST_CHARS = 90
"""A longer topic ends at a word, or inside of one where a script has no blanks."""
LEAST_LETTERS = 8
"""What is shorter names no topic: `yes`, `ok thanks`, a code."""
MOST_HEARD = 2_000
"""The language is told by this many of the last characters that the customer said."""


@one_reading()
def opening(said: Sequence[SourceMemory], language: str | None = None, pii: frozenset[PiiClass] = frozenset()) -> str:
    """One sentence for the customer, from a conversation, oldest first: it quotes what the customer said that matters
    most, and says no more than that. `language` is the customer's, told by the words where it is None.

    Without a word of the customer's that can be quoted it is a plain sentence.
    """
    asked = [memory for memory in said if memory.role is Role.USER and memory.superseded_by is None]
    tag = language or language_of(" ".join(memory.content for memory in asked)[-MOST_HEARD:])
    secrets = find(said, pii)
    # Sorting is stable: of two that matter as much, the first one opened the conversation.
    for memory in sorted(asked, key=lambda memory: -memory.importance):
        words = harmless.untagged(memory.content)
        # What holds a secret is not quoted at all: what is left of it could give it away.
        if sum(map(str.isalpha, words)) >= LEAST_LETTERS and scrub(words, secrets) == words and HIDDEN not in words:
            return phrase("opening", "about", tag, topic=_clipped(words.translate(QUOTES)))
    return phrase("opening", "plain", tag)


def _clipped(words: str) -> str:
    if len(words) <= MOST_CHARS:
        return words.rstrip(" .。!！")
    head = words[:MOST_CHARS]
    return f"{head[: head.rfind(' ')] if ' ' in head[MOST_CHARS // 2 :] else head}…"
