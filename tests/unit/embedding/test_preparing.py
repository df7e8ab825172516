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


def test_a_transaction_that_asks_twice_gets_both_and_each_its_own() -> None:
    def numbered(texts: Sequence[str]) -> Embeddings:
        return Embeddings(1, np.array([[float(text)] for text in texts], dtype=np.float32))

    def work(ready: Ready) -> list[list[float]]:
        found = [ready.of(texts) for texts in (["1"], ["3", "2"], [], ["1", "3"])]
        return [[] if one is None else one.vectors[:, 0].tolist() for one in found]

    assert until_embedded(numbered, work, Ready(["1"], numbered(["1"]))) == [[1.0], [3.0, 2.0], [], [1.0, 3.0]]
