"""What is logged of a failure, and what is not."""

import logging

import psycopg
import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError

from warmline_memory import logs
from warmline_memory.errors import Busy

SECRET = "the customer's PIN is 4711"


class Count(BaseModel):
    """Anything that is validated."""

    number: int


def logged(error: Exception, name: str = "warmline", message: str = "It failed") -> str:
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, None, None)
    try:
        raise error
    except Exception as caught:
        record.exc_info = (type(caught), caught, caught.__traceback__)
    return logs.WithoutContents(logs.FORMAT).format(record)


def a_refused_value() -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        Count.model_validate({"number": SECRET})
    return refused.value


def a_refused_row() -> IntegrityError:
    return IntegrityError("INSERT INTO memories", {}, psycopg.errors.CheckViolation(f"Failing row contains ({SECRET})"))


@pytest.mark.parametrize(
    "error", [a_refused_value(), a_refused_row(), ValueError(SECRET)], ids=lambda e: type(e).__name__
)
def test_no_text_of_a_foreign_error_is_logged_or_told(error: Exception) -> None:
    assert SECRET in str(error)
    assert SECRET not in logged(error) + logs.described(error)


def test_the_message_in_which_another_library_quotes_an_error_is_left_out() -> None:
    shown = logged(ValueError(SECRET), "celery.app.trace", f"Task failed: ValueError({SECRET!r})")
    assert SECRET not in shown
    assert "ValueError" in shown


def test_the_platforms_own_message_stands() -> None:
    assert "It failed" in logged(ValueError(SECRET), "warmline_memory.jobs.writing_briefs")


def test_the_type_the_place_and_the_code_of_an_error_are_logged() -> None:
    shown = logged(a_refused_row())
    assert "IntegrityError (SQLSTATE 23514)" in shown
    assert "in logged" in shown


def test_what_caused_an_error_is_logged_before_it() -> None:
    error = RuntimeError(SECRET)
    error.__cause__ = KeyError(SECRET)
    shown = logged(error)
    assert shown.index("KeyError") < shown.index("RuntimeError")
    assert SECRET not in shown


def test_the_platforms_own_errors_are_told_in_full() -> None:
    assert logs.described(Busy(why="every connection is in use")).endswith("every connection is in use. Try again.")
