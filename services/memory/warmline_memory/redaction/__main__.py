"""Hides the secrets of long texts for the process that started it: ``python -m warmline_memory.redaction PIPE``.

It has no database and no key, and yields to whatever else the machine does. It ends when its pipe does, when it was not
asked for a while, and by a timer of the kernel's when one text takes too long.
"""

import os
import signal
import sys
from multiprocessing.connection import Connection

from warmline_memory.redaction import hide

IDLE_SECONDS = 600.0
"""It holds 40 MB, and starts within a third of a second."""
NICE = 5


def main() -> None:
    """Answer one question after the other: which memories are read, the values to hide secrets in, and how many seconds
    that may take."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    pipe = Connection(int(sys.argv[1]))
    while pipe.poll(IDLE_SECONDS):
        try:
            memories, trees, seconds = pipe.recv()
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, seconds)
        hidden = hide(memories, trees)
        signal.setitimer(signal.ITIMER_REAL, 0)
        pipe.send(hidden)


if __name__ == "__main__":
    main()
