"""The port: what every engine that computes embeddings offers."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from warmline_memory.embedding.prompts import Prompts


class Embedder(Protocol):
    """Turns texts into vectors. Any thread may use it."""

    name: str
    """The model's name, as the database records it."""
    dimension: int
    """The length of a vector."""
    prompts: Prompts
    """What callers put in front of queries and of stored texts before they embed them."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 per text, in order: shape (texts, dimension).

        No texts give shape (0, dimension). What is longer than the model can read is cut. Raises ``Unavailable`` where
        the engine was closed or has died.
        """
        ...

    def close(self) -> None:
        """Free what the engine holds. Closing again does nothing."""
        ...
