"""What embedding a list of texts gives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Embeddings:
    """Vectors of shape (n, dimension), made by the model with that id."""

    model_id: int
    vectors: NDArray[np.float32]
