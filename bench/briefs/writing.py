"""Writing: how long the brief of a long session takes, and briefs, scrubbing and prompts of texts made to be slow.

    python -m bench.briefs.writing CASES … [--size 100000]

All of it runs in process, and prints JSON lines. ``cpu_ms`` is what the processor worked, which other programs of the
machine do not lengthen. The program exits with 1 where one of the bars below is missed.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.briefs.in_process import Leg, legs_of, memories_of, source_of
from bench.briefs.recorded import Recorded, read_recorded
from bench.figures import Figures
from bench.timing import percentile
from warmline_memory import briefs
from warmline_memory.briefs import prompts
from warmline_memory.redaction import scrubbing

ROUNDS = {100: 30, 2_000: 9}
"""How often the brief of so many events is written."""
MOST_MS = {100: 150.0, 2_000: 2_000.0}
"""The bars: CPU time of a brief of so many events."""
MOST_MS_A_SIZE = 1_000.0
"""The bar for a text of ``SIZE`` characters; more than this means that something in it is not linear."""
SIZE = 100_000
TEXTS = {
    "numbers": "1 ",
    "brackets in numbers": "(1",
    "one word": "a",
    "hyphens": "a-",
    "line breaks": "\n\n\n.",
    "blanks": "   \t",
    "emoji": "😀",
    "family emoji": "👨\u200d👩\u200d👧",
    "round brackets": "(",
    "square brackets": "[",
    "pairs of brackets": "()",
    "quotes": '"',
    "dots": ". ",
    "digits": "7",
    "dates": "1/2/",
    "money": "$1,",
    "at signs": "a@",
    "slashes": "a/b/",
    "underscores": "a_",
    "colons": "a: ",
    "upper case": "A1-",
    "key and value": "pin is 1 ",
    "negations": "not ",
    "Chinese": "我要退款",
    "combining marks": "e\u0301",
    "backticks": "`",
    "JSON": '{"a":',
}
"""Short texts that are repeated: each has made some regular expression of some program take quadratic time or worse."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.briefs.writing", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="+", type=Path, metavar="CASES", help="files of cases")
    parser.add_argument("--size", type=int, default=SIZE, help="characters of the texts that are made to be slow")
    options = parser.parse_args(arguments)
    cases = [case for path in options.cases for case in read_recorded(path)]
    figures, missed = Figures(), 0
    for events in ROUNDS:
        row = measure(cases, events)
        figures.add(events=events, **row, bar_ms=MOST_MS[events])
        missed += row["cpu_p50_ms"] > MOST_MS[events]
    for name, text in TEXTS.items():
        strain = strained_in_time(text, options.size)
        figures.add(text=name, **strain)
        missed += is_slow(strain)
    figures.print_tables()
    return int(missed > 0)


def measure(cases: Sequence[Recorded], events: int) -> dict[str, float]:
    """Write the brief of so many events of the cases again and again."""
    source = source_of(_session(cases, events), hop=1)
    wall, worked = [], []
    for _ in range(ROUNDS[events]):
        began, began_work = time.perf_counter(), time.thread_time()
        briefs.write(source)
        worked.append(time.thread_time() - began_work)
        wall.append(time.perf_counter() - began)
    return {"p50_ms": percentile(wall, 0.5) * 1000, "cpu_p50_ms": percentile(worked, 0.5) * 1000}


def strained_in_time(text: str, size: int) -> dict[str, float | str]:
    """What ``strained`` measures, at a tenth of the size where that takes more than a tenth of the bar already."""
    # The whole of what is quadratic would take hours.
    row = strained(text, size // 10)
    return row if is_slow(row) else strained(text, size)


def is_slow(row: Mapping[str, float | str]) -> bool:
    """Whether something took longer than the bar for its size, or failed."""
    most = MOST_MS_A_SIZE * float(row["size"]) / SIZE
    spent = [value for name, value in row.items() if name.endswith("_ms")]
    return any(isinstance(value, str) or value > most for value in spent)


def strained(text: str, size: int) -> dict[str, float | str]:
    """The CPU milliseconds of brief, scrubbing and prompt of a text that is repeated up to a size.

    Where one of them raises, the error's name is in the place of its time.
    """
    long = (text * (size // len(text) + 1))[:size]
    said = [{"role": "user", "text": f"I want {long}"[:size]}, {"role": "agent", "text": f"I will {long}"[:size]}]
    called = {"role": "tool", "name": "refund", "arguments": {"reason": long}, "result": long, "status": "ok"}
    case = Recorded.model_validate({"id": "x", "source": "x", "domain": "x", "target": "x", "events": [*said, called]})
    spoken, answered, deed = (replace(_leg(case), memories=[one]) for one in _leg(case).memories)
    memories = list(spoken.memories)
    brief = briefs.write(source_of(_leg(case, said[:0]), hop=1))
    return {
        "size": size,
        "keep_ms": _cpu_ms(lambda: list(memories_of(case))),
        "user_ms": _cpu_ms(lambda: briefs.write(source_of(spoken, 1))),
        "agent_ms": _cpu_ms(lambda: briefs.write(source_of(answered, 1))),
        "action_ms": _cpu_ms(lambda: briefs.write(source_of(deed, 1))),
        "scrub_ms": _cpu_ms(lambda: scrubbing.scrub(long, scrubbing.find(memories))),
        "prompt_ms": _cpu_ms(lambda: prompts.warm_start_text(brief, memories, memories, [], UUID(int=1), 2_000, "f")),
    }


def _leg(case: Recorded, events: Sequence[Any] | None = None) -> Leg:
    (leg,) = legs_of(case if events is None else case.model_copy(update={"events": list(events)}))
    return leg


def _session(cases: Sequence[Recorded], events: int) -> Leg:
    """A session of so many events."""
    # Few recorded conversations have 2,000 events, so they are played one after the other, and again from the start.
    happened = list(islice(cycle(_spoken(cases)), events))
    return _leg(cases[0].model_copy(update={"events": happened, "handoffs": []}))


def _spoken(cases: Sequence[Recorded]) -> Iterator[Any]:
    return (event for case in cases for event in case.events if event.role == "tool" or event.text.strip())


def _cpu_ms(call: Callable[[], object]) -> float | str:
    began = time.thread_time()
    try:
        call()
    # Whatever is raised is a figure of this benchmark: the worker would fail the handoff over it.
    except Exception as error:
        return type(error).__name__
    return 1000 * (time.thread_time() - began)


if __name__ == "__main__":
    sys.exit(main())
