"""A model's table of pieces of words, read from a file row by row, where the whole of it takes too much memory."""

import os
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Table = NDArray[np.uint8]


class RowsOnDisk:
    """Takes the place of a table in memory: indexed with the numbers of rows, it gives those rows.

    The system keeps in its cache what is read often, and gives that memory to others when they need it. Nothing is kept
    here: which rows a text has says what it says. A file that is mapped into memory would be shared with that cache,
    but Linux brings 64 kB around each row that is touched, and they stay the process's own. Safe to share between
    threads, and with copies of the process.
    """

    def __init__(self, file: Path, columns: int, numbers: DTypeLike = np.uint8, offset: int = 0) -> None:
        """A table of so many columns, which begins at a byte of a file. Raises ``OSError``."""
        self._file = os.open(file, os.O_RDONLY)
        # Whoever reads just then still has the table, and with it the file.
        weakref.finalize(self, os.close, self._file)
        self._columns = columns
        self._numbers = np.dtype(numbers)
        self._offset = offset

    def __getitem__(self, numbers: NDArray[np.int64]) -> NDArray[Any]:
        """These rows, in this order: (n, columns)."""
        wanted, places = np.unique(numbers, return_inverse=True)
        return self.read(wanted.tolist())[places]

    def read(self, numbers: Sequence[int]) -> NDArray[Any]:
        """These rows, in this order: (n, columns). Each is read as often as it is named."""
        length = self._columns * self._numbers.itemsize
        read = b"".join(os.pread(self._file, length, self._offset + number * length) for number in numbers)
        return np.frombuffer(read, self._numbers).reshape(-1, self._columns)


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
