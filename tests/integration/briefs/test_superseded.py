"""What a memory supersedes is nowhere told as if it still held: in the brief, the memories and the prompt."""

from typing import Any

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.memories import remember
from tests.builders.requests import Json
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

ELM, MAIN = "Elm Road 12", "Main Street 5"
WISH = "Please send me a technician, the heating is broken."


def start(api: Api, session: str, **changes: Any) -> Json:
    return accept(api, waiting(api, session, to="planner", **changes), agent="planner")


def shown(start: Json, *without: str) -> dict[str, str]:
    """What a receiver reads as holding, by part; of the memories those that are not marked as superseded."""
    live = [one["content"] for one in start["memories"] if one["superseded_by"] is None and one["kind"] != "handoff"]
    parts = {"brief": start["brief"]["text"], "memories": "\n".join(live), "prompt": start["prompt"]}
    return {name: text for name, text in parts.items() if name not in without}


def told(start: Json, text: str) -> list[str]:
    return [name for name, part in shown(start).items() if text in part]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"content": f"I live in {ELM}."}, {"content": f"The customer lives in {MAIN}.", "role": None, "kind": "fact"}),
        ({"content": f"Send him to {ELM}", "role": None, "kind": "todo"}, {"content": f"It is {MAIN}", "role": "user"}),
        ({"content": f"We go to {ELM}", "role": None, "kind": "decision"}, {"content": MAIN, "role": None}),
        (
            {"role": "tool", "action": {"name": "set_address", "arguments": {"street": ELM}, "outcome": "confirmed"}},
            {"role": "tool", "action": {"name": "set_address", "arguments": {"street": MAIN}, "outcome": "confirmed"}},
        ),
    ],
    ids=["a message", "a step", "a decision", "an action"],
)
def test_what_was_corrected_is_told_nowhere(api: Api, old: Json, new: Json) -> None:
    session = a_session(api, WISH)
    wrong = remember(api, session, importance=0.95, **{"content": None, **old})
    remember(api, session, supersedes=[wrong["id"]], **{"content": None, **new})
    warm = start(api, session)
    assert told(warm, ELM) == []
    assert set(told(warm, MAIN)) >= {"prompt"}


def test_what_was_corrected_in_the_next_session_is_not_told_either(api: Api) -> None:
    session = a_session(api, WISH)
    wrong = remember(api, session, f"I live in {ELM}.")
    planner = start(api, session)["session"]["id"]
    remember(api, planner, f"I meant {MAIN}, I moved.", supersedes=[wrong["id"]])
    warm = accept(api, waiting(api, planner, to="driver"), agent="driver")
    assert told(warm, ELM) == []
    assert "brief" in told(warm, MAIN)


def test_what_was_corrected_since_the_brief_is_marked_there(api: Api) -> None:
    session = a_session(api, WISH)
    handoff = waiting(api, session, to="planner", mode="warm")
    wrong = remember(api, session, f"I live in {ELM}.")
    remember(api, session, f"I meant {MAIN}.", supersedes=[wrong["id"]])
    warm = accept(api, handoff, agent="planner")
    (line,) = [row for row in warm["prompt"].splitlines() if ELM in row]
    assert "corrected" in line


def test_of_a_message_with_a_slots_old_value_the_rest_is_told(api: Api) -> None:
    session = a_session(api, WISH)
    said = f"I am allergic to penicillin. I live in {ELM}."
    remember(api, session, said, slot={"name": "street", "value": ELM})
    remember(api, session, f"Sorry, I live in {MAIN}.", slot={"name": "street", "value": MAIN})
    brief = start(api, session)["brief"]
    lines = [line for section in brief["sections"] for line in section["lines"]]
    assert [line["was"] for line in lines if line["label"] == "street"] == [ELM]
    assert [line["text"] for line in lines if ELM in line["text"]] == []
    assert any("allergic to penicillin" in line["text"] for line in lines)


def test_a_slot_whose_value_was_taken_back_is_not_told(api: Api) -> None:
    session = a_session(api, WISH)
    gold = remember(api, session, "plan is gold", role=None, slot={"name": "plan", "value": "gold"})
    remember(api, session, "No, I never ordered that plan", supersedes=[gold["id"]])
    assert "gold" not in start(api, session)["brief"]["text"]


def test_what_was_corrected_supports_no_account(api: Api) -> None:
    session = a_session(api, WISH)
    wrong = remember(api, session, f"The parcel goes to {ELM}")
    remember(api, session, f"The parcel goes to {MAIN}", supersedes=[wrong["id"]])
    brief = start(api, session, account=f"## Facts\n- The parcel goes to {ELM}")["brief"]
    entries = [line for section in brief["sections"] for line in section["lines"] if line["origin"] == "account"]
    assert all(line["support"] != "supported" for line in entries)


def test_what_was_corrected_only_beside_the_line_still_holds_on_it(api: Api) -> None:
    session = a_session(api, WISH)
    address = remember(api, session, f"I live in {ELM}.", importance=0.9)
    first = waiting(api, session, to="planner")
    taken = accept(api, first, agent="planner")["session"]["id"]
    beside = accept(api, first, agent="explorer", mode="branch")["session"]["id"]
    remember(api, beside, f"They live in {MAIN}", role=None, supersedes=[address["id"]])
    warm = accept(api, waiting(api, taken, to="driver"), agent="driver")
    assert ELM in warm["brief"]["text"]
    assert MAIN not in warm["brief"]["text"] + warm["prompt"]
