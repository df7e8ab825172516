"""Deep results: what a tool brought may be nested as deep as it likes; it never keeps a handoff from its target."""

from typing import Any

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.memories import remember
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

CALL = {"name": "look_up_tree", "arguments": {"order": "ORD-7788"}, "outcome": "confirmed"}


def nested(depth: int) -> Any:
    result: Any = {"total": "$299"}
    for _ in range(depth):
        result = {"part": [result]}
    return result


@pytest.mark.parametrize(
    "result",
    [nested(70), '{"part": [' * 450 + "1" + "]}" * 450, "[" * 90_000, '{"a":' * 15_000 + "1" + "}" * 15_000],
    ids=["an object", "a deep text", "an endless list", "a text deeper than Python reads"],
)
def test_a_deeply_nested_result_does_not_fail_a_handoff(api: Api, result: Any) -> None:
    session = a_session(api, "Where is my order ORD-7788?")
    remember(api, session, "look_up_tree", role="tool", kind="action", action={**CALL, "result": result})
    handoff = waiting(api, session)
    assert "ORD-7788" in handoff["brief"]["text"]
    assert accept(api, handoff)["prompt"]
