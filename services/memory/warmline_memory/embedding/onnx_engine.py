"""The engine ``onnx``: an exported model in ONNX Runtime, without torch."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from warmline_memory.embedding.manifests import MODEL_FILE, TOKENIZER_FILE, Manifest
from warmline_memory.embedding.texts import encodable
from warmline_memory.errors import SetupError, Unavailable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

RUN_TEXTS = 32
"""Texts of one run at most."""
RUN_TOKENS = 1024
"""Tokens of one run at most, padding included: on two cores larger runs are no faster per token, and memory grows with
them (by 45 MB at 1024, 260 MB at 8192; all-MiniLM-L6-v2)."""
RUN_SPREAD = 32
"""How many tokens longer than its shortest text the longest text of a run may be: bounds what padding costs."""


class OnnxEmbedder:
    """A model from its exported folder. Any thread may use it; a call takes about 5 ms for one short text."""

    def __init__(self, folder: Path, manifest: Manifest, threads: int) -> None:
        """Load the model, about 0.3 s; ``threads`` compute a call. Raises ``SetupError`` where it cannot be loaded."""
        self.name = manifest.name
        self.dimension = manifest.dimension
        self._pad_token = manifest.pad_token
        try:
            self._tokenizer = _open_tokenizer(folder / TOKENIZER_FILE, manifest.max_tokens)
            self._session: InferenceSession | None = _open_session(folder / MODEL_FILE, threads)
        except Exception as error:  # both libraries raise plain exceptions
            raise SetupError(
                what=f"The exported model in {folder} cannot be loaded ({error}).",
                mend="Delete that folder and export it again with `python -m warmline_memory.embedding`.",
            ) from error

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 per text, in order: shape (texts, dimension). Raises ``Unavailable`` once closed."""
        session = self._session
        if session is None:
            raise Unavailable(what=f"The embedding model {self.name}", mend="It was closed; open it again.")
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(encodable(texts))]
        vectors = np.empty((len(tokens), self.dimension), np.float32)
        for run in _runs([len(one) for one in tokens]):
            vectors[run] = session.run(["embedding"], _padded([tokens[row] for row in run], self._pad_token))[0]
        return vectors

    def close(self) -> None:
        """Free the model once the calls under way are done."""
        self._session = None


def _open_tokenizer(file: Path, max_tokens: int) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer: Tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _open_session(file: Path, threads: int) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # shapes vary from call to call: cached patterns only cost memory
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle threads leave the cores to others
    arena = {"arena_extend_strategy": "kSameAsRequested"}
    return onnxruntime.InferenceSession(
        str(file), options, providers=["CPUExecutionProvider"], provider_options=[arena]
    )


def _runs(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Split texts of these lengths into runs of similar length: the numbers of each run's texts."""
    run: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        longest = lengths[row]
        full = len(run) == RUN_TEXTS or (len(run) + 1) * longest > RUN_TOKENS
        if run and (full or longest > lengths[run[0]] + RUN_SPREAD):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _padded(tokens: Sequence[Sequence[int]], pad_token: int) -> dict[str, NDArray[np.int64]]:
    """The model's input: token ids and a mask that is 1 where they are real, both of shape (texts, longest text)."""
    shape = (len(tokens), max(map(len, tokens)))
    ids = np.full(shape, pad_token, np.int64)
    mask = np.zeros(shape, np.int64)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return {"input_ids": ids, "attention_mask": mask}
