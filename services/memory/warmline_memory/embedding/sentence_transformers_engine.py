"""The engine ``sentence-transformers``: any such model, on a CPU or a GPU, in a child process that may import torch.

What is said over the child's pipes: the child first writes one JSON line, ``{"dimension": …, "prompts": …}`` or
``{"error": …}``. Then each request is one JSON line, a list of texts, and each answer is one JSON line,
``{"bytes": …}`` followed by that many bytes of float32 rows, or ``{"error": …}``. The child ends when its input ends,
so it never outlives its parent.
"""

import json
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from threading import Lock
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray

from warmline_memory.embedding.model_sources import model_source, torch_command, torch_environment
from warmline_memory.embedding.prompts import Prompts
from warmline_memory.embedding.texts import encodable
from warmline_memory.errors import SetupError, Unavailable
from warmline_memory.settings import Settings

CHILD_MODULE = "warmline_memory.embedding.sentence_transformers_child"
CLOSE_SECONDS = 5.0
"""How long the child may take to end before it is killed, in seconds."""


class SentenceTransformersEmbedder:
    """A model in a child process. Any thread may use it; calls are answered one after the other."""

    def __init__(self, settings: Settings) -> None:
        """Start the child and load the model: 5 to 15 s. Raises ``SetupError`` where it cannot be loaded."""
        if find_spec("sentence_transformers") is None:
            raise SetupError(
                what="The embedding engine sentence-transformers is not installed.",
                fix="Install it with `pip install 'warmline[sentence-transformers]'`.",
            )
        self.name = settings.embedding_model
        # One exchange at a time: a request and its answer are found together only by their order on the pipes.
        self._turn = Lock()
        self._child = _start_child(settings)
        self._requests = cast(IO[bytes], self._child.stdin)  # Popen was asked for both pipes
        self._answers = cast(IO[bytes], self._child.stdout)
        try:
            loaded = self._hear()
        except BaseException:
            self._end()
            raise
        if "error" in loaded:
            self._end()
            raise SetupError(
                what=f"The embedding model {self.name} cannot be loaded ({loaded['error']}).",
                fix="Check WARMLINE_EMBEDDING_MODEL and WARMLINE_EMBEDDING_DEVICE.",
            )
        self.dimension: int = loaded["dimension"]
        self.prompts = Prompts.of_model(loaded["prompts"])

    @property
    def child_id(self) -> int:
        """The process id of the child."""
        return self._child.pid

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector of length 1 per text, in order: shape (texts, dimension).

        Raises ``Unavailable`` where the engine was closed or the child has died, ``RuntimeError`` where the model
        failed.
        """
        with self._turn:
            if self._child.poll() is not None:
                raise self._gone()
            try:
                self._say(encodable(texts))
                answer = self._hear()
                vectors = np.frombuffer(self._hear_bytes(answer.get("bytes", 0)), np.float32)
            except BaseException:
                self._end()  # half an exchange: the next caller would get this one's answer
                raise
        if "error" in answer:
            raise RuntimeError(f"The embedding model {self.name} failed: {answer['error']}")
        return vectors.reshape(len(texts), self.dimension)

    def close(self) -> None:
        """End the child once the call under way is done. Closing again does nothing."""
        with self._turn:
            self._end()

    def _say(self, texts: list[str]) -> None:
        try:
            self._requests.write(json.dumps(texts).encode() + b"\n")
            self._requests.flush()
        except OSError as error:
            raise self._gone() from error

    def _hear(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line.endswith(b"\n"):  # the end of the pipe, perhaps in the middle of a line: the child has died
            raise self._gone()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _hear_bytes(self, count: int) -> bytes:
        received = self._answers.read(count)
        if len(received) < count:
            raise self._gone()
        return received

    def _gone(self) -> Unavailable:
        return Unavailable(
            what=f"The process of the embedding model {self.name}", fix="It was closed or has died; start it again."
        )

    def _end(self) -> None:
        """Close the child's input, which it takes as its end; kill it where it does not."""
        with suppress(OSError):  # unsent bytes, and nobody left to read them
            self._requests.close()
        self._answers.close()
        try:
            self._child.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def _start_child(settings: Settings) -> subprocess.Popen[bytes]:
    source = model_source(settings.embedding_model)
    return subprocess.Popen(  # noqa: S603 - our own module, no shell
        torch_command(CHILD_MODULE, source, settings.embedding_device, str(settings.embedding_threads)),
        env=torch_environment(source),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
