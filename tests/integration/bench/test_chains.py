"""The brief benchmark's chains, played through the real platform."""

from typing import Any

import pytest

from bench.briefs import siblings, writing
from bench.briefs.joining import Errand
from bench.briefs.recorded import Recorded
from warmline import Warmline
from warmline.replay import Case, remember
from warmline_schemas.memories import Outcome

PLAYED = {"id", "domain", "target", "events"}


def a_case(account: str, **changes: Any) -> Recorded:
    events = [
        {"role": "user", "text": f"My account is {account} and I was charged $299"},
        {"role": "agent", "text": " "},
        {"role": "tool", "name": "refund", "arguments": {"amount": 100}, "result": '{"done": 1}', "status": "ok"},
    ]
    return Recorded.model_validate(
        {
            "id": account,
            "source": "tests",
            "domain": "billing",
            "target": f"desk-{account}",
            "events": events,
            **changes,
        }
    )


def an_errand(account: str) -> Errand:
    case = a_case(account)
    return Errand(case.id, case.domain, tuple(case.events), frozenset([account]))


@pytest.mark.usefixtures("worker")
def test_a_line_that_was_rolled_back_keeps_its_needs_and_nothing_of_its_siblings(client: Warmline) -> None:
    line = siblings.Line(a_case("ACC-4501"), ["ACC-4501"], an_errand("ACC-4502"), an_errand("ACC-4503"))
    (came,) = siblings.start_all(client, [line], clients=1)
    assert (came.problem, came.needs, came.leaked.total()) == (None, [True], 0)


def test_events_are_kept_in_their_order_without_what_says_nothing(client: Warmline) -> None:
    with client.session(agent="billing-agent", namespace="example") as session:
        for event in Case.model_validate(a_case("ACC-4501").model_dump(include=PLAYED)).events:
            remember(session, event)
        refund, said = client.memories.list(session_id=session.id)
    assert said.content == "My account is ACC-4501 and I was charged $299"
    assert refund.action is not None
    assert refund.action.outcome is Outcome.CONFIRMED


def test_the_writers_time_is_measured_on_as_many_events_as_were_asked() -> None:
    times = writing.measure([a_case("ACC-4501")], 100)
    assert times["p50_ms"] > 0
    assert times["cpu_p50_ms"] > 0
