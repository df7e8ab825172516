"""Dakera's routes let in whom our own let in, and refuse in Dakera's words."""

from collections.abc import Callable

import httpx
import pytest
from dakera import (
    AuthenticationError,
    AuthorizationError,
    DakeraClient,
    ErrorCode,
    NotFoundError,
    PayloadTooLargeError,
    RateLimitError,
)

from tests.builders.keys import a_key
from tests.conftest import Api, TenantKey, serve
from tests.integration.dakera.conftest import ONCE
from warmline_memory.settings import Settings

Connect = Callable[[str], DakeraClient]


def test_a_key_that_is_unknown_or_missing_is_refused(dakera_of: Connect) -> None:
    for key, code in (("wl_wrong", ErrorCode.INVALID_API_KEY), ("", ErrorCode.AUTHENTICATION_REQUIRED)):
        with pytest.raises(AuthenticationError) as raised:
            dakera_of(key).recall("user-dave", "x")
        assert raised.value.code is code


def test_a_reader_reads_and_changes_nothing(dakera_of: Connect, own: Api) -> None:
    stored = dakera_of(own.key).store_memory("user-dave", "A memory")
    reader = dakera_of(a_key(own, "reader")["secret"])
    assert reader.recall("user-dave", "memory").memories[0].id == stored["id"]
    assert reader.whoami().scope == "read"
    for change in (
        lambda: reader.store_memory("user-dave", "Mine"),
        lambda: reader.start_session("user-dave"),
        lambda: reader.update_memory("user-dave", stored["id"], content="Mine"),
        lambda: reader.memory_feedback("user-dave", stored["id"], "upvote"),
        lambda: reader.forget("user-dave", stored["id"]),
        lambda: reader.consolidate("user-dave"),
    ):
        with pytest.raises(AuthorizationError) as raised:
            change()
        assert raised.value.code is ErrorCode.INSUFFICIENT_SCOPE


def test_a_bot_keeps_and_does_not_forget(dakera_of: Connect, own: Api) -> None:
    bot = dakera_of(a_key(own, "bot")["secret"])
    stored = bot.store_memory("user-dave", "A memory")
    assert bot.whoami().scope == "write"
    with pytest.raises(AuthorizationError, match="administer"):
        bot.forget("user-dave", stored["id"])


def test_a_bound_key_reaches_its_namespaces_alone(dakera_of: Connect, own: Api) -> None:
    everything = dakera_of(own.key)
    hers = everything.store_memory("user-eve", "Hers")
    session = everything.start_session("user-eve")
    bound = dakera_of(a_key(own, "bot", namespaces=["user-dave"])["secret"])
    bound.store_memory("user-dave", "His")
    assert [one["agent_id"] for one in bound.list_agents()] == ["user-dave"]
    assert bound.list_sessions()["sessions"] == []
    assert (bound.whoami().namespaces, bound.whoami().unrestricted) == (["user-dave"], False)
    for attempt in (
        lambda: bound.store_memory("user-eve", "Mine"),
        lambda: bound.recall("user-eve", "hers"),
        lambda: bound.agent_memories("user-eve"),
        lambda: bound.agent_stats("user-eve"),
        lambda: bound.wake_up("user-eve"),
        lambda: bound.list_sessions("user-eve"),
        lambda: bound.get_memory("user-eve", hers["id"]),
        lambda: bound.create_agent("user-eve"),
    ):
        with pytest.raises(AuthorizationError) as raised:
            attempt()
        assert raised.value.code is ErrorCode.NAMESPACE_ACCESS_DENIED
    for hidden in (lambda: bound.get_memory(None, hers["id"]), lambda: bound.get_session(session["id"])):
        with pytest.raises(NotFoundError):
            hidden()


def test_a_bot_starts_no_session_as_somebody_else(dakera_of: Connect, own: Api) -> None:
    bot = dakera_of(a_key(own, "bot", agents=["tier1-*"])["secret"])
    assert bot.start_session("user-dave", metadata={"agent": "tier1-bot"})["agent_id"] == "user-dave"
    with pytest.raises(AuthorizationError):
        bot.start_session("user-dave", metadata={"agent": "billing"})


def test_another_tenant_finds_nothing(dakera_of: Connect, own: Api, new_tenant: Callable[[], TenantKey]) -> None:
    stored = dakera_of(own.key).store_memory("user-dave", "A memory")
    stranger = dakera_of(new_tenant().key)
    assert (stranger.list_agents(), stranger.recall("user-dave", "memory").memories) == ([], [])
    assert stranger.forget("user-dave", stored["id"])["deleted_count"] == 0
    with pytest.raises(NotFoundError):
        stranger.get_memory("user-dave", stored["id"])


def test_bodies_have_the_size_that_they_may_have(settings: Settings, tenant: TenantKey) -> None:
    small = settings.model_copy(update={"dakera_routes": True, "max_body_bytes": 10_000})
    with (
        serve(small) as url,
        DakeraClient(f"{url}/dakera", tenant.key, retry_config=ONCE) as client,
        pytest.raises(PayloadTooLargeError) as raised,
    ):
        client.store_memory("user-dave", "x" * 20_000)
    assert raised.value.code is ErrorCode.PAYLOAD_TOO_LARGE


def test_a_quota_that_is_reached_stores_nothing_more(settings: Settings, tenant: TenantKey) -> None:
    few = settings.model_copy(update={"dakera_routes": True, "quota_memories": 1})
    with serve(few) as url, DakeraClient(f"{url}/dakera", tenant.key, retry_config=ONCE) as client:
        client.store_memory("user-dave", "The first")
        with pytest.raises(PayloadTooLargeError) as raised:
            client.store_memory("user-dave", "The second")
    assert raised.value.code is ErrorCode.QUOTA_EXCEEDED


def test_too_many_requests_are_told_when_to_come_back(settings: Settings, tenant: TenantKey) -> None:
    few = settings.model_copy(update={"dakera_routes": True, "requests_per_key": 1})
    with (
        serve(few) as url,
        DakeraClient(f"{url}/dakera", tenant.key, retry_config=ONCE) as client,
        pytest.raises(RateLimitError) as raised,
    ):
        for _ in range(5):
            client.list_agents()
    assert raised.value.code is ErrorCode.RATE_LIMIT_EXCEEDED
    assert raised.value.retry_after is not None
    assert 1 <= raised.value.retry_after <= 60


def test_what_the_gate_refuses_is_counted_under_its_route(dakera_url: str) -> None:
    assert httpx.get(f"{dakera_url}/v1/agents/user-dave/stats").status_code == 401
    shown = httpx.get(f"{dakera_url.removesuffix('/dakera')}/metrics").text
    assert 'route="/dakera/v1/agents/{namespace:path}/stats"' in shown


def test_errors_have_dakeras_shape_and_name_the_request(dakera_url: str, own: Api) -> None:
    headers = {"Authorization": f"Bearer {own.key}"}
    wrong = httpx.post(f"{dakera_url}/v1/memory/recall", headers=headers, content=b"{")
    other = httpx.delete(f"{dakera_url}/v1/memory/recall", headers=headers)
    strange = httpx.get(f"{dakera_url}/v1/agents", headers=headers, params={"colour": "red"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "INVALID_REQUEST")
    assert (other.status_code, other.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert (strange.status_code, "colour" in strange.json()["details"]) == (400, True)
    for answer in (wrong, other, strange):
        assert answer.json().keys() <= {"error", "code", "details"}
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-request-id"]


def test_the_routes_are_not_there_unless_they_are_wanted(api: Api) -> None:
    assert api.http.get("/dakera/health").status_code == 404
    with DakeraClient(f"{api.url}/dakera", api.key, retry_config=ONCE) as client, pytest.raises(NotFoundError):
        client.list_agents()


def test_the_document_is_the_same_with_and_without_them(dakera_url: str, api: Api) -> None:
    whole = httpx.get(f"{dakera_url.removesuffix('/dakera')}/openapi.json").json()
    assert whole == api.http.get("/openapi.json").json()
