"""The network's edge: what is sent again, after how long, and under which key."""

import email.utils
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from warmline import (
    Busy,
    ConnectionFailed,
    InternalError,
    NotFound,
    OutcomeUnknown,
    TimedOut,
    UnexpectedAnswer,
    Warmline,
)
from warmline.local import Endpoint
from warmline.resources import Memories
from warmline.transport import LONGEST_BACKOFF, Transport
from warmline_schemas.keys import WhoAmI
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

Reply = Callable[[], httpx.Response]


@dataclass
class Line:
    """A transport whose far end replies as it was told to, the last reply again and again."""

    transport: Transport
    requests: list[httpx.Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def memories(self) -> Memories:
        return Memories(self.transport)

    def whoami(self) -> WhoAmI:
        return self.transport.get(WhoAmI, "/v1/whoami")

    def keys(self) -> list[str | None]:
        return [request.headers.get("Idempotency-Key") for request in self.requests]


@contextmanager
def a_line(*replies: Reply, timeout: float = 10.0, max_retries: int = 3) -> Iterator[Line]:
    waiting = list(replies)
    requests: list[httpx.Request] = []
    waits: list[float] = []

    def reply(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return (waiting.pop(0) if len(waiting) > 1 else waiting[0])()

    transport = Transport(
        Endpoint("http://warmline.test", "wk-secret"),
        http_client=httpx.Client(transport=httpx.MockTransport(reply)),
        sleep=waits.append,
        timeout=timeout,
        max_retries=max_retries,
    )
    yield Line(transport, requests, waits)
    transport.close()


def ok() -> httpx.Response:
    nobody = str(uuid.UUID(int=1))
    shown = WhoAmI.model_json_schema()["examples"][0]
    return httpx.Response(200, json={**shown, "tenant_id": nobody, "key_id": nobody, "key": "default"})


def a_memory() -> httpx.Response:
    now = "2026-01-01T12:00:00Z"
    unset = dict.fromkeys(["session_id", "chain_id", "handoff_id", "agent", "role", "slot", "action", "superseded_by"])
    unset |= dict.fromkeys(["expires_at", "consolidation_id"])
    told = {"id": str(uuid.UUID(int=2)), "namespace": "user-dave", "kind": "fact", "content": "Customer since 2024"}
    rest = {"importance": 0.5, "importance_estimated": True, "metadata": {}, "event_time": now, "created_at": now}
    counts = {"pinned": False, "times_seen": 1, "times_recalled": 0, "found_useful": 0, "found_wrong": 0}
    return httpx.Response(201, json={**unset, **told, **rest, **counts})


def no_results() -> httpx.Response:
    return httpx.Response(200, json={"results": [], "tokens": 0, "explanation": None})


def gone() -> httpx.Response:
    return httpx.Response(204)


def a_problem(problem: ProblemType, **headers: str) -> Reply:
    told = Problem.of(problem, "It cannot be done.")
    return lambda: httpx.Response(
        told.status, json=told.to_json(), headers={"Content-Type": PROBLEM_MEDIA_TYPE, **headers}
    )


def a_page(status: int) -> Reply:
    return lambda: httpx.Response(status, html="<h1>A gateway</h1>")


def a_failure(error: type[httpx.TransportError]) -> Reply:
    def fail() -> httpx.Response:
        raise error("[Errno 111] Connection refused")

    return fail


def test_a_busy_platform_is_asked_again() -> None:
    with a_line(a_problem(ProblemType.BUSY), ok) as line:
        assert line.whoami().tenant == "acme"
    assert len(line.requests) == 2


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_gateway_that_is_overrun_is_asked_again(status: int) -> None:
    with a_line(a_page(status), ok) as line:
        assert line.whoami().tenant == "acme"


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.ReadTimeout])
def test_a_lost_connection_is_opened_again(error: type[httpx.TransportError]) -> None:
    with a_line(a_failure(error), ok) as line:
        assert line.whoami().tenant == "acme"


def test_a_platform_that_stays_busy_is_a_busy_problem_after_three_retries() -> None:
    with a_line(a_problem(ProblemType.BUSY)) as line, pytest.raises(Busy):
        line.whoami()
    assert len(line.requests) == 4


def test_retries_can_be_turned_off() -> None:
    with a_line(a_problem(ProblemType.BUSY), ok, max_retries=0) as line, pytest.raises(Busy):
        line.whoami()


def test_a_failure_of_the_platform_is_not_repeated() -> None:
    with a_line(a_problem(ProblemType.INTERNAL_ERROR), ok) as line, pytest.raises(InternalError):
        line.whoami()
    assert len(line.requests) == 1


def test_all_attempts_of_a_command_carry_one_idempotency_key() -> None:
    with a_line(a_failure(httpx.ReadTimeout), a_problem(ProblemType.BUSY), a_memory) as line:
        line.memories.remember("Customer since 2024", namespace="user-dave")
    assert len(line.keys()) == 3
    assert len(set(line.keys())) == 1


def test_two_commands_carry_two_idempotency_keys() -> None:
    with a_line(a_memory) as line:
        line.memories.remember("Customer since 2024", namespace="user-dave")
        line.memories.remember("Customer since 2024", namespace="user-dave")
    assert len(set(line.keys())) == 2


def test_an_idempotency_key_of_ones_own_is_sent_as_it_is() -> None:
    with a_line(a_memory) as line:
        line.memories.remember("Customer since 2024", namespace="user-dave", idempotency_key="ticket-7")
    assert line.keys() == ["ticket-7"]


def test_a_recall_needs_no_key_to_be_repeated() -> None:
    with a_line(a_failure(httpx.ReadError), no_results) as line:
        line.memories.recall("billing", namespace="user-dave")
    assert line.keys() == [None, None]


def test_a_change_is_not_repeated_once_it_may_have_arrived() -> None:
    with a_line(a_failure(httpx.ReadTimeout), a_memory) as line, pytest.raises(TimedOut):
        line.memories.revise(uuid.UUID(int=2), importance=0.9)


@pytest.mark.parametrize("reply", [a_failure(httpx.ConnectError), a_problem(ProblemType.BUSY)])
def test_a_change_that_cannot_have_been_made_is_repeated(reply: Reply) -> None:
    with a_line(reply, a_memory) as line:
        assert line.memories.revise(uuid.UUID(int=2), importance=0.9).kind == "fact"


def test_forgetting_is_done_where_a_lost_attempt_already_did_it() -> None:
    with a_line(a_failure(httpx.ReadError), a_problem(ProblemType.NOT_FOUND)) as line:
        line.memories.forget(uuid.UUID(int=2))
    assert len(line.requests) == 2


def test_a_change_of_which_nobody_knows_whether_it_was_made_is_not_repeated() -> None:
    with a_line(a_problem(ProblemType.OUTCOME_UNKNOWN), ok) as line, pytest.raises(OutcomeUnknown):
        line.memories.revise(uuid.UUID(int=2), importance=1.0)
    assert len(line.requests) == 1


def test_forgetting_is_done_where_an_attempt_of_unknown_outcome_did_it() -> None:
    with a_line(a_problem(ProblemType.OUTCOME_UNKNOWN), a_problem(ProblemType.NOT_FOUND)) as line:
        line.memories.forget(uuid.UUID(int=2))
    assert len(line.requests) == 2


def test_forgetting_what_never_was_is_not_found() -> None:
    with a_line(a_problem(ProblemType.NOT_FOUND)) as line, pytest.raises(NotFound):
        line.memories.forget(uuid.UUID(int=2))


def test_forgetting_what_never_was_is_not_found_after_a_refused_connection_either() -> None:
    replies = a_failure(httpx.ConnectError), a_problem(ProblemType.NOT_FOUND)
    with a_line(*replies) as line, pytest.raises(NotFound):
        line.memories.forget(uuid.UUID(int=2))


def test_retry_after_in_seconds_is_waited_for() -> None:
    with a_line(a_problem(ProblemType.BUSY, **{"Retry-After": "2"}), ok) as line:
        line.whoami()
    assert 2.0 <= line.waits[0] <= 2.2


def test_retry_after_as_a_date_is_waited_for() -> None:
    in_five_seconds = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=5), usegmt=True)
    with a_line(a_problem(ProblemType.BUSY, **{"Retry-After": in_five_seconds}), ok) as line:
        line.whoami()
    assert 3.0 <= line.waits[0] <= 5.2


def test_a_retry_after_that_nobody_reads_changes_nothing() -> None:
    with a_line(a_problem(ProblemType.BUSY, **{"Retry-After": "soon"}), ok) as line:
        line.whoami()
    assert line.waits[0] <= 0.2


def test_an_hour_is_not_waited_for() -> None:
    with a_line(a_problem(ProblemType.BUSY, **{"Retry-After": "3600"}), ok) as line, pytest.raises(Busy):
        line.whoami()
    assert line.waits == []


def test_waits_are_random_below_a_bound_that_doubles() -> None:
    with a_line(a_problem(ProblemType.BUSY), max_retries=12) as line, pytest.raises(Busy):
        line.whoami()
    bounds = [min(LONGEST_BACKOFF, 0.2 * 2**attempt) for attempt in range(12)]
    assert all(wait <= bound for wait, bound in zip(line.waits, bounds, strict=True))
    assert len(set(line.waits)) == 12


def test_a_platform_that_is_not_there_is_named_with_the_mend() -> None:
    named = r"http://warmline\.test cannot be reached.*`warmline up`"
    with a_line(a_failure(httpx.ConnectError)) as line, pytest.raises(ConnectionFailed, match=named):
        line.whoami()


def test_a_platform_that_does_not_answer_in_time_is_a_time_out() -> None:
    named = r"did not answer GET /v1/whoami within 1\.5 s"
    with a_line(a_failure(httpx.ReadTimeout), timeout=1.5) as line, pytest.raises(TimedOut, match=named):
        line.whoami()


def test_time_outs_are_on_by_default() -> None:
    told: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        told.append(request)
        return ok()

    with Warmline(
        "http://warmline.test", "wk-secret", http_client=httpx.Client(transport=httpx.MockTransport(reply))
    ) as client:
        client.whoami()
    assert told[0].extensions["timeout"] == {**dict.fromkeys(["connect", "read", "write"], 10.0), "pool": 60.0}


def test_waiting_for_a_change_prolongs_only_the_reading() -> None:
    with a_line(ok) as line:
        line.transport.get(WhoAmI, "/v1/whoami", {"wait": 30}, wait=30)
    assert line.requests[0].extensions["timeout"]["read"] == 40.0
    assert line.requests[0].extensions["timeout"]["connect"] == 10.0


def test_the_key_is_sent_as_a_bearer_token() -> None:
    with a_line(ok) as line:
        line.whoami()
    assert line.requests[0].headers["Authorization"] == "Bearer wk-secret"


@pytest.mark.parametrize("status", [200, 404])
def test_a_server_that_is_no_warmline_is_an_unexpected_answer(status: int) -> None:
    with a_line(a_page(status)) as line, pytest.raises(UnexpectedAnswer, match="as Warmline would"):
        line.whoami()


def test_a_list_reads_further_pages_only_when_they_are_needed() -> None:
    first = {"items": [a_memory().json()], "next_cursor": "next"}
    last = {"items": [a_memory().json()], "next_cursor": None}
    with a_line(lambda: httpx.Response(200, json=first), lambda: httpx.Response(200, json=last)) as line:
        memories = line.memories.list(namespace="user-dave")
        next(memories)
        read_for_the_first = len(line.requests)
        rest = list(memories)
    assert (read_for_the_first, len(line.requests), len(rest)) == (1, 2, 1)
    assert line.requests[1].url.params["cursor"] == "next"
