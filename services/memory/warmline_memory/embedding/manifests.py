"""The manifest of an exported model: what it is, and that all of it is there."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

FORMAT = 3
"""Raised whenever the export changes, so that folders of an older format are exported anew."""

MODEL_FILE = "model.onnx"
GIVEN_WORDS_FILE = "model-given-words.onnx"
"""The same graph, which is given with each run the rows of its table of pieces of words that the run needs."""
WEIGHTS_FILE = "model.onnx.data"
TOKENIZER_FILE = "tokenizer.json"
_MANIFEST_FILE = "manifest.json"
WORDS = "embeddings.words"
"""How the graph calls its table of pieces of words."""


@dataclass(frozen=True)
class Manifest:
    """What an exported model's folder holds."""

    name: str
    """The model's name, as the database records it."""
    dimension: int
    """The length of a vector."""
    max_tokens: int
    """How many tokens of a text the model reads; the rest is cut."""
    pad_token: int
    """The token that fills the shorter texts of a batch."""
    query_prompt: str = ""
    text_prompt: str = ""
    """What the model wants in front of queries and of stored texts."""
    words_at: int = 0
    """The byte at which the table of pieces of words begins in the file of the weights: rows of float32."""
    files: dict[str, int] = field(default_factory=dict)
    """The folder's files and their sizes, in bytes."""
    format: int = FORMAT


def read_manifest(folder: Path, name: str) -> Manifest | None:
    """The manifest of a complete export of the model in this format; None where the folder holds anything else."""
    try:
        manifest = Manifest(**json.loads((folder / _MANIFEST_FILE).read_text("utf-8")))
        complete = manifest.files == _sizes(folder, manifest.files)
    except (OSError, ValueError, TypeError):
        return None
    return manifest if complete and (manifest.name, manifest.format) == (name, FORMAT) else None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest beside the files it describes, which must be there already: it marks the export complete."""
    files = _sizes(folder, [MODEL_FILE, GIVEN_WORDS_FILE, WEIGHTS_FILE, TOKENIZER_FILE])
    text = json.dumps({**asdict(manifest), "files": files}, indent=2)
    (folder / _MANIFEST_FILE).write_text(text + "\n", "utf-8")


def _sizes(folder: Path, files: Iterable[str]) -> dict[str, int]:
    return {file: (folder / file).stat().st_size for file in files}
