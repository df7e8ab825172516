"""What was overtaken is nowhere told as if it still held: in the brief, the memories and the prompt of a warm start."""

from typing import Any

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.memories import remember
from tests.builders.requests import Json
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

WISH = "Please get the release out, the customers wait for it."
FAR = {"importance": 0.95, "role": None}


def an_action(name: str, outcome: str, **arguments: Any) -> Json:
    return {"name": name, "arguments": arguments, "result": {"status": outcome}, "outcome": outcome}


def kept(api: Api, session: str, told: Json) -> str:
    """A memory of high importance, so that it is brought where nothing speaks against it."""
    return str(remember(api, session, **{"content": None, **FAR, **told})["id"])


def start(api: Api, *told: Json, hops: int = 1) -> tuple[Json, list[str]]:
    """A warm start after these memories, the last of which is kept in a session of its own where there are two hops;
    and the ids of the memories."""
    session = a_session(api, WISH)
    ids = [kept(api, session, one) for one in told[:-1]]
    if hops > 1:
        session = accept(api, waiting(api, session, to="second"), agent="second")["session"]["id"]
    ids.append(kept(api, session, told[-1]))
    return accept(api, waiting(api, session, to="third"), agent="third"), ids


def brought(warm: Json) -> list[str]:
    return [memory["id"] for memory in warm["memories"] if memory["kind"] != "handoff"]


def row(warm: Json, text: str) -> list[str]:
    """The rows of the prompt that hold a text."""
    return [line for line in warm["prompt"].splitlines() if text in line]


BOOKED = {"role": "tool", "action": an_action("book_room", "confirmed", room="R-12")}
KINDS = {
    "failed, then done": [{"role": "tool", "action": an_action("book_room", "failed", room="R-12")}, BOOKED],
    "asked for, then done": [{"role": "tool", "action": an_action("book_room", "requested", room="R-12")}, BOOKED],
    "tests failed, then passed": [
        {"role": "tool", "action": {"name": "bash", "arguments": {"command": "pytest tests/api"},
                                    "result": {"exit_code": 1, "output": "3 failed, 87 passed"}}},
        {"role": "tool", "action": {"name": "bash", "arguments": {"command": "pytest tests/api"},
                                    "result": {"exit_code": 0, "output": "90 passed"}}},
    ],
    "planned, then planned anew": [
        {"role": "tool", "action": {"name": "plan", "outcome": "confirmed", "arguments": {"steps": [
            {"content": "Ask the bank for its format", "status": "pending"}]}}},
        {"role": "tool", "action": {"name": "plan", "outcome": "confirmed", "arguments": {"steps": [
            {"content": "Guess the format from the files", "status": "in_progress"}]}}},
    ],
    "to do, then done": [
        {"kind": "todo", "content": "Write the tests for the export of invoices"},
        {"kind": "done", "content": "Wrote the tests for the export of invoices"},
    ],
    "done, then to do again": [
        {"kind": "done", "content": "Wrote the tests for the export of invoices"},
        {"kind": "todo", "content": "Write the tests for the export of invoices anew"},
    ],
    "decided, then reversed": [
        {"kind": "decision", "content": "We store the sessions in Redis"},
        {"kind": "decision", "content": "We store the sessions in Postgres instead of Redis"},
    ],
    "decided, then reversed, in Spanish": [
        {"kind": "decision", "content": "Guardamos las sesiones en Redis"},
        {"kind": "decision", "content": "Guardamos las sesiones en Postgres, ya no en Redis"},
    ],
    "a figure, then a newer one": [
        {"kind": "metric", "content": "30/90 API tests pass"},
        {"kind": "metric", "content": "62/90 API tests pass"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("hops", [1, 2])
@pytest.mark.parametrize("told", KINDS.values(), ids=KINDS.keys())
def test_what_was_overtaken_is_not_brought_and_what_holds_is(api: Api, told: list[Json], hops: int) -> None:
    warm, (old, new) = start(api, *told, hops=hops)
    assert (old in brought(warm), new in brought(warm)) == (False, True)
    assert old in warm["brief"]["overtaken"]


@pytest.mark.parametrize(
    ("kind", "old"),
    [
        ("failed, then done", "failed"),
        ("planned, then planned anew", "Ask the bank"),
        ("to do, then done", "Write the tests"),
        ("done, then to do again", "Wrote the tests"),
    ],
)
def test_the_prompt_does_not_tell_what_was_overtaken(api: Api, kind: str, old: str) -> None:
    assert row(start(api, *KINDS[kind])[0], old) == []


@pytest.mark.parametrize(
    ("kind", "old"), [("decided, then reversed", "in Redis"), ("a figure, then a newer one", "30/90")]
)
def test_the_prompt_tells_what_was_replaced_only_as_past(api: Api, kind: str, old: str) -> None:
    warm, _ = start(api, *KINDS[kind])
    assert all("was " in line for line in row(warm, old))


def test_other_steps_and_decisions_are_brought_as_before(api: Api) -> None:
    told = [
        {"kind": "todo", "content": "Write the tests for the import of customers"},
        {"kind": "decision", "content": "We call the shop by phone first"},
        {"kind": "done", "content": "Wrote the tests for the export of invoices"},
    ]
    warm, ids = start(api, *told)
    assert set(ids) <= set(brought(warm))
