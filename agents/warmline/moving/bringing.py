"""Bringing: every item is checked before the first one is sent; then they are sent in batches."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pydantic import ValidationError

from warmline.client import Warmline
from warmline.moving.files import Item
from warmline.moving.readings import Origin, read
from warmline_schemas.memories import Remember

AT_ONCE = 200
BATCH_CHARS = 2_000_000
"""A batch has at most so many memories, and so many characters: a platform takes bodies of 16 MB."""
MOST_FAULTS = 20

Items = Callable[[], Iterable[Item]]
"""The items, as often as they are asked for."""


@dataclass
class Plan:
    """What would be brought."""

    memories: int = 0
    namespaces: Counter[str] = field(default_factory=Counter)
    """How many memories each namespace gets."""
    left_behind: Counter[str] = field(default_factory=Counter)
    """How many items are left behind, by the reason."""
    faults: list[str] = field(default_factory=list)
    """What is wrong, each with its place: the first twenty."""


@dataclass(frozen=True)
class Brought:
    """What was brought."""

    stored: int
    were_there: int


def plan(origin: Origin, items: Items, namespace: str | None) -> Plan:
    """Read all items, and send nothing. ``namespace`` is where they go; left out, each goes to its own owner's.

    Raises ``Unreadable``.
    """
    found = Plan()
    for item in items():
        try:
            memory = _memory(origin, item, namespace)
        except ValueError as error:
            found.faults.append(f"{item.place}: {_said(error)}")
            if len(found.faults) == MOST_FAULTS:
                break
            continue
        if isinstance(memory, Remember):
            found.memories += 1
            found.namespaces[str(memory.namespace)] += 1
        else:
            found.left_behind[memory] += 1
    return found


def bring(
    client: Warmline, origin: Origin, items: Items, namespace: str | None, progress: Callable[[int], object]
) -> Brought:
    """Store what a plan without faults says. ``progress`` hears how many memories each batch had.

    What was brought before is not stored again, so that to begin anew after a failure goes on from there.
    """
    stored = were_there = 0
    memories = (memory for item in items() if isinstance(memory := _memory(origin, item, namespace), Remember))
    for batch in _batches(memories):
        kept = client.memories.remember_once(batch)
        were_there += len(kept.repeated)
        stored += len(batch) - len(kept.repeated)
        progress(len(batch))
    return Brought(stored, were_there)


def _memory(origin: Origin, item: Item, namespace: str | None) -> Remember | str:
    """The memory that an item becomes, or why it is left behind. Raises ``ValueError`` where it cannot be stored."""
    reading = read(origin, item.fields)
    if reading.memory is None:
        return reading.left_behind
    target = namespace or reading.owner
    if target is None:
        raise ValueError("it does not say whose it is; give --namespace")
    return Remember.model_validate({**reading.memory, "namespace": target})


def _said(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}" for one in error.errors()
    )


def _batches(memories: Iterable[Remember]) -> Iterator[list[Remember]]:
    batch: list[Remember] = []
    chars = 0
    for memory in memories:
        size = len(memory.content or "")
        if batch and (len(batch) == AT_ONCE or chars + size > BATCH_CHARS):
            yield batch
            batch, chars = [], 0
        batch.append(memory)
        chars += size
    if batch:
        yield batch
