"""Texts as tokenizers can take them."""

from collections.abc import Sequence


def encodable(texts: Sequence[str]) -> list[str]:
    """Texts with each half of a surrogate pair replaced by ``?``.

    Tokenizers refuse such a text, and with it the whole batch, in which other callers' texts may be.
    """
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
