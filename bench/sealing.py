"""What it costs to seal what people said, and to open it again: the work of a process, without the database's.

python -m bench.sealing
"""

import os
import timeit
from binascii import a2b_base64
from functools import partial
from uuid import uuid4

from warmline_memory.storage.contents import ContentKey

LENGTHS = (200, 2_000, 20_000)
TIMES = 2_000
PLACE = "memories.content"


def main() -> None:
    """Print the time for one text of each length, in microseconds: the quickest of five rounds."""
    key = ContentKey(uuid4(), 1, os.urandom(32))
    for length in LENGTHS:
        text = "x" * length
        sealed = key.seal(text, PLACE)
        steps = {"seal": partial(key.seal, text, PLACE), "open": partial(_open, key, sealed)}
        took = {name: min(timeit.repeat(step, number=TIMES, repeat=5)) / TIMES for name, step in steps.items()}
        figures = ", ".join(f"{name} {1e6 * seconds:.1f} µs" for name, seconds in took.items())
        print(f"{length:6} characters: {figures}, stored as {len(sealed)}")


def _open(key: ContentKey, sealed: str) -> str:
    return key.open(a2b_base64(sealed, strict_mode=True), PLACE)


if __name__ == "__main__":
    main()
