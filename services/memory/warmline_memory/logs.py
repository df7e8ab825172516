"""Logs: what is logged, and what is said of a failure. Neither holds what anybody said.

The text of a foreign error can hold contents: a database's names the row that it refused, a validator's the value. So
only the platform's own errors are quoted; of others there is their type, where they came from, and a code if they have
one.
"""

import logging
import traceback
from types import TracebackType

from warmline_memory.errors import WarmlineError

OWN = "warmline"
"""What the names of the platform's own loggers begin with."""
FOREIGN = "an error of a library, by its type and place:"
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutContents(logging.Formatter):
    """Writes records with the places and types of errors, and without their texts.

    Others quote an error in their message too, as Celery does of a failed task: such a message is left out.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the standard library's name)
        """A record's line; where a library logs an error, without the library's words."""
        if record.exc_info and not record.name.startswith(OWN):
            record.message = FOREIGN
        return super().formatMessage(record)

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


def keep(level: int | str) -> None:
    """Log from this level on to stderr, without contents, whatever was set up before."""
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutContents(FORMAT))
    logging.basicConfig(level=level, handlers=[handler])


def _shown(error: BaseException) -> str:
    places = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    return f"{places}{described(error)}"
