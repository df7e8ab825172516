"""Where a waiting handoff goes next, whom it is offered to, and when it is looked at again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from warmline_memory.queues import next_steps
from warmline_memory.queues.next_steps import LOOK_AGAIN, TOP_LEVEL, NextStep, Stop, Waiting
from warmline_schemas.queues import NobodyThere, Queue

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
"""A Wednesday at noon."""
OPENS = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
CLOSED = {"days": [{"day": "thursday", "opens": "09:00", "closes": "17:00"}]}
SOURCE = "triage-bot"

Places = dict[str, dict[str, Any]]


def a_stop(
    target: str = "queue:billing", level: int = 1, free: tuple[str, ...] = (), staffed: bool = True, **queue: Any
) -> Stop:
    written = Queue.model_validate({"name": target, "written": True, **queue})
    return Stop(target, level, written, is_staffed=staffed, free=free)


def a_wait(**changes: Any) -> Waiting:
    return Waiting(**{"source": SOURCE, "is_offered": False, "declined_by": (), "notice": None, **changes})


def decided(*way: Stop, **waiting: Any) -> NextStep:
    return next_steps.decide(a_wait(**waiting), way, NOW)


def walked(places: Places, *, level: int = 1, source: str = SOURCE, **waiting: Any) -> NextStep:
    """The step of a handoff that waits at the first of these targets; of the others each is read as it is come to."""
    wait = a_wait(source=source, **waiting)

    def read(target: str, at_level: int) -> Stop:
        return a_stop(target, at_level, **places.get(target, {"written": False, "staffed": False}))

    way = [read(next(iter(places)), level)]
    while (move := next_steps.onward(wait, way, NOW)) is not None:
        way.append(read(move.target, move.level))
    return next_steps.decide(wait, way, NOW)


def levels(*targets: str | None) -> list[dict[str, Any]]:
    return [{"wait_seconds": 60, "to": to} for to in targets]


def route_of(step: NextStep) -> list[tuple[str, int]]:
    return [(one.target, one.level) for one in (*(move.left for move in step.moves), step.stop)]


OFFERING: dict[str, Any] = {"assigning": "offer", "offer_seconds": 30}
ANN_AND_BOB = ("human:ann", "human:bob")


@pytest.mark.parametrize(
    ("stop", "waiting", "offered_to"),
    [
        (a_stop(free=ANN_AND_BOB, **OFFERING), {}, "human:ann"),
        (a_stop(free=ANN_AND_BOB, **OFFERING), {"declined_by": ("human:ann",)}, "human:bob"),
        (a_stop(free=ANN_AND_BOB, **OFFERING), {"declined_by": ANN_AND_BOB}, None),
        (a_stop(free=ANN_AND_BOB), {}, None),
        (a_stop(free=ANN_AND_BOB, **OFFERING), {"is_offered": True}, None),
        (a_stop(free=(), **OFFERING), {}, None),
        (a_stop(free=ANN_AND_BOB, office_hours=CLOSED, **OFFERING), {}, None),
        (a_stop("billing-bot", free=(), **OFFERING), {}, None),
    ],
    ids=[
        "the first who is free",
        "the next where one has declined",
        "nobody where all have declined",
        "nobody where people pull",
        "nobody while an offer stands",
        "nobody where all are full or away",
        "nobody outside of office hours",
        "nobody where the target is an agent",
    ],
)
def test_a_handoff_is_offered_to(stop: Stop, waiting: dict[str, Any], offered_to: str | None) -> None:
    step = decided(stop, **waiting)
    assert (step.offered_to, step.stop, step.moves) == (offered_to, stop, ())


def test_an_offer_stands_for_as_long_as_the_queue_says() -> None:
    assert decided(a_stop(free=ANN_AND_BOB, **OFFERING)).offered_until == NOW + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("stop", "waiting", "notice"),
    [
        (a_stop(), {}, "wait"),
        (a_stop(nobody_there="callback"), {}, "callback"),
        (a_stop(nobody_there="callback"), {"notice": NobodyThere.WAIT}, "callback"),
        (a_stop(), {"notice": NobodyThere.WAIT}, None),
        (a_stop(nobody_there="callback"), {"notice": NobodyThere.CALLBACK}, None),
        (a_stop(free=ANN_AND_BOB, office_hours=CLOSED), {}, "wait"),
        (a_stop(free=ANN_AND_BOB), {}, None),
        (a_stop(written=False, staffed=False), {}, None),
        (a_stop(written=False), {}, "wait"),
        (a_stop(staffed=False), {}, "wait"),
        (a_stop("billing-bot", nobody_there="callback"), {}, None),
        (a_stop(), {"is_offered": True}, None),
        (a_stop(nobody_there="next_level"), {}, "wait"),
        (a_stop(nobody_there="next_level", levels=levels(None, "queue:billing")), {}, "wait"),
        (a_stop(nobody_there="next_level", levels=levels("queue:leads"), level=TOP_LEVEL), {}, "wait"),
    ],
    ids=[
        "that it waits",
        "that somebody calls back",
        "of the new policy where that has changed",
        "nothing new while it waits on",
        "nothing new while it waits for the call",
        "that it waits outside of office hours",
        "nothing where somebody is free",
        "nothing where nobody set the target up and nobody works it",
        "that it waits where only operators make it a queue",
        "that it waits where a queue has no operators",
        "nothing where the target is an agent",
        "nothing while an offer stands",
        "that it waits where a queue has no levels to go up",
        "that it waits where no level has another target",
        "that it waits at the top level",
    ],
)
def test_the_source_is_given_notice(stop: Stop, waiting: dict[str, Any], notice: str | None) -> None:
    step = decided(stop, **waiting)
    assert (step.notice, step.stop, step.moves) == (notice, stop, ())


@pytest.mark.parametrize(
    ("stop", "notice", "ends"),
    [
        (a_stop(free=ANN_AND_BOB), NobodyThere.WAIT, True),
        (a_stop(free=ANN_AND_BOB), NobodyThere.CALLBACK, True),
        (a_stop(free=ANN_AND_BOB), NobodyThere.NEXT_LEVEL, False),
        (a_stop(free=ANN_AND_BOB), None, False),
        (a_stop(), NobodyThere.WAIT, False),
        (a_stop(written=False, staffed=False), NobodyThere.WAIT, False),
    ],
)
def test_a_notice_of_a_wait_is_over_once_somebody_is_there(stop: Stop, notice: NobodyThere | None, ends: bool) -> None:
    assert decided(stop, notice=notice).ends_notice is ends


@pytest.mark.parametrize(
    ("stop", "waiting", "again"),
    [
        (a_stop(office_hours=CLOSED), {}, OPENS),
        (a_stop(office_hours=CLOSED, free=ANN_AND_BOB), {"notice": NobodyThere.WAIT}, OPENS),
        (a_stop(**OFFERING), {}, NOW + LOOK_AGAIN),
        (a_stop(**OFFERING), {"notice": NobodyThere.WAIT}, NOW + LOOK_AGAIN),
        (a_stop(free=ANN_AND_BOB, **OFFERING), {}, None),
        (a_stop(free=ANN_AND_BOB, **OFFERING), {"declined_by": ANN_AND_BOB, "notice": NobodyThere.WAIT}, None),
        (
            a_stop(free=ANN_AND_BOB, **OFFERING),
            {"declined_by": ANN_AND_BOB, "notice": NobodyThere.NEXT_LEVEL},
            NOW + LOOK_AGAIN,
        ),
        (a_stop(), {}, None),
        (a_stop("billing-bot", office_hours=CLOSED), {}, None),
        (a_stop(office_hours=CLOSED, **OFFERING), {"is_offered": True}, None),
    ],
    ids=[
        "when its queue opens",
        "when its queue opens, though people are there already",
        "soon where it is to be offered",
        "soon where it still is to be offered",
        "never while it is offered",
        "never where all have declined and nobody waits for an offer",
        "soon where it came up from a level and all have declined",
        "never where people pull",
        "never where the target is an agent",
        "never while an offer stands",
    ],
)
def test_a_handoff_is_looked_at_again(stop: Stop, waiting: dict[str, Any], again: datetime | None) -> None:
    assert decided(stop, **waiting).look_again_at == again


NEXT: dict[str, Any] = {"nobody_there": "next_level"}
BACK: dict[str, Any] = {"nobody_there": "back_to_source"}


@pytest.mark.parametrize(
    ("places", "waiting", "route"),
    [
        (
            {"queue:billing": {**NEXT, "levels": levels("queue:leads")}, "queue:leads": {"free": ("human:cat",)}},
            {},
            [("queue:billing", 1), ("queue:leads", 2)],
        ),
        (
            {"queue:billing": {**NEXT, "levels": levels("queue:leads"), "free": ("human:ann",)}, "queue:leads": {}},
            {},
            [("queue:billing", 1)],
        ),
        (
            {"queue:billing": {**NEXT, "levels": levels(None, "queue:billing", "queue:leads")}, "queue:leads": {}},
            {},
            [("queue:billing", 1), ("queue:leads", 4)],
        ),
        (
            {
                "queue:billing": {**NEXT, "levels": levels("queue:leads")},
                "queue:leads": {**NEXT, "levels": levels(None, "queue:heads")},
                "queue:heads": {"free": ("human:dan",)},
            },
            {},
            [("queue:billing", 1), ("queue:leads", 2), ("queue:heads", 3)],
        ),
        (
            {"queue:billing": {**NEXT, "levels": levels("queue:leads")}, "queue:leads": NEXT},
            {},
            [("queue:billing", 1), ("queue:leads", 2)],
        ),
        (
            {"queue:billing": {**NEXT, "levels": levels("billing-bot")}},
            {},
            [("queue:billing", 1), ("billing-bot", 2)],
        ),
        ({"queue:billing": BACK}, {}, [("queue:billing", 1), (SOURCE, 1)]),
        ({"queue:billing": BACK}, {"level": 3}, [("queue:billing", 3), (SOURCE, 1)]),
        ({"queue:billing": {**BACK, "free": ("human:ann",)}}, {}, [("queue:billing", 1)]),
        ({"queue:billing": BACK}, {"is_offered": True}, [("queue:billing", 1)]),
        (
            {"queue:billing": {**NEXT, "levels": levels("queue:leads")}, "queue:leads": BACK},
            {},
            [("queue:billing", 1), ("queue:leads", 2), (SOURCE, 1)],
        ),
        (
            {"queue:billing": BACK, "human:eve": {"written": False}},
            {"source": "human:eve"},
            [("queue:billing", 1), ("human:eve", 1)],
        ),
        ({"queue:billing": BACK}, {"source": "queue:billing"}, [("queue:billing", 1)]),
        (
            {"queue:billing": BACK, "queue:loop": {**NEXT, "levels": levels("queue:billing")}},
            {"source": "queue:loop"},
            [("queue:billing", 1), ("queue:loop", 1), ("queue:billing", 2)],
        ),
    ],
    ids=[
        "one level up",
        "nowhere where somebody is there",
        "past the levels of the same people",
        "up two levels at once",
        "to the last level, and no further",
        "up to an agent",
        "back to its source",
        "back to its source, to the first level",
        "not back where somebody is there",
        "nowhere while an offer stands",
        "up, and then back",
        "back to the person who handed over",
        "nowhere where it would come back to itself",
        "back to its source once",
    ],
)
def test_a_handoff_that_finds_nobody_goes(
    places: Places, waiting: dict[str, Any], route: list[tuple[str, int]]
) -> None:
    assert route_of(walked(places, **waiting)) == route


def test_levels_that_lead_in_a_circle_end_at_the_top() -> None:
    places = {
        "queue:a": {**NEXT, "levels": levels(*["queue:b"] * TOP_LEVEL)},
        "queue:b": {**NEXT, "levels": levels(*["queue:a"] * TOP_LEVEL)},
    }
    step = walked(places)
    assert (step.stop.level, step.notice, len(step.moves)) == (TOP_LEVEL, NobodyThere.WAIT, TOP_LEVEL - 1)


def test_who_declined_at_one_target_is_asked_again_at_another() -> None:
    places = {
        "queue:billing": {**NEXT, "levels": levels("queue:leads"), **OFFERING},
        "queue:leads": {"free": ("human:ann",), **OFFERING},
    }
    assert walked(places, declined_by=("human:ann",)).offered_to == "human:ann"


def test_a_notice_that_it_went_up_holds_where_somebody_is_there_above() -> None:
    places = {"queue:billing": {**NEXT, "levels": levels("queue:leads")}, "queue:leads": {"free": ("human:cat",)}}
    step = walked(places)
    assert (step.notice, step.ends_notice) == (None, False)


def test_a_handoff_that_went_up_and_waits_there_says_so_anew() -> None:
    places = {"queue:billing": {**NEXT, "levels": levels("queue:leads")}, "queue:leads": {}}
    assert walked(places, notice=NobodyThere.WAIT).notice is NobodyThere.WAIT


def test_a_way_that_was_read_too_far_ends_where_somebody_is_there() -> None:
    first, second = a_stop(**NEXT, levels=levels("queue:leads")), a_stop("queue:leads", 2, free=("human:cat",))
    assert decided(first, second, a_stop("queue:heads", 3)).stop == second


@pytest.mark.parametrize(
    ("queue", "level", "above"),
    [
        ([], 1, ("queue:billing", 2)),
        ([], TOP_LEVEL, ("queue:billing", TOP_LEVEL)),
        ([None, None], 1, ("queue:billing", 2)),
        ([None, None], 2, ("queue:billing", 3)),
        ([None, None], 3, ("queue:billing", 3)),
        ([None, None], 5, ("queue:billing", 5)),
        ([None, "queue:leads"], 1, ("queue:billing", 2)),
        ([None, "queue:leads"], 2, ("queue:leads", 3)),
        (["queue:leads"], TOP_LEVEL, ("queue:leads", TOP_LEVEL)),
    ],
)
def test_a_handoff_that_waited_for_too_long_goes_to(
    queue: list[str | None], level: int, above: tuple[str, int]
) -> None:
    assert next_steps.level_above(a_stop(levels=levels(*queue)).queue, "queue:billing", level) == above
