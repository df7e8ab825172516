"""What is checked of a caller's own JSON when it comes in, and not again when it goes out."""

import pytest
from pydantic import TypeAdapter, ValidationError

from warmline_schemas.memories import Action
from warmline_schemas.wire import MAX_ACTION_BYTES, MAX_METADATA_BYTES, STORED, Metadata

TOO_LARGE = {"a": "x" * MAX_METADATA_BYTES}


def test_what_comes_in_is_measured() -> None:
    with pytest.raises(ValidationError, match="bytes as JSON"):
        TypeAdapter(Metadata).validate_python(TOO_LARGE)
    with pytest.raises(ValidationError, match="bytes as JSON"):
        Action(name="tool", result="x" * MAX_ACTION_BYTES)


def test_what_was_stored_is_not_measured_again() -> None:
    assert TypeAdapter(Metadata).validate_python(TOO_LARGE, context=STORED) == TOO_LARGE
    stored = {"name": "tool", "result": "x" * MAX_ACTION_BYTES}
    assert Action.model_validate(stored, context=STORED).result == stored["result"]


def test_no_body_of_a_request_is_taken_for_something_stored() -> None:
    with pytest.raises(ValidationError, match="bytes as JSON"):
        TypeAdapter(Metadata).validate_json(b'{"a": "' + b"x" * MAX_METADATA_BYTES + b'"}')
