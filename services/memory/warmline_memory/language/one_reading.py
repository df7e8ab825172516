"""One reading: what functions of a text gave is kept while one brief or one request is worked on, and no longer.

A brief reads each of its texts several times, and reading is nearly all of its work. A cache of the process, such as
``functools.lru_cache``, would keep customers' words, and the secrets among them, for whoever looks into the process
later: across tenants, and after they were forgotten. So results are kept in a dictionary that a `with` block owns:

    with one_reading():
        write(source)

What is marked with ``read_once`` looks there first. Outside of such a block nothing is kept; results are the same.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

Text = TypeVar("Text", bound=Hashable)
Result = TypeVar("Result")

_Kept = defaultdict[Callable[..., Any], dict[Any, Any]]
_kept: ContextVar[_Kept | None] = ContextVar("kept", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Keep what ``read_once`` functions give until the block ends. A block inside of another one shares what it keeps.

    It also decorates a function, whose every call is then such a block. A new thread starts without a block: it shares
    nothing with the one that started it.
    """
    if _kept.get() is not None:
        yield
        return
    opened = _kept.set(defaultdict(dict))
    try:
        yield
    finally:
        _kept.reset(opened)


def read_once(function: Callable[[Text], Result]) -> Callable[[Text], Result]:
    """A function of one text, called once for equal texts of one reading. It is pure, and its result never changes."""

    @wraps(function)
    def once(text: Text) -> Result:
        kept = _kept.get()
        if kept is None:
            return function(text)
        results: dict[Text, Result] = kept[function]
        try:
            return results[text]
        except KeyError:
            pass  # not read yet: outside of the handler, so that a fault of the function names no other one
        result = results[text] = function(text)
        return result

    return once


def read_in_batch(function: Callable[[list[Text]], Iterable[Result]]) -> Callable[[Iterable[Text]], list[Result]]:
    """A function of many texts, called with those of a reading that it was not called with before, each once."""

    @wraps(function)
    def batch(texts: Iterable[Text]) -> list[Result]:
        wanted = list(texts)
        kept = _kept.get()
        results: dict[Text, Result] = {} if kept is None else kept[function]
        if new := [text for text in dict.fromkeys(wanted) if text not in results]:
            results.update(zip(new, function(new), strict=True))
        return [results[text] for text in wanted]

    return batch
