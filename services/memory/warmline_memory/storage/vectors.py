"""Vectors sent as they are, not as text: 4 µs instead of 220 µs for 384 numbers, and less to parse."""

from collections.abc import Callable
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from pgvector import HalfVector
from pgvector.psycopg.halfvec import HalfVectorBinaryDumper
from pgvector.sqlalchemy import HALFVEC
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import Dialect
from sqlalchemy.types import UserDefinedType

psycopg.adapters.register_dumper(HalfVector, HalfVectorBinaryDumper)


class HalfVectors(HALFVEC):
    """pgvector's ``halfvec``, bound from vectors of shape (dimension,), and read as such; both in binary."""

    cache_ok = True
    render_bind_cast = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], HalfVector | None]:  # noqa: ARG002 (SQLAlchemy calls it so)
        """How a vector is sent."""
        return lambda vector: vector if vector is None or isinstance(vector, HalfVector) else HalfVector(vector)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any]:  # noqa: ARG002 (SQLAlchemy calls it so)
        """How a vector is read."""
        return lambda stored: None if stored is None else HalfVector.from_binary(stored).to_numpy()


class Floats(UserDefinedType[Any]):
    """``real[]``, bound in binary from numpy arrays of any shape, row after row."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Its name in SQL."""
        return "real[]"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], "SentFloats"]:  # noqa: ARG002 (SQLAlchemy calls it so)
        """How an array is sent."""
        return SentFloats


class SentFloats:
    """An array as the driver takes it."""

    def __init__(self, values: NDArray[np.float32]) -> None:
        self.values = values


class _FloatsDumper(Dumper):
    """PostgreSQL's binary form of ``real[]``: dimensions, nulls, element type, length, first index; then each element
    behind its length of 4 bytes (``array_recv``)."""

    oid = psycopg.adapters.types["float4"].array_oid
    format = Format.BINARY

    def dump(self, obj: SentFloats) -> bytes:
        elements = np.empty(obj.values.size, dtype=[("length", ">i4"), ("value", ">f4")])
        elements["length"], elements["value"] = 4, obj.values.ravel()
        head = np.array([1, 0, psycopg.adapters.types["float4"].oid, len(elements), 1], dtype=">i4")
        return head.tobytes() + elements.tobytes()


psycopg.adapters.register_dumper(SentFloats, _FloatsDumper)
