"""The asynchronous client: answers, errors and repeats as of the synchronous one, and clients of other libraries."""

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import httpx2
import pytest

from warmline import AsyncWarmline, Busy, ConnectionFailed, NotFound, TimedOut, UnexpectedAnswer, Warmline
from warmline.errors import WarmlineError
from warmline_schemas.keys import WhoAmI
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from warmline_schemas.sessions import Session

ME = {**WhoAmI.model_json_schema()["examples"][0], "tenant_id": str(uuid.UUID(int=1)), "key_id": str(uuid.UUID(int=1))}
A_SESSION = Session.model_json_schema()["examples"][0]

Reply = Callable[[Any], Any]


def answering(reply: Reply) -> AsyncWarmline:
    there = httpx.AsyncClient(transport=httpx.MockTransport(reply))
    return AsyncWarmline("http://warmline.test", "wk-secret", backoff=0.001, http_client=there)


def a_problem(type: ProblemType, status: int, **headers: str) -> httpx.Response:
    shown = {"Content-Type": PROBLEM_MEDIA_TYPE, **headers}
    return httpx.Response(status, json=Problem.of(type, "No.").to_json(), headers=shown)


def test_what_is_busy_is_asked_again_under_the_same_key() -> None:
    keys: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return httpx.Response(200, json=A_SESSION) if len(keys) == 3 else a_problem(ProblemType.BUSY, 429)

    async def start() -> None:
        async with answering(reply) as client:
            await client.sessions.start("user-dave", "tier1-bot")

    asyncio.run(start())
    assert len(keys) == 3
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (lambda _: a_problem(ProblemType.NOT_FOUND, 404), NotFound),
        (lambda _: a_problem(ProblemType.BUSY, 429), Busy),
        (lambda _: httpx.Response(200, json=[]), UnexpectedAnswer),
        (lambda _: httpx.Response(418), UnexpectedAnswer),
        (lambda request: (_ for _ in ()).throw(httpx.ConnectError("refused", request=request)), ConnectionFailed),
        (lambda request: (_ for _ in ()).throw(httpx.ReadTimeout("slow", request=request)), TimedOut),
    ],
)
def test_every_error_names_the_request(reply: Reply, error: type[WarmlineError]) -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["X-Request-ID"])
        return reply(request)

    async def ask() -> None:
        async with answering(answer) as client:
            await client.whoami()

    with pytest.raises(error) as caught:
        asyncio.run(ask())
    assert caught.value.request_id == sent[0]
    assert caught.value.__notes__ == [f"Request id: {sent[0]}"]


def test_a_stream_and_an_upload_that_fail_name_the_request_too() -> None:
    async def ask() -> list[str | None]:
        async with answering(lambda _: a_problem(ProblemType.NOT_FOUND, 404)) as client:
            with pytest.raises(NotFound) as exported:
                await anext(client.namespaces.export("user-dave"))
            with pytest.raises(NotFound) as imported:
                await client.namespaces.import_("user-dave", ["{}"])
        return [exported.value.request_id, imported.value.request_id]

    assert all(asyncio.run(ask()))


def test_a_list_is_iterated_over_page_by_page() -> None:
    pages = [{"items": [A_SESSION] * 2, "next_cursor": "more"}, {"items": [A_SESSION], "next_cursor": None}]

    async def read() -> list[Session]:
        async with answering(lambda _: httpx.Response(200, json=pages.pop(0))) as client:
            return [session async for session in client.sessions.list()]

    assert len(asyncio.run(read())) == 3


def test_a_session_is_awaited_or_entered() -> None:
    ended: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        ended.extend([request.url.path] if request.url.path.endswith("/end") else [])
        return httpx.Response(200, json=A_SESSION)

    async def work() -> None:
        async with answering(reply) as client:
            awaited = await client.session(agent="tier1-bot", namespace="user-dave")
            assert ended == []
            async with client.session(agent="tier1-bot", namespace="user-dave") as entered:
                assert entered.id == awaited.id

    asyncio.run(work())
    assert len(ended) == 1


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_a_client_of_either_library_sends_the_requests_and_stays_open(library: Any) -> None:
    def reply(request: Any) -> Any:
        assert request.headers["Authorization"] == "Bearer wk-secret"
        return library.Response(200, json=ME)

    def refuse(request: Any) -> Any:
        raise library.ConnectError("refused", request=request)

    async def ask() -> WhoAmI:
        async with library.AsyncClient(transport=library.MockTransport(reply)) as there:
            async with AsyncWarmline("http://warmline.test", "wk-secret", http_client=there):
                pass
            return await AsyncWarmline("http://warmline.test", "wk-secret", http_client=there).whoami()

    assert asyncio.run(ask()).tenant_id == uuid.UUID(int=1)
    with library.Client(transport=library.MockTransport(refuse)) as nobody, pytest.raises(ConnectionFailed):
        Warmline("http://warmline.test", "wk-secret", backoff=0.001, http_client=nobody).whoami()


def test_an_error_that_is_not_about_the_connection_is_raised_as_it_is() -> None:
    def reply(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError

    async def ask() -> None:
        async with answering(reply) as client:
            await client.whoami()

    with pytest.raises(ZeroDivisionError):
        asyncio.run(ask())
