"""A table of an exported model that is given with each run, and so need not be in memory: only the rows that a run has.

The table of pieces of words is half of a small model. It stands in the file of the weights; here it is taken out of the
graph and made an input of it. The graph is read as Protocol Buffers are written
(https://protobuf.dev/programming-guides/encoding), with the numbers that ONNX gives its fields
(https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): loading onnx itself would take a good part of what is saved.
"""

from collections.abc import Iterator
from dataclasses import dataclass

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
"""How a field's value is written."""
GRAPH = 7
"""The field of a model."""
TENSOR, INPUT = 5, 11
"""Fields of a graph."""
TENSOR_NAME, TENSOR_STORED = 8, 13
"""Fields of a tensor: its name, and where it is stored, as keys and values."""
KEY, VALUE = 1, 2
VALUE_NAME, VALUE_TYPE, OF_TENSOR, NUMBERS, SHAPE, DIMENSION, SIZE, SIZE_NAME = 1, 2, 1, 1, 2, 1, 1, 2
"""Fields of an input and of what is within it."""
FLOAT = 1
"""What ONNX calls numbers of 32 bits."""


@dataclass(frozen=True)
class _Field:
    """A field of a message: its number, its value, and both as they were written. A number's value is written, too."""

    number: int
    value: bytes
    whole: bytes


def fed(model: bytes, table: str, columns: int) -> tuple[bytes, int] | None:
    """A model whose table of this name and so many columns is an input, and from which byte of the file of its weights
    on the rows of the table are; None where it has no such table there."""
    graph = _first(model, GRAPH)
    known = (one for one in _fields(graph) if one.number == TENSOR)
    found = next((one for one in known if _first(one.value, TENSOR_NAME) == table.encode()), None)
    if found is None:
        return None
    stored = [one.value for one in _fields(found.value) if one.number == TENSOR_STORED]
    said = {_first(one, KEY): _first(one, VALUE) for one in stored}
    if b"location" not in said:
        return None
    kept = b"".join(one.whole for one in _fields(graph) if one.whole != found.whole)
    rest = b"".join(one.whole for one in _fields(model) if one.number != GRAPH)
    return rest + _message(GRAPH, kept + _message(INPUT, _described(table, columns))), int(said.get(b"offset", b"0"))


def _described(table: str, columns: int) -> bytes:
    """An input of this name, of as many rows as there are and so many columns."""
    rows = _message(DIMENSION, _message(SIZE_NAME, b"rows"))
    shape = rows + _message(DIMENSION, _varint(SIZE << 3 | VARINT) + _varint(columns))
    tensor = _varint(NUMBERS << 3 | VARINT) + _varint(FLOAT) + _message(SHAPE, shape)
    return _message(VALUE_NAME, table.encode()) + _message(VALUE_TYPE, _message(OF_TENSOR, tensor))


def _first(message: bytes, number: int) -> bytes:
    return next((one.value for one in _fields(message) if one.number == number), b"")


def _fields(message: bytes) -> Iterator[_Field]:
    at = 0
    while at < len(message):
        begins = at
        tag, at = _read_varint(message, at)
        written = tag & 7
        if written == LENGTH:
            length, at = _read_varint(message, at)
        elif written == VARINT:
            length = _read_varint(message, at)[1] - at
        else:
            length = 8 if written == FIXED64 else 4
        yield _Field(tag >> 3, message[at : at + length], message[begins : at + length])
        at += length


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    """A number, and where it ends: seven bits in each byte, the lowest first."""
    number = shift = 0
    while True:
        byte = message[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def _varint(number: int) -> bytes:
    written = bytearray()
    while number >= 0x80:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def _message(number: int, value: bytes) -> bytes:
    return _varint(number << 3 | LENGTH) + _varint(len(value)) + value
