"""The sentence encoder's table of pieces of words, read from a file row by row, where 65 MB of memory are too many."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.uint8]


class RowsOnDisk:
    """Takes the place of a table in memory: indexed with the numbers of rows, it gives those rows.

    The system keeps in its cache what is read often, and gives that memory to others when they need it. Nothing is kept
    here: which rows a text has says what it says. Safe to share between threads, and with copies of the process.
    """

    def __init__(self, file: Path, length: int) -> None:
        self._file = os.open(file, os.O_RDONLY)
        self._length = length
        """The bytes of a row."""

    def __getitem__(self, numbers: NDArray[np.int64]) -> Table:
        """These rows, in this order: (n, length)."""
        wanted, places = np.unique(numbers, return_inverse=True)
        read = b"".join(os.pread(self._file, self._length, number * self._length) for number in wanted.tolist())
        return np.frombuffer(read, np.uint8).reshape(-1, self._length)[places]


def moved_to_disk(table: Table, file: Path) -> RowsOnDisk:
    """A table in a file, which is written unless it is there. Raises ``OSError`` where it cannot be."""
    if not file.exists() or file.stat().st_size != table.nbytes:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and renamed, so that nobody ever reads a part of it.
        partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
        try:
            table.tofile(partial)
            partial.replace(file)
        finally:
            # A disk that is full must not be filled by what could not be written whole.
            partial.unlink(missing_ok=True)
    return RowsOnDisk(file, table.shape[1])
