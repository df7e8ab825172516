"""Moments as they are read: a row whose time has no form in every zone is shown with the nearest one that has."""

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

from warmline_schemas.wire import FIRST_MOMENT, LAST_MOMENT

_READ = struct.Struct("!q").unpack
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""PostgreSQL counts microseconds from here on; infinity is the largest number."""
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (FIRST_MOMENT - _EPOCH) // _MICROSECOND
_LAST = (LAST_MOMENT - _EPOCH) // _MICROSECOND


class _MomentLoader(Loader):
    """Reads a moment in UTC. psycopg's own loader raises an error for a year that Python does not know, and would so
    break whole lists for one row."""

    format = Format.BINARY

    def load(self, data: Buffer) -> datetime:
        """The moment."""
        (microseconds,) = _READ(data)
        if not _FIRST <= microseconds <= _LAST:
            microseconds = _FIRST if microseconds < _FIRST else _LAST
        return _EPOCH + timedelta(microseconds=microseconds)


def read_within_bounds(connection: psycopg.Connection[Any]) -> None:
    """Have a connection read moments so, in binary results."""
    connection.adapters.register_loader("timestamptz", _MomentLoader)
