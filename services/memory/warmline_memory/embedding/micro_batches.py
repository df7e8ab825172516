"""Micro-batches: texts of callers that come at the same time are embedded together."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from warmline_memory.embedding.embedder import Embedder
from warmline_memory.errors import Unavailable

MAX_BATCH = 32
"""The texts of a batch at most: as many as one run of the engine takes (``onnx_engine.RUN_TEXTS``)."""
MAX_CHARS = 2_000
"""A batch ends with the text that brings it to this many characters. English has about four to a token, so that is one
run of ``onnx_engine.RUN_TOKENS``. A caller that comes later waits for no more than one such batch."""


class MicroBatcher:
    """An embedder in front of another one, which it owns. A caller that finds it free embeds the texts of all callers.

    No caller waits for a batch to fill, and a lone caller's text is embedded by its own thread. Callers take turns text
    by text, so that a short query waits for one batch of a long import and not for all of it.
    """

    def __init__(self, embedder: Embedder, max_batch: int = MAX_BATCH, max_chars: int = MAX_CHARS) -> None:
        """A batch ends at ``max_batch`` texts, or with the text that reaches ``max_chars``."""
        self.name = embedder.name
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._max_batch = max_batch
        self._max_chars = max_chars
        self._calls: deque[_Call] = deque()
        # `_turn` is held while a batch is embedded: one engine works on one batch. `_waiting` guards `_calls` and
        # `_closed`, for moments only, so that callers can queue up while a batch is under way. Who needs both takes
        # `_turn` first; nobody asks for `_turn` with `_waiting` in hand.
        self._waiting = Lock()
        self._turn = Lock()
        self._closed = False

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 per text, in order: shape (texts, dimension).

        Raises ``Unavailable`` once closed, and whatever the embedder raised for a batch that held one of these texts.
        """
        call = _Call(texts, self.dimension)
        with self._waiting:
            if self._closed:
                raise self._was_closed()
            if not texts:
                return call.vectors
            self._calls.append(call)
        # Whoever holds the turn serves one batch, of its own texts and of others', and gives the turn away: whose call
        # is answered by then leaves, and the next one goes on. So no thread works for others longer than one batch.
        while not call.answer.done():
            with self._turn:
                if not call.answer.done():  # somebody else may have answered it while this one waited for the turn
                    self._serve_one_batch()
        return call.answer.result()

    def close(self) -> None:
        """Finish the batch under way, refuse what still waits, and close the embedder. Closing again does nothing."""
        with self._waiting:  # first, so that nobody queues up behind the batch that ends it
            self._closed = True
            for call in self._calls:
                call.fail(self._was_closed())
            self._calls.clear()
        with self._turn:
            self._embedder.close()

    def _serve_one_batch(self) -> None:
        with self._waiting:
            batch = self._next_batch()
        try:
            vectors = self._embedder.embed([call.texts[row] for call, row in batch])
            for (call, row), vector in zip(batch, vectors, strict=True):
                call.put(row, vector)
        except BaseException as error:  # a caller that hears nothing would wait forever
            self._fail(batch, error)
            if not isinstance(error, Exception):
                raise

    def _next_batch(self) -> list[tuple["_Call", int]]:
        """One text of each waiting call in turn, until the batch is full. Needs ``_waiting``."""
        batch: list[tuple[_Call, int]] = []
        chars = 0
        while self._calls and len(batch) < self._max_batch and chars < self._max_chars:
            call = self._calls.popleft()
            row = call.rows.pop()  # from the end, where its longest text is
            batch.append((call, row))
            chars += len(call.texts[row])
            if call.rows:
                self._calls.append(call)
        return batch

    def _fail(self, batch: list[tuple["_Call", int]], error: BaseException) -> None:
        for call, _ in batch:
            call.fail(error)
        with self._waiting:
            self._calls = deque(call for call in self._calls if not call.answer.done())

    def _was_closed(self) -> Unavailable:
        return Unavailable(what=f"The embedding model {self.name}", fix="It was closed; open it again.")


class _Call:
    """One caller's texts, and the vectors that are computed so far. Only the holder of the turn changes it."""

    def __init__(self, texts: Sequence[str], dimension: int) -> None:
        self.texts = texts
        self.rows = sorted(range(len(texts)), key=lambda row: len(texts[row]))  # neighbours of like length pad little
        self.vectors = np.empty((len(texts), dimension), np.float32)
        self.answer: Future[NDArray[np.float32]] = Future()
        self._missing = len(texts)

    def put(self, row: int, vector: NDArray[np.float32]) -> None:
        self.vectors[row] = vector
        self._missing -= 1
        if not self._missing:
            self.answer.set_result(self.vectors)

    def fail(self, error: BaseException) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)
