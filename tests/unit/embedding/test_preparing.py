"""Embedding before a transaction: it says what it wants embedded, and is tried again with it."""

from collections.abc import Sequence

import numpy as np
import pytest

from warmline_memory.embedding import Embeddings, Ready, until_embedded
from warmline_memory.embedding.retrying import ATTEMPTS, EmbeddingsWanted
from warmline_memory.errors import Busy


def embed(texts: Sequence[str]) -> Embeddings:
    return Embeddings(1, np.ones((len(texts), 2), dtype=np.float32))


def test_what_needs_no_embedding_is_done_at_once() -> None:
    tried: list[Ready] = []
    until_embedded(embed, tried.append)
    assert tried == [Ready()]


def test_a_transaction_is_tried_again_with_what_it_wants() -> None:
    def work(ready: Ready) -> Sequence[str]:
        if not ready.texts:
            raise EmbeddingsWanted(["a brief"])
        return ready.texts

    assert until_embedded(embed, work) == ["a brief"]


def test_briefs_that_never_stand_still_are_busy_in_the_end() -> None:
    tried: list[Ready] = []

    def work(ready: Ready) -> None:
        tried.append(ready)
        raise EmbeddingsWanted([f"brief number {len(tried)}"])

    with pytest.raises(Busy, match="keep changing"):
        until_embedded(embed, work)
    assert len(tried) == ATTEMPTS
