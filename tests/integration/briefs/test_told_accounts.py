"""Told accounts: what the receiver reads of what the source's agent said, with what the record says of it."""

from typing import Any

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.memories import remember
from tests.builders.requests import Json
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

SUPPORTED = "Invoice INV-77 shows $299"
UNSUPPORTED = "A colleague from Lisbon visits them on Sunday"
CONTRADICTED = "The refund of $100 was made"
INVENTED = "CASE-90817"
ENTRIES = [
    {"section": "facts", "text": SUPPORTED},
    {"section": "promised", "text": UNSUPPORTED},
    {"section": "done", "text": CONTRADICTED, "outcome": "confirmed"},
    {"section": "facts", "text": f"Their case is {INVENTED}"},
]
MARKDOWN = f"""## Facts
- {SUPPORTED}
- Their case is {INVENTED}
## Promised
- {UNSUPPORTED}
## Done
- [x] {CONTRADICTED}
"""
REFUSED = {"name": "refund", "arguments": {"amount": "$100"}, "result": "over the limit", "outcome": "failed"}
VERDICTS = {
    SUPPORTED: ("account", "supported"),
    UNSUPPORTED: ("account", "unsupported"),
    CONTRADICTED: ("account", "contradicted"),
}


def handed_off(api: Api, account: Any) -> Json:
    session = a_session(api, "My invoice INV-77 shows $299, but my plan costs $199. Please refund $100.")
    remember(api, session, "refund", role="tool", kind="action", action=REFUSED)
    return waiting(api, session, account=account)


def marked(text: str, said: str) -> str:
    """What stands behind an entry in its row."""
    return next((row.partition(said)[2] for row in text.splitlines() if said in row), "it is not there")


@pytest.mark.parametrize("account", [{"entries": ENTRIES}, MARKDOWN], ids=["typed", "Markdown"])
def test_each_entry_of_an_account_has_its_verdict_in_the_brief(api: Api, account: Any) -> None:
    brief = handed_off(api, account)["brief"]
    lines = [line for section in brief["sections"] for line in section["lines"]]
    told = {line["text"]: (line["origin"], line["support"]) for line in lines if line["origin"] == "account"}
    assert told == VERDICTS
    assert [line["outcome"] for line in lines if line["text"] == CONTRADICTED] == [None]


def test_every_rendering_of_a_brief_says_what_the_record_says_of_an_account(api: Api) -> None:
    handoff = handed_off(api, {"entries": ENTRIES})
    path = f"/v1/handoffs/{handoff['id']}/brief"
    shown = {form: api.http.get(path, params={"format": form}).text.replace("\\", "") for form in ("text", "markdown")}
    shown["prompt"] = accept(api, handoff)["prompt"]
    for form, text in shown.items():
        assert "(the agent's word)" in marked(text, UNSUPPORTED), form
        assert "(contradicted: the record says “" in marked(text, CONTRADICTED), form
        assert "the agent's word" not in marked(text, SUPPORTED), form
        assert INVENTED not in text, form


def test_an_invented_identifier_is_in_no_part_of_a_brief(api: Api) -> None:
    handoff = handed_off(api, {"entries": ENTRIES})
    assert INVENTED not in str(handoff["brief"])
    assert INVENTED not in str(accept(api, handoff)["memories"])


def test_the_record_is_told_beside_an_account_that_says_otherwise(api: Api) -> None:
    brief = handed_off(api, {"entries": ENTRIES})["brief"]
    failed = [line for section in brief["sections"] for line in section["lines"] if line["outcome"] == "failed"]
    assert [(line["origin"], "over the limit" in line["text"]) for line in failed] == [("record", True)]


def test_what_an_earlier_agent_promised_reaches_the_next_handoff_and_goes_when_its_chain_is_forgotten(api: Api) -> None:
    begun = a_session(api, "My parcel is missing")
    first = waiting(api, begun, account="## Promised\n- A printed invoice by post")
    session = accept(api, first)["session"]["id"]
    remember(api, session, "Where is it?", role="user")
    second = waiting(api, session)
    assert "A printed invoice by post (tier1-bot: the agent's word)" in second["brief"]["text"]
    oldest = api.http.get("/v1/memories", params={"session_id": begun}).json()["items"][-1]
    assert api.http.delete(f"/v1/memories/{oldest['id']}").is_success
    assert "invoice" not in str(api.http.get(f"/v1/handoffs/{second['id']}").json()["brief"])
