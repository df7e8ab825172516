"""Writing: how long the brief of a long session takes, in process: memories in, brief out."""

import time
from collections.abc import Sequence
from itertools import cycle, islice

from bench.timing import percentile
from warmline import Warmline
from warmline.replay import Case, remember
from warmline_memory import briefs, source_memory

ROUNDS = {100: 30, 2_000: 9}
"""How often the brief of so many events is written."""


def measure(client: Warmline, cases: Sequence[Case], events: int) -> dict[str, float]:
    """Keep so many events of the cases in one session, and write its brief again and again.

    ``p50_ms`` is by the clock on the wall; ``cpu_p50_ms`` is what the processor worked, which other programs of the
    machine do not lengthen.
    """
    source = _source(client, cases, events)
    wall, worked = [], []
    for _ in range(ROUNDS[events]):
        began, began_work = time.perf_counter(), time.thread_time()
        briefs.write(source)
        worked.append(time.thread_time() - began_work)
        wall.append(time.perf_counter() - began)
    return {"p50_ms": percentile(wall, 0.5) * 1000, "cpu_p50_ms": percentile(worked, 0.5) * 1000}


def _source(client: Warmline, cases: Sequence[Case], events: int) -> briefs.BriefSource:
    """The memories of a session as the platform gives them to its brief writer."""
    # Few recorded conversations have 2,000 events, so they are played one after the other, and again from the start.
    happened = list(islice(cycle(event for case in cases for event in case.events), events))
    with client.session(agent="first-agent", namespace="writing") as session:
        for event in happened:
            remember(session, event)
        kept = list(client.memories.list(session_id=session.id))
    request = briefs.BriefRequest(
        source_agent="first-agent", to="specialist", reason="Needs a specialist", namespace="writing"
    )
    return briefs.BriefSource(
        # The list has the newest first, and a brief is read from the oldest.
        memories=[source_memory.source(memory) for memory in reversed(kept)],
        request=request,
        cut_at=kept[0].created_at,
    )
