"""The model's card is of the weights that are released."""

import hashlib
from importlib.resources import files
from pathlib import Path

CARD = Path(__file__).parents[3] / "docs" / "salience.md"


def test_the_card_names_the_size_and_the_hash_of_the_released_weights() -> None:
    weights = (files("warmline_memory.salience") / "weights.npz").read_bytes()
    named = f"has {len(weights):,} bytes and SHA-256 `{hashlib.sha256(weights).hexdigest()}`"
    assert named in " ".join(CARD.read_text("utf-8").split())
