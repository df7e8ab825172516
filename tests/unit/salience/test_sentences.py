"""The sentence encoder: only the files that the model was trained with, and no more of a text than it needs."""

from collections.abc import Iterator

import numpy as np
import pytest

from warmline_memory.salience import WrongWeights, sentences, vectors


@pytest.fixture
def not_loaded() -> Iterator[None]:
    sentences._encoder.cache_clear()
    yield
    sentences._encoder.cache_clear()


@pytest.mark.usefixtures("not_loaded")
def test_other_weights_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sentences.SHA_256, "weights.npz", "0" * 64)
    with pytest.raises(WrongWeights, match=r"weights\.npz"):
        vectors(["hello"])


def test_equal_texts_have_equal_vectors_in_the_order_asked() -> None:
    found = vectors(["a parcel", "a train", "a parcel"])
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], found[1])


def test_nothing_has_no_vectors() -> None:
    assert vectors([]).shape == (0, sentences.SIZE)


def test_of_a_long_text_the_beginning_and_the_end_are_read() -> None:
    filling = "x " * 5_000
    begun, other = vectors([f"My boiler leaks. {filling}the end", f"My boiler leaks. {filling * 2}the end"])
    assert np.allclose(begun, other, atol=1e-4)
