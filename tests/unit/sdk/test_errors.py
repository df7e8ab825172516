"""Problems as exceptions, and requests that are refused before they are sent."""

import pickle
import uuid

import httpx
import pytest

import warmline
from warmline import InvalidRequest, ProblemError, SessionEnded, Warmline, WarmlineError
from warmline.errors import PROBLEM_ERRORS, problem_error
from warmline_schemas.problems import FieldError, Problem, ProblemType


def a_client() -> Warmline:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.method} {request.url} was sent")

    return Warmline(
        "http://warmline.test", "wk-secret", http_client=httpx.Client(transport=httpx.MockTransport(refuse))
    )


def test_every_problem_type_has_an_exception_of_its_own() -> None:
    assert set(PROBLEM_ERRORS) == set(ProblemType)
    assert len(set(PROBLEM_ERRORS.values())) == len(ProblemType)


def test_every_exception_of_a_problem_can_be_imported_from_the_package() -> None:
    assert all(getattr(warmline, error.__name__) is error for error in PROBLEM_ERRORS.values())


@pytest.mark.parametrize("problem_type", list(ProblemType))
def test_a_problem_becomes_the_exception_of_its_type(problem_type: ProblemType) -> None:
    error = problem_error(Problem.of(problem_type, "It cannot be done."))
    assert type(error) is PROBLEM_ERRORS[problem_type]
    assert error.type == problem_type


def test_a_problem_of_a_newer_platform_is_still_a_problem() -> None:
    newer = Problem(type="urn:warmline:problem:out-of-cake", title="No cake", status=409, detail="Bake one.")
    error = problem_error(newer)
    assert type(error) is ProblemError
    assert (error.type, error.status, str(error)) == ("out-of-cake", 409, "Bake one.")


def test_the_facts_of_a_problem_come_with_its_exception() -> None:
    error = problem_error(Problem.of(ProblemType.SESSION_ENDED, "It has ended.", current_session_id="s-2"))
    assert error.facts == {"current_session_id": "s-2"}


def test_the_exceptions_text_names_the_fields_at_fault() -> None:
    fault = FieldError(field="body.importance", message="must be at most 1")
    error = problem_error(Problem.of(ProblemType.INVALID_REQUEST, "The request is malformed.", [fault]))
    assert str(error) == "The request is malformed. body.importance: must be at most 1"


def test_an_exception_survives_pickling() -> None:
    error = problem_error(Problem.of(ProblemType.SESSION_ENDED, "It has ended."))
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, SessionEnded)
    assert str(again) == "It has ended."


def test_everything_the_sdk_raises_is_a_warmline_error() -> None:
    exceptions = [
        thing for thing in vars(warmline).values() if isinstance(thing, type) and issubclass(thing, Exception)
    ]
    assert all(issubclass(error, WarmlineError) for error in exceptions)


def test_an_importance_out_of_range_is_refused_before_it_is_sent() -> None:
    with a_client() as client, pytest.raises(InvalidRequest, match=r"body\.importance"):
        client.memories.remember("Customer since 2024", namespace="user-dave", importance=7)


def test_a_memory_of_nobody_is_refused_with_the_mend() -> None:
    with a_client() as client, pytest.raises(InvalidRequest, match="say whose memory this is"):
        client.memories.remember("Customer since 2024")


def test_the_place_in_a_batch_is_named() -> None:
    memories = [{"namespace": "user-dave", "content": "Customer since 2024"}, {"namespace": "user-dave"}]
    with a_client() as client, pytest.raises(InvalidRequest, match=r"body\.memories\.1"):
        client.memories.remember_many(memories)


def test_a_session_of_nobody_is_refused_before_it_is_sent() -> None:
    with a_client() as client, pytest.raises(InvalidRequest, match=r"body\.agent"):
        client.sessions.start(namespace="user-dave")


@pytest.mark.parametrize("not_an_id", ["", "7", "../handoffs", f"{uuid.UUID(int=1)}/end"])
def test_what_is_no_id_never_reaches_a_path(not_an_id: str) -> None:
    with a_client() as client, pytest.raises(InvalidRequest, match="is not an id"):
        client.sessions.get(not_an_id)


def test_metadata_that_is_no_json_is_refused_before_it_is_sent() -> None:
    with a_client() as client, pytest.raises(InvalidRequest, match=r"body\.metadata: "):
        client.memories.remember("Customer since 2024", namespace="user-dave", metadata={"client": object()})
