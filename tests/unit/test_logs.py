"""What is logged of a failure, and what is not."""

import json
import logging
import time

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


def a_line(message: str = "It failed for %s", line: int = 1, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("warmline.api", level, __file__, line, message, ("Ada",), None)


def test_a_line_names_the_request_that_it_belongs_to() -> None:
    with logs.scope(request_id="r-1"):
        logs.about(handoff_id="h-2")
        assert logs.WithoutContents(logs.FORMAT).format(a_line()).endswith("[request_id=r-1 handoff_id=h-2]")
    assert "request_id" not in logs.WithoutContents(logs.FORMAT).format(a_line())


def test_json_is_one_object_a_line_with_the_ids_and_the_error_but_no_contents() -> None:
    record = a_line()
    error = ValueError(SECRET)
    record.exc_info = (type(error), error, None)
    with logs.scope(request_id="r-1"):
        written = logs.JsonLines().format(record)
    line = json.loads(written)
    assert "\n" not in written
    assert (line["level"], line["message"], line["request_id"]) == ("WARNING", "It failed for Ada", "r-1")
    assert "ValueError" in line["error"]
    assert SECRET not in written


def test_json_leaves_out_the_message_in_which_a_library_quotes_an_error() -> None:
    error = ValueError(SECRET)
    record = logging.LogRecord("celery.app", logging.ERROR, __file__, 1, SECRET, None, (type(error), error, None))
    assert SECRET not in logs.JsonLines().format(record)


def test_lines_of_one_kind_are_limited_and_counted_and_others_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    repeats, now = logs.Repeats(), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    assert sum(repeats.filter(a_line()) for _ in range(23_659)) == logs.LIKE_IT
    assert repeats.filter(a_line(line=2))
    monkeypatch.setattr(time, "monotonic", lambda: now + logs.WITHIN_SECONDS)
    later = a_line()
    assert repeats.filter(later)
    assert f"({23_659 - logs.LIKE_IT} lines like this one were left out)" in later.getMessage()
