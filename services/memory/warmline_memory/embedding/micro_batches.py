"""Micro-batches: texts of callers that come at the same time are embedded together, each tenant's in turn."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Event, Lock

import numpy as np
from numpy.typing import NDArray

from warmline_memory.embedding.embedder import Embedder
from warmline_memory.errors import Unavailable

MAX_BATCH = 32
"""The texts of a batch at most: as many as one run of the engine takes (``onnx_engine.RUN_TEXTS``)."""
MAX_CHARS = 2_000
"""A batch ends with the text that brings it to this many characters. English has about four to a token, so that is one
run of ``onnx_engine.RUN_TOKENS``. A caller that comes later waits for no more than one such batch."""
LONG_CHARS = 600
"""A call with a text longer than this is a long one. A text of what the model reads at most takes twenty times as long
as a sentence does (all-MiniLM-L6-v2), and a batch of sentences is never much longer than one such text."""


class MicroBatcher:
    """An embedder in front of another one, which it owns. A caller that finds it free embeds the texts of all callers.

    No caller waits for a batch to fill, and a lone caller's text is embedded by its own thread. Whoever sends much
    delays others little: tenants take turns text by text, and short calls have a lane of their own beside long ones.
    """

    def __init__(self, embedder: Embedder, max_batch: int = MAX_BATCH, max_chars: int = MAX_CHARS) -> None:
        """A batch ends at ``max_batch`` texts, or with the text that reaches ``max_chars``."""
        self.name = embedder.name
        self.dimension = embedder.dimension
        self.prompts = embedder.prompts
        self._embedder = embedder
        self._max_batch = max_batch
        self._max_chars = max_chars
        self._short, self._long = _Lane(), _Lane()
        # One caller leads each lane: it embeds one batch after the other until its own texts are embedded, and then
        # leaves that to another who waits. `turn` is held while a batch is embedded. `_waiting` guards what lanes hold,
        # who leads, and `_closed`, for moments only, so that callers can queue up while a batch is under way. Who needs
        # both takes the turn first; nobody asks for a turn with `_waiting` in hand.
        self._waiting = Lock()
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many calls have texts that are in no batch yet."""
        with self._waiting:
            return self._short.waiting + self._long.waiting

    def embed(self, texts: Sequence[str], whose: str = "") -> NDArray[np.float32]:
        """One vector of length 1 per text, in order: shape (texts, dimension). ``whose`` says who takes turns.

        Raises ``Unavailable`` once closed, and whatever the embedder raised for a batch that held one of these texts.
        """
        call = _Call(texts, self.dimension)
        lane = self._long if max(map(len, texts), default=0) > LONG_CHARS else self._short
        with self._waiting:
            if self._closed:
                raise self._was_closed()
            if not texts:
                return call.vectors
            lane.add(whose, call)
        # Whoever does not lead is woken once: when its texts are embedded, or when it is to lead. So nobody whose texts
        # are embedded waits behind a further batch, and no thread is woken in vain.
        try:
            if lane.leader is call or call.is_to_lead():
                self._lead(lane, call)
        except BaseException as error:  # a caller that was interrupted never leads
            call.fail(error)
            with self._waiting:
                lane.drop_answered()
            raise
        finally:
            with self._waiting:
                lane.pass_lead_on(call)
        return call.answer.result()

    def close(self) -> None:
        """Finish the batches under way, refuse what still waits, and close the embedder. Closing again does nothing."""
        with self._waiting:  # first, so that nobody queues up behind the batch that ends it
            self._closed = True
            for call in (*self._short.take_all(), *self._long.take_all()):
                call.fail(self._was_closed())
        with self._short.turn, self._long.turn:
            self._embedder.close()

    def _lead(self, lane: "_Lane", call: "_Call") -> None:
        while not call.answer.done():
            with lane.turn:
                self._serve_one_batch(lane)

    def _serve_one_batch(self, lane: "_Lane") -> None:
        with self._waiting:
            batch = self._next_batch(lane)
        # Closing took what was there.
        if not batch:
            return
        try:
            vectors = self._embedder.embed([call.texts[row] for call, row in batch])
            for (call, row), vector in zip(batch, vectors, strict=True):
                call.put(row, vector)
        except BaseException as error:  # a caller that hears nothing would wait forever
            self._fail(lane, batch, error)
            if not isinstance(error, Exception):
                raise

    def _next_batch(self, lane: "_Lane") -> list[tuple["_Call", int]]:
        """One text of each tenant in turn, until the batch is full. Needs ``_waiting``."""
        batch: list[tuple[_Call, int]] = []
        chars = 0
        while lane.waiting and len(batch) < self._max_batch and chars < self._max_chars:
            call, row = lane.next_text()
            batch.append((call, row))
            chars += len(call.texts[row])
        return batch

    def _fail(self, lane: "_Lane", batch: list[tuple["_Call", int]], error: BaseException) -> None:
        for call, _ in batch:
            call.fail(error)
        with self._waiting:
            lane.drop_answered()

    def _was_closed(self) -> Unavailable:
        return Unavailable(what=f"The embedding model {self.name}", fix="It was closed; open it again.")


class _Lane:
    """Calls that wait, each tenant's in a file of its own."""

    def __init__(self) -> None:
        self.turn = Lock()
        self.leader: _Call | None = None
        """Whose caller leads. One does as long as calls wait."""
        self._files: OrderedDict[str, deque[_Call]] = OrderedDict()

    @property
    def waiting(self) -> int:
        return sum(map(len, self._files.values()))

    def add(self, whose: str, call: "_Call") -> None:
        self._files.setdefault(whose, deque()).append(call)
        self.leader = self.leader or call

    def next_text(self) -> tuple["_Call", int]:
        """A text of the tenant whose turn it is, and of its calls in turn."""
        whose, file = self._files.popitem(last=False)
        call = file.popleft()
        row = call.rows.pop()  # from the end, where its longest text is
        if call.rows:
            file.append(call)
        if file:
            self._files[whose] = file
        return call, row

    def pass_lead_on(self, call: "_Call") -> None:
        """Where this call has led, have the one lead that has the next text."""
        if self.leader is call:
            self.leader = next((file[0] for file in self._files.values()), None)
            if self.leader is not None:
                self.leader.lead()

    def take_all(self) -> list["_Call"]:
        calls = [call for file in self._files.values() for call in file]
        self._files.clear()
        return calls

    def drop_answered(self) -> None:
        files = {whose: deque(call for call in file if not call.answer.done()) for whose, file in self._files.items()}
        self._files = OrderedDict((whose, file) for whose, file in files.items() if file)


class _Call:
    """One caller's texts, and the vectors that are computed so far. Only the holder of the turn changes it."""

    def __init__(self, texts: Sequence[str], dimension: int) -> None:
        self.texts = texts
        self.rows = sorted(range(len(texts)), key=lambda row: len(texts[row]))  # neighbours of like length pad little
        self.vectors = np.empty((len(texts), dimension), np.float32)
        self.answer: Future[NDArray[np.float32]] = Future()
        self._missing = len(texts)
        self._woken = Event()

    def put(self, row: int, vector: NDArray[np.float32]) -> None:
        self.vectors[row] = vector
        self._missing -= 1
        if not self._missing:
            self.answer.set_result(self.vectors)
            self._woken.set()

    def fail(self, error: BaseException) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)
            self._woken.set()

    def lead(self) -> None:
        """Tell its caller to lead."""
        self._woken.set()

    def is_to_lead(self) -> bool:
        """Wait until it is answered or told to lead; whether it is to lead."""
        self._woken.wait()
        return not self.answer.done()
