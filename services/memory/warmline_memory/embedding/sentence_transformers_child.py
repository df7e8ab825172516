"""The child process of the engine ``sentence-transformers``. Its parent's module says what goes over the pipes.

``python -m warmline_memory.embedding.sentence_transformers_child SOURCE DEVICE THREADS``
"""

import json
import os
import signal
import sys
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def main(source: str, device: str, threads: int) -> int:
    """Load the model, then answer requests until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    with _answers() as answers:
        try:
            model = _load(source, device, threads)
            model.default_prompt_name = None  # the parent's callers put prompts where they belong
            # The first call is slow: it is made before the child says that it is ready.
            loaded = {"dimension": len(model.encode(["warm"])[0]), "prompts": model.prompts}
        except Exception as error:  # whatever it is, the parent must hear of it
            _say(answers, {"error": _in_one_line(error)})
            return 1
        _say(answers, loaded)
        for request in sys.stdin.buffer:
            _answer(answers, model, json.loads(request))
    return 0


def _answers() -> IO[bytes]:
    """The pipe to the parent, taken away from ``stdout``, so that what libraries print cannot get between answers."""
    # Descriptor 1 itself is turned to stderr, and not only `sys.stdout`: libraries in C print to the descriptor.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _load(source: str, device: str, threads: int) -> "SentenceTransformer":
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    return SentenceTransformer(source, device=device)


def _answer(answers: IO[bytes], model: "SentenceTransformer", texts: list[str]) -> None:
    try:
        vectors = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        rows = np.asarray(vectors, np.float32).tobytes()
    except Exception as error:  # one bad batch must not end the child
        _say(answers, {"error": _in_one_line(error)})
    else:
        _say(answers, {"bytes": len(rows)}, rows)


def _say(answers: IO[bytes], line: dict[str, Any], rows: bytes = b"") -> None:
    answers.write(json.dumps(line).encode() + b"\n" + rows)
    answers.flush()


def _in_one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
