"""Trees: the plain values that a JSON value holds, and the names that they stand under."""

from collections.abc import Iterator, Mapping
from typing import Any


def is_plain(value: Any) -> bool:
    """Whether a value holds no other ones, and is not nothing."""
    return isinstance(value, str | int | float | bool)


def leaves(tree: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The plain values of a JSON value with the name each stands under, in order."""
    if is_plain(tree):
        if said := str(tree).strip():
            yield name, said
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from leaves(value, str(key))
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from leaves(item, name)
