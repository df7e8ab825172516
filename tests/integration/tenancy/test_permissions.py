"""What programs may do: scopes, agents and namespaces of their API keys."""

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text

from tests.builders.handoffs import accept, act, claim, requested, waiting
from tests.builders.keys import a_key, with_a_key, with_secret
from tests.builders.memories import remember
from tests.builders.requests import Json, get, post, refusal
from tests.builders.sessions import a_session, started
from tests.conftest import Api, TenantKey
from warmline_memory import tenancy
from warmline_memory.storage.database import Database

pytestmark = pytest.mark.usefixtures("worker")


def missing(answer: httpx.Response) -> str:
    """What a request was refused for."""
    assert answer.status_code == 403, answer.text
    return str(answer.json()["missing"])


@pytest.mark.parametrize(
    ("method", "path", "ask"),
    [
        ("POST", "keys", {"name": "more"}),
        ("POST", "operators", {"name": "eve", "role": "admin", "password": "correct horse battery"}),
        ("PATCH", "operators/ann", {"password": "correct horse battery"}),
        ("POST", "webhooks", {"url": "https://203.0.113.1/"}),
        ("GET", "audit", None),
        ("PATCH", "preferences", {"pii": []}),
        ("DELETE", "templates/support", None),
        ("DELETE", "saved-replies/thanks", None),
        ("DELETE", "namespaces/user-dave", None),
        ("POST", "memories/forget", {"namespace": "user-dave", "kinds": ["message"]}),
        ("POST", "namespaces/user-dave/import", {}),
    ],
)
def test_a_bots_key_administers_nothing(api: Api, method: str, path: str, ask: Json | None) -> None:
    assert missing(with_a_key(api).http.request(method, f"/v1/{path}", json=ask)) == "scope:administer"


def test_a_reader_changes_nothing(api: Api) -> None:
    session, reader = a_session(api), with_a_key(api, "reader")
    assert len(get(reader, "memories", namespace="user-dave")["items"]) == 1
    said = {"session_id": session, "content": "Hello"}
    assert missing(reader.http.post("/v1/memories", json=said)) == "scope:remember"
    assert missing(reader.http.post("/v1/handoffs", json={"session_id": session, "to": "x", "reason": "y"})) == (
        "scope:hand_off"
    )


def test_a_bot_escalates_with_its_own_key(api: Api) -> None:
    bot = with_a_key(api, agents=["tier1-*"], namespaces=["user-*"])
    handoff = waiting(bot)
    assert handoff["source_agent"] == "tier1-bot"


def test_a_bot_takes_over_what_is_for_it(api: Api) -> None:
    handoff = waiting(api, to="refunds-bot")
    bot = with_a_key(api, agents=["refunds-*"])
    token = claim(bot, handoff, "refunds-bot")
    warm = accept(bot, handoff, "refunds-bot", token=token)
    assert warm["session"]["agent"] == "refunds-bot"


@pytest.mark.parametrize("agent", ["human:ines", "refunds-bot"])
def test_a_bot_starts_no_session_as_somebody_else(api: Api, agent: str) -> None:
    ask = {"namespace": "user-dave", "agent": agent}
    assert missing(with_a_key(api, agents=["tier1-*"]).http.post("/v1/sessions", json=ask)) == f"agent:{agent}"


@pytest.mark.parametrize("verb", ["claim", "accept"])
def test_a_bot_takes_nothing_as_a_person(api: Api, verb: str) -> None:
    handoff = waiting(api)
    answer = with_a_key(api).http.post(f"/v1/handoffs/{handoff['id']}/{verb}", json={"agent": "human:boss"})
    assert missing(answer) == "agent:human:boss"


@pytest.mark.parametrize("verb", ["claim", "accept"])
def test_a_bot_takes_nothing_that_waits_for_people(api: Api, verb: str) -> None:
    handoff = waiting(api)
    answer = with_a_key(api).http.post(f"/v1/handoffs/{handoff['id']}/{verb}", json={"agent": "tier1-bot"})
    assert missing(answer) == "agent:queue:billing"


@pytest.mark.parametrize("verb", ["heartbeat", "release", "ask", "transfer", "return"])
def test_a_bot_does_nothing_with_what_somebody_else_holds(api: Api, verb: str) -> None:
    handoff = waiting(api)
    asks: dict[str, Json] = {
        "ask": {"question": "Why?"},
        "transfer": {"to": "x", "reason": "x"},
        "return": {"instruction": "x"},
    }
    ask = {"token": claim(api, handoff), **asks.get(verb, {})}
    answer = with_a_key(api).http.post(f"/v1/handoffs/{handoff['id']}/{verb}", json=ask)
    assert missing(answer) == "agent:human:ann"


@pytest.mark.parametrize(
    ("path", "ask"),
    [
        ("memories", {"content": "I was refunded"}),
        ("memories", {"content": "I was refunded", "agent": "tier1-bot"}),
        ("handoffs", {"to": "queue:billing", "reason": "x"}),
        ("sessions/{}/end", {}),
    ],
)
def test_a_bot_does_nothing_in_a_session_of_another_one(api: Api, path: str, ask: Json) -> None:
    session = str(started(api, agent="refunds-bot")["id"])
    if not path.startswith("sessions"):
        ask = {"session_id": session, **ask}
    answer = with_a_key(api, agents=["tier1-*"]).http.post(f"/v1/{path.format(session)}", json=ask)
    assert missing(answer) == "agent:refunds-bot"


def test_a_bot_does_not_rewrite_what_another_one_kept(api: Api) -> None:
    memory = remember(api, str(started(api, agent="refunds-bot")["id"]), "It costs $5")
    bot = with_a_key(api, agents=["tier1-*"])
    answer = bot.http.patch(f"/v1/memories/{memory['id']}", json={"content": "It costs $500"})
    assert missing(answer) == "agent:refunds-bot"


@pytest.mark.parametrize("verb", ["edit", "confirm", "renew", "cancel"])
def test_a_bot_decides_on_no_draft_of_another_one(api: Api, verb: str) -> None:
    session = a_session(api, agent="refunds-bot")
    handoff = post(api, "handoffs", {"session_id": session, "to": "queue:billing", "reason": "x", "review": True}, 202)
    get(api, f"handoffs/{handoff['id']}", wait=20)
    ask: Json = {} if verb == "cancel" else {"revision": 1, **({"headline": "Pay at once"} if verb == "edit" else {})}
    answer = with_a_key(api, agents=["tier1-*"]).http.post(f"/v1/handoffs/{handoff['id']}/{verb}", json=ask)
    assert missing(answer) == "agent:refunds-bot"


def test_a_key_of_the_desk_works_as_the_people_that_it_is_bound_to(api: Api) -> None:
    handoff = waiting(api)
    desk = with_a_key(api, "desk", agents=["human:ann"])
    refused = desk.http.post(f"/v1/handoffs/{handoff['id']}/claim", json={"agent": "human:boss"})
    token = claim(desk, handoff, "human:ann")
    assert missing(refused) == "agent:human:boss"
    assert accept(desk, handoff, "human:ann", token=token)["session"]["agent"] == "human:ann"
    act(desk, handoff, "resolve", token=token, note="Refunded $100")


# Namespaces.


def test_a_bound_key_names_no_other_namespace(api: Api) -> None:
    a_session(api, namespace="user-eve")
    bot = with_a_key(api, namespaces=["user-d*"]).http
    asks = [
        bot.post("/v1/sessions", json={"namespace": "user-eve", "agent": "a"}),
        bot.post("/v1/memories", json={"namespace": "user-eve", "content": "x"}),
        bot.post("/v1/memories/batch", json={"memories": [{"namespace": "user-eve", "content": "x"}]}),
        bot.post("/v1/recall", json={"namespace": "user-eve", "query": "charge"}),
        bot.get("/v1/memories", params={"namespace": "user-eve"}),
        bot.get("/v1/sessions", params={"namespace": "user-eve"}),
        bot.get("/v1/handoffs", params={"namespace": "user-eve"}),
        bot.get("/v1/namespaces/user-eve/export"),
        bot.get("/v1/flags/cases", params={"namespace": "user-eve"}),
    ]
    assert {missing(one) for one in asks} == {"namespace:user-eve"}


def test_a_bound_key_finds_nothing_of_other_namespaces(api: Api) -> None:
    session = a_session(api, namespace="user-eve")
    handoff = waiting(api, session)
    memory = get(api, "memories", namespace="user-eve")["items"][0]
    ours = a_session(api)
    bot = with_a_key(api, namespaces=["user-d*"])
    paths = [
        f"sessions/{session}",
        f"sessions/{session}/chain",
        f"chains/{session}",
        f"chains/{session}/owner",
        f"memories/{memory['id']}",
        f"handoffs/{handoff['id']}",
        f"handoffs/{handoff['id']}/brief",
        f"handoffs/{handoff['id']}/inquiries",
        f"handoffs/{handoff['id']}/standing",
    ]
    assert {bot.http.get(f"/v1/{path}").status_code for path in paths} == {404}
    assert [one["id"] for one in get(bot, "sessions")["items"]] == [ours]
    assert {one["namespace"] for one in get(bot, "memories")["items"]} == {"user-dave"}
    assert {one["namespace"] for one in get(bot, "events")["items"]} == {"user-dave"}
    assert get(bot, "handoffs")["items"] == []
    refusal(bot, "memories", {"session_id": session, "content": "x"}, 404)
    refusal(bot, f"handoffs/{handoff['id']}/claim", {"agent": "x"}, 404)


def test_the_database_itself_keeps_a_bound_key_within_its_namespaces(
    api: Api, database: Database, tenant: TenantKey
) -> None:
    session, ours = a_session(api, namespace="user-eve"), a_session(api, namespace="user_dave")
    secret = str(a_key(api, namespaces=["user_*"])["secret"])
    with database.transaction(key_hash=tenancy.key_hash(secret)) as db:
        tenancy.sign_in(db, tenancy.key_hash(secret))
        seen = {str(one) for one in db.scalars(text("SELECT id FROM sessions"))}
        changed = db.execute(text("UPDATE memories SET content = 'x' WHERE namespace = 'user-eve' RETURNING id")).all()
    assert (seen, changed) == ({ours}, [])
    assert session not in seen


def test_a_bound_key_is_kept_from_what_is_about_the_tenant_as_a_whole(api: Api) -> None:
    desk = with_a_key(api, "desk", namespaces=["user-*"])
    assert missing(desk.http.get("/v1/operators")) == "namespace:*"


def test_an_operators_load_counts_what_a_bound_key_cannot_see(api: Api) -> None:
    post(api, "operators", {"name": "ann", "queues": ["billing"], "capacity": 1}, 201)
    claim(api, waiting(api, a_session(api, namespace="user-eve")))
    desk = with_a_key(api, "desk", namespaces=["user-dave"])
    waiting(desk)
    assert refusal(desk, "queues/billing/claim", {"agent": "human:ann"})["type"] == "operator-busy"


# Keys that make keys.


def test_no_key_makes_a_stronger_one(api: Api) -> None:
    few = with_a_key(api, "admin", scopes=["administer", "read"])
    post(few, "keys", {"name": "reader", "kind": "reader"}, 201)
    assert missing(few.http.post("/v1/keys", json={"name": "bot"})) == "scope or binding"


def test_a_key_is_a_bots_unless_its_maker_says_more(api: Api) -> None:
    made = post(api, "keys", {"name": "new"}, 201)
    assert (made["kind"], made["scopes"]) == ("bot", ["read", "remember", "hand_off"])


@pytest.mark.parametrize(
    "ask",
    [
        {"kind": "reader", "scopes": ["desk"]},
        {"kind": "admin", "namespaces": ["user-*"]},
        {"agents": []},
        {"agents": ["*a*b*c*d*"]},
        {"namespaces": ["a,b"]},
        {"never_expires": True, "expires_at": "2030-01-01T00:00:00Z"},
    ],
)
def test_a_key_that_contradicts_itself_is_not_made(api: Api, ask: Json) -> None:
    post(api, "keys", {"name": "x", **ask}, 422)


def test_an_answer_is_repeated_to_no_other_key(api: Api) -> None:
    ask, headers = {"namespace": "user-dave", "agent": "a"}, {"Idempotency-Key": "k"}
    post(api, "sessions", ask, 201, **headers)
    assert post(with_a_key(api), "sessions", ask, 409, **headers)["type"].endswith("idempotency-key-reused")


def test_whoami_says_what_the_key_allows(api: Api) -> None:
    who = get(with_a_key(api, agents=["tier1-*"], namespaces=["user-*"]), "whoami")
    assert (who["scopes"], who["agents"], who["namespaces"]) == (
        ["read", "remember", "hand_off"],
        ["tier1-*"],
        ["user-*"],
    )


def test_a_key_of_another_tenant_finds_nothing(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    session = a_session(api)
    stranger = client_of(new_tenant())
    assert with_secret(stranger, stranger.key).http.get(f"/v1/sessions/{session}").status_code == 404
    assert requested(api, session)["namespace"] == "user-dave"
