"""Retrying a transaction until it has the embeddings that it needs.

Embedding takes milliseconds, in which a transaction would hold its locks. So a transaction that needs embeddings which
it was not given changes nothing, says which ones it needs, and is tried again with them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from warmline_memory.embedding.embeddings import Embeddings
from warmline_memory.errors import Busy

Result = TypeVar("Result")

ATTEMPTS = 5
"""How often a transaction is tried. Each further one means that somebody else changed the same briefs meanwhile."""


@dataclass(frozen=True)
class Ready:
    """Texts that were embedded before the transaction, in order."""

    texts: Sequence[str] = ()
    embeddings: Embeddings | None = None

    def of(self, texts: Sequence[str]) -> Embeddings | None:
        """The embeddings of these texts, None where there are none. Raises ``EmbeddingsWanted``.

        A transaction may ask more than once: what it then lacks is wanted beside what it had.
        """
        if not texts:
            return None
        missing = [text for text in dict.fromkeys(texts) if text not in self.texts]
        if missing or self.embeddings is None:
            raise EmbeddingsWanted([*self.texts, *missing])
        if list(texts) == list(self.texts):
            return self.embeddings
        places = {text: place for place, text in enumerate(self.texts)}
        chosen = self.embeddings.vectors[[places[text] for text in texts]]
        return Embeddings(self.embeddings.model_id, chosen)


class EmbeddingsWanted(Exception):
    """A transaction needs these embeddings first. It has changed nothing."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(texts)
        self.texts = texts


def until_embedded(
    embed: Callable[[Sequence[str]], Embeddings], work: Callable[[Ready], Result], ready: Ready = Ready()
) -> Result:
    """Do ``work``, one transaction, with the embeddings that it wants; ``ready`` are those that it wants probably.

    Raises ``Busy`` where these keep changing.
    """
    for _ in range(ATTEMPTS):
        try:
            return work(ready)
        except EmbeddingsWanted as wanted:
            ready = Ready(wanted.texts, embed(wanted.texts))
    raise Busy(why="the briefs that this changes keep changing")
