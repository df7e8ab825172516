"""Logs: what is logged, and what is said of a failure. Neither holds what anybody said.

The text of a foreign error can hold contents: a database's names the row that it refused, a validator's the value. So
only the platform's own errors are quoted; of others there is their type, where they came from, and a code if they have
one. Every line names the request or the work that it belongs to, as far as that is known.
"""

import json
import logging
import threading
import time
import traceback
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from warmline_memory.errors import WarmlineError

OWN = "warmline"
"""What the names of the platform's own loggers begin with."""
FOREIGN = "an error of a library, by its type and place:"
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LIKE_IT = 10
WITHIN_SECONDS = 10.0
"""Within so many seconds at most so many lines of one kind are logged. A server that is away would else fill a disk."""

MOST_KINDS = 10_000
"""So many kinds are counted at once."""

# A dictionary that a request's middleware makes and what runs within the request adds to. Threads that serve it get a
# copy of the context, which holds the same dictionary.
_facts: ContextVar[dict[str, str] | None] = ContextVar("facts", default=None)

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@contextmanager
def scope(**facts: object) -> Iterator[None]:
    """Name these ids in every line that is logged within the block, such as ``request_id``."""
    token = _facts.set({name: str(value) for name, value in facts.items()})
    try:
        yield
    finally:
        _facts.reset(token)


def about(**facts: object) -> None:
    """Name further ids in the lines of the scope that is open; nothing where there is none."""
    known = _facts.get()
    if known is not None:
        known.update((name, str(value)) for name, value in facts.items())


def facts() -> dict[str, str]:
    """The ids of the scope that is open."""
    return dict(_facts.get() or {})


class WithoutContents(logging.Formatter):
    """Writes records with the places and types of errors, and without their texts.

    Others quote an error in their message too, as Celery does of a failed task: such a message is left out.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the standard library's name)
        """A record's line; where a library logs an error, without the library's words."""
        if record.exc_info and not record.name.startswith(OWN):
            record.message = FOREIGN
        known = " ".join(f"{name}={value}" for name, value in facts().items())
        return f"{super().formatMessage(record)}{f' [{known}]' if known else ''}"

    def formatException(self, ei: Raised) -> str:  # noqa: N802 (the standard library's name)
        """An error and what caused it: the first cause first, each with the places that it passed."""
        causes: list[BaseException] = []
        # The cause is what was raised `from`, else what was being handled, as Python itself prints it. An error may be
        # its own cause in a circle, so each is followed once.
        error = ei[1]
        while error is not None and error not in causes:
            causes.append(error)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(map(_shown, reversed(causes)))


def described(error: BaseException) -> str:
    """What may be stored and shown of a failure: the sentence of an error of the platform's own, of any other its type
    and its SQLSTATE, if it has one."""
    name = type(error).__name__
    if isinstance(error, WarmlineError):
        return f"{name}: {error}"
    code = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
    return f"{name} (SQLSTATE {code})" if code else name


class JsonLines(WithoutContents):
    """Writes the same as one JSON object a line, for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as JSON: time, level, logger, message, the ids that are known, and the error if there is one."""
        foreign = record.exc_info and not record.name.startswith(OWN)
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": FOREIGN if foreign else record.getMessage(),
            **facts(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class Spates:
    """Tells which of many things alike are worth a line: ``LIKE_IT`` of a kind within ``WITHIN_SECONDS``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[Hashable, tuple[float, int]] = {}

    def passes(self, kind: Hashable) -> int | None:
        """How many of this kind were left out before this one, which passes; None where it is left out itself."""
        with self._lock:
            now, left_out = time.monotonic(), 0
            since, count = self._seen.get(kind, (now, 0))
            if now - since >= WITHIN_SECONDS:
                left_out, since, count = max(0, count - LIKE_IT), now, 0
            # Whoever makes up new kinds without end must not fill the memory; what is forgotten only passes once more.
            if len(self._seen) >= MOST_KINDS:
                self._seen.clear()
            self._seen[kind] = (since, count + 1)
        return left_out if count < LIKE_IT else None


class Repeats(logging.Filter):
    """Lets a few lines of one kind pass; the next one after a while counts the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._spates = Spates()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is logged."""
        # Before its values are filled in, a message is the same for all lines of its kind.
        left_out = self._spates.passes((record.name, record.lineno, str(record.msg)))
        if left_out:
            record.msg = f"{record.msg} ({left_out} lines like this one were left out)"
        return left_out is not None


def keep(level: int | str, *, as_json: bool = False, to: logging.Handler | None = None) -> None:
    """Log from this level on to stderr, or where ``to`` writes, without contents; as text or as JSON. Does nothing
    where a log is kept already."""
    handler = to or logging.StreamHandler()
    handler.setFormatter(JsonLines() if as_json else WithoutContents(FORMAT))
    handler.addFilter(Repeats())
    logging.basicConfig(level=level, handlers=[handler])


def _shown(error: BaseException) -> str:
    places = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    return f"{places}{described(error)}"
