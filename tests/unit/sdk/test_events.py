"""A stream of events that is cut off goes on where it was."""

from collections.abc import Callable, Iterator
from itertools import islice

import httpx
import pytest

from warmline import ConnectionFailed, Unauthenticated
from warmline.local import Endpoint
from warmline.resources import Events
from warmline.transport import Transport
from warmline_schemas.events import Event, EventType, MemoryKept
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

Reply = Callable[[], httpx.Response]


def a_frame(sequence: int, type: str = "handoff.ready") -> str:
    event = dict.fromkeys(Event.model_fields) | {
        "id": "01978f6e-7c1a-7000-8000-000000000009",
        "sequence": sequence,
        "type": EventType.HANDOFF_READY,
        "at": "2026-03-01T10:05:00Z",
        "facts": {},
    }
    written = Event.model_validate(event).model_dump_json().replace('"handoff.ready"', f'"{type}"')
    return f"id: {sequence}\nevent: {type}\ndata: {written}\n\n"


def saying(*frames: str) -> Reply:
    return lambda: httpx.Response(200, text="".join(["retry: 1000\nid: 7\n\n", *frames]))


def unreachable() -> httpx.Response:
    raise httpx.ConnectError("refused")


def a_problem(type: ProblemType, status: int) -> Reply:
    problem = Problem.of(type, "No.").to_json()
    return lambda: httpx.Response(status, json=problem, headers={"Content-Type": PROBLEM_MEDIA_TYPE})


def a_page(status: int) -> Reply:
    return lambda: httpx.Response(status, text="<h1>nginx</h1>")


@pytest.fixture
def asked() -> list[str | None]:
    """The Last-Event-ID of every request."""
    return []


@pytest.fixture
def events_of(asked: list[str | None]) -> Iterator[Callable[..., Events]]:
    """Makes a client whose far end replies as told, the last reply again and again."""
    opened: list[Transport] = []

    def connect(*replies: Reply) -> Events:
        waiting = list(replies)

        def reply(request: httpx.Request) -> httpx.Response:
            asked.append(request.headers.get("Last-Event-ID"))
            return (waiting.pop(0) if len(waiting) > 1 else waiting[0])()

        endpoint = Endpoint("http://warmline.test", "wk-secret")
        opened.append(
            Transport(endpoint, http_client=httpx.Client(transport=httpx.MockTransport(reply)), sleep=lambda _: None)
        )
        return Events(opened[-1])

    yield connect
    for transport in opened:
        transport.close()


def test_a_stream_that_ends_is_taken_up_behind_the_last_event(
    events_of: Callable[..., Events], asked: list[str | None]
) -> None:
    stream = events_of(saying(a_frame(8), a_frame(9)), unreachable, saying(a_frame(10))).stream()
    assert [one.sequence for one in islice(stream, 3) if isinstance(one, Event)] == [8, 9, 10]
    assert asked == [None, "9", "9"]


@pytest.mark.parametrize(
    "refusal",
    [a_problem(ProblemType.RATE_LIMITED, 429), a_problem(ProblemType.UNAVAILABLE, 503), a_page(502), a_page(503)],
)
def test_a_stream_goes_on_after_a_refusal_that_passes(events_of: Callable[..., Events], refusal: Reply) -> None:
    stream = events_of(saying(a_frame(8)), refusal, saying(a_frame(9))).stream()
    assert [one.sequence for one in islice(stream, 2) if isinstance(one, Event)] == [8, 9]


def test_a_stream_without_events_is_taken_up_where_it_began(
    events_of: Callable[..., Events], asked: list[str | None]
) -> None:
    next(events_of(saying(), saying(a_frame(8))).stream())
    assert asked == [None, "7"]


def test_a_hint_at_memories_is_told_and_moves_nothing(
    events_of: Callable[..., Events], asked: list[str | None]
) -> None:
    session = "01978f6e-7c1a-7000-8000-000000000001"
    hint = f'event: memory.kept\ndata: {{"type": "memory.kept", "session_id": "{session}", "ordinal": 3}}\n\n'
    first, second = islice(events_of(saying(a_frame(8), hint)).stream(), 2)
    assert isinstance(second, MemoryKept)
    assert (first.type, second.ordinal) == ("handoff.ready", 3)


def test_an_event_of_a_newer_platform_is_passed_over(events_of: Callable[..., Events]) -> None:
    happened = next(events_of(saying(a_frame(8, "handoff.teleported"), a_frame(9))).stream())
    assert isinstance(happened, Event)
    assert happened.sequence == 9


def test_a_platform_that_never_answered_is_told(events_of: Callable[..., Events]) -> None:
    with pytest.raises(ConnectionFailed):
        next(events_of(unreachable).stream())


def test_a_key_that_was_revoked_ends_the_stream(events_of: Callable[..., Events]) -> None:
    stream = events_of(saying(a_frame(8)), a_problem(ProblemType.UNAUTHENTICATED, 401)).stream()
    next(stream)
    with pytest.raises(Unauthenticated):
        next(stream)
