"""The engine ``onnx``: an exported model in ONNX Runtime, without torch."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from warmline_memory.embedding.manifests import (
    GIVEN_WORDS_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    WORDS,
    Manifest,
)
from warmline_memory.embedding.prompts import Prompts
from warmline_memory.embedding.texts import encodable
from warmline_memory.errors import SetupError, Unavailable
from warmline_memory.rows_on_disk import RowsOnDisk

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, RunOptions
    from tokenizers import Tokenizer

RUN_TEXTS = 32
"""Texts of one run at most."""
RUN_TOKENS = 256
"""Tokens of one run at most, padding included: larger runs are no faster per token, and memory grows with them (one at
a time by 11 MB at 256, 22 MB at 512; all-MiniLM-L6-v2)."""
RUN_SPREAD = 32
"""How many tokens longer than its shortest text the longest text of a run may be: bounds what padding costs."""

CHARS_A_TOKEN = 16
"""A text is cut before it is read where it has more characters than this for each token that the model takes: words of
any language have fewer. To read the tokens of 95 kB takes a third as long as the model takes for the first of them."""


class OnnxEmbedder:
    """A model from its exported folder. Any thread may use it; a call takes about 9 ms for one short text.

    Each run of the model has one thread, and a call's runs go side by side. Threads that share a run wait for each
    other in every layer: two of them embed a sixth less, for an eighth more processor time (measured on two cores).
    """

    def __init__(self, folder: Path, manifest: Manifest, threads: int) -> None:
        """Load the model, about 0.3 s; ``threads`` runs go side by side. Raises ``SetupError`` where it cannot be
        loaded."""
        self.name = manifest.name
        self.dimension = manifest.dimension
        self.prompts = Prompts(query=manifest.query_prompt, text=manifest.text_prompt)
        self._pad_token = manifest.pad_token
        self._max_tokens = manifest.max_tokens
        try:
            self._tokenizer = _open_tokenizer(folder / TOKENIZER_FILE, manifest.max_tokens)
            # A platform with one thread is one for a person's own machine, which saves memory rather than time.
            saves = threads == 1
            self._words = _words(folder, manifest) if saves else None
            self._session: InferenceSession | None = _open_session(folder / (GIVEN_WORDS_FILE if saves else MODEL_FILE))
            self._run = _giving_back() if saves else None
        except Exception as error:  # both libraries raise plain exceptions
            raise SetupError(
                what=f"The exported model in {folder} cannot be loaded ({error}).",
                fix="Delete that folder and export it again with `python -m warmline_memory.embedding`.",
            ) from error
        self._threads = threads

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 per text, in order: shape (texts, dimension). Raises ``Unavailable`` once closed."""
        session = self._session
        if session is None:
            raise Unavailable(what=f"The embedding model {self.name}", fix="It was closed; open it again.")
        tokens = self._tokens(encodable(texts))
        vectors = np.empty((len(tokens), self.dimension), np.float32)

        def compute(run: list[int]) -> None:
            given = self._with_words(_padded([tokens[row] for row in run], self._pad_token))
            vectors[run] = session.run(["embedding"], given, self._run)[0]

        runs = list(_runs([len(one) for one in tokens]))
        if len(runs) == 1:  # a lone text changes no thread
            compute(runs[0])
        else:
            # A pool for each call costs about 0.2 ms beside runs of many milliseconds, and leaves no threads to close.
            with ThreadPoolExecutor(self._threads, thread_name_prefix="embedding") as side_by_side:
                list(side_by_side.map(compute, runs))
        return vectors

    def _with_words(self, given: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """The model's input with the rows of its table of words, where the model is given these."""
        if self._words is None:
            return given
        ids = given["input_ids"]
        wanted, places = np.unique(ids, return_inverse=True)
        return {**given, "input_ids": places.reshape(ids.shape), WORDS: self._words.read(wanted.tolist())}

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text, as many as the model takes."""
        begun = [_beginning(text, self._max_tokens * CHARS_A_TOKEN) for text in texts]
        tokens = self._read(begun)
        # A beginning of few tokens, such as one very long word, says nothing of what follows: then all is read.
        short = [row for row, text in enumerate(texts) if begun[row] != text and len(tokens[row]) < self._max_tokens]
        for row, whole in zip(short, self._read([texts[row] for row in short]), strict=True):
            tokens[row] = whole
        return tokens

    def _read(self, texts: Sequence[str]) -> list[list[int]]:
        # `encode_batch_fast` leaves out the offsets of tokens, which nothing here needs.
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(texts)]

    def close(self) -> None:
        """Free the model once the calls under way are done."""
        self._session = None  # a call under way has its own reference, which keeps the model until it is done


def _beginning(text: str, most_chars: int) -> str:
    """The first words of a text, at most so many characters; all of it where no blank is among them."""
    ends = text.rfind(" ", 0, most_chars)
    return text if len(text) <= most_chars or ends < 0 else text[:ends]


def _open_tokenizer(file: Path, max_tokens: int) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer: Tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _words(folder: Path, manifest: Manifest) -> RowsOnDisk:
    """The table of pieces of words, for a model that is given its rows.

    The table would be mapped from its file, 47 MB of 90, and stays in memory where it was touched: 25 MB of it after a
    hundred turns of a session.
    """
    return RowsOnDisk(folder / WEIGHTS_FILE, manifest.dimension, np.float32, manifest.words_at)


def _open_session(file: Path) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the calling thread, and no other
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # shapes vary from call to call: cached patterns only cost memory
    arena = {"arena_extend_strategy": "kSameAsRequested"}
    return onnxruntime.InferenceSession(
        str(file), options, providers=["CPUExecutionProvider"], provider_options=[arena]
    )


def _giving_back() -> "RunOptions":
    """Have a run give back the memory that it took. Texts of hundreds of tokens take a fifteenth longer for 8 MB less,
    short ones as long as ever."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def _runs(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Split texts of these lengths into runs of similar length, the longest first: the numbers of each run's texts.

    What fits into one run is never split to keep more threads busy: each run reads all of the model's weights, and four
    sentences in two runs take a fifth more of the processor than in one.
    """
    run: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        longest = lengths[run[0]] if run else lengths[row]
        full = len(run) == RUN_TEXTS or (len(run) + 1) * longest > RUN_TOKENS
        if run and (full or longest > lengths[row] + RUN_SPREAD):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _padded(tokens: Sequence[Sequence[int]], pad_token: int) -> dict[str, NDArray[Any]]:
    """The model's input: token ids and a mask that is 1 where they are real, both of shape (texts, longest text)."""
    shape = (len(tokens), max(map(len, tokens)))
    ids = np.full(shape, pad_token, np.int64)
    mask = np.zeros(shape, np.int64)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return {"input_ids": ids, "attention_mask": mask}
