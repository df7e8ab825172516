"""The account that an agent hands in with a handoff: taken, kept, shown, carried along by exports, and forgotten."""

from typing import Any

import pytest

from tests.builders.handoffs import requested, waiting
from tests.builders.sessions import a_session
from tests.conftest import Api
from warmline import Warmline
from warmline_schemas.accounts import Account

pytestmark = pytest.mark.usefixtures("worker")

ENTRY = {"section": "failed", "text": "The refund of $100 needs a person", "outcome": "failed"}
ACCOUNTS: list[Any] = [{"entries": [ENTRY]}, "## Erledigt\n- [x] Rechnung 4711 geprüft"]


def forget_first(api: Api, session: str) -> None:
    first = api.http.get("/v1/memories", params={"session_id": session}).json()["items"][-1]
    assert api.http.delete(f"/v1/memories/{first['id']}").is_success


@pytest.mark.parametrize("account", ACCOUNTS, ids=["typed", "Markdown"])
def test_an_account_is_kept_and_shown_with_the_handoff(api: Api, account: Any) -> None:
    handoff = waiting(api, a_session(api), to="billing", account=account)
    shown = api.http.get(f"/v1/handoffs/{handoff['id']}").json()["account"]
    assert shown == account if isinstance(account, str) else ENTRY.items() <= shown["entries"][0].items()
    assert "account" not in api.http.get("/v1/handoffs").json()["items"][0]


@pytest.mark.parametrize(
    ("account", "field"),
    [
        ({"entries": []}, "entries"),
        ({"entries": [{**ENTRY, "text": "x" * 1001}]}, "entries.0.text"),
        ({"entries": [{**ENTRY, "section": "gossip"}]}, "entries.0.section"),
        ({"entries": [ENTRY] * 101}, "entries"),
        ({"entries": [{**ENTRY, "turns": ["m7"]}]}, "entries.0.turns.0"),
        ("x" * 30_001, "account"),
        (" ", "account"),
        ([ENTRY], "account"),
    ],
)
def test_a_faulty_account_is_refused_and_its_field_named(api: Api, account: Any, field: str) -> None:
    ask = {"session_id": a_session(api), "to": "billing", "reason": "Overcharge", "account": account}
    answer = api.http.post("/v1/handoffs", json=ask)
    fields = [error["field"] for error in answer.json()["errors"]]
    assert answer.status_code == 422
    assert len(fields) == 1
    assert "account" in fields[0]
    assert fields[0].endswith(field) or field == "account"


def test_the_sdk_takes_an_account_in_three_forms(client: Warmline) -> None:
    for account in (Account.model_validate(ACCOUNTS[0]), *ACCOUNTS):
        session = client.session(agent="tier1-bot", namespace="user-dave")
        session.remember("I was charged $299", role="user")
        handoff = session.hand_off(to="billing", reason="Overcharge", account=account)
        assert client.handoffs.get(handoff.id).account in (account, Account.model_validate(ACCOUNTS[0]))


def test_an_account_goes_with_the_memories_that_it_may_tell_of(api: Api) -> None:
    session = a_session(api, "My invoice INV-77 shows $299")
    handoff = requested(api, session, to="billing", account="Invoice INV-77 shows $299")
    other = a_session(api, "Another chain")
    forget_first(api, other)
    assert api.http.get(f"/v1/handoffs/{handoff['id']}").json()["account"]
    forget_first(api, session)
    assert api.http.get(f"/v1/handoffs/{handoff['id']}").json()["account"] is None


def test_what_only_an_account_says_leaves_the_brief_with_the_memories_of_its_chain(api: Api) -> None:
    session = a_session(api, "My invoice INV-77 shows $299")
    entry = {"section": "facts", "text": "Her sister Ann pays the rent"}
    handoff = waiting(api, session, to="billing", account={"entries": [entry]})
    assert "Ann" in str(handoff["brief"])
    forget_first(api, session)
    assert "Ann" not in str(api.http.get(f"/v1/handoffs/{handoff['id']}").json())
