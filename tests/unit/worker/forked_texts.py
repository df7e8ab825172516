"""A program of one thread that has briefs written by processes which are forked from it, as a light platform does.

It prints what came of it as one JSON object.
"""

import json
import os
import sys
from functools import partial
from signal import SIG_IGN, SIGCHLD, SIGKILL, signal
from threading import Event, Timer

from tests.builders.briefs import a_source, user
from tests.builders.waits import eventually
from warmline_memory.briefs import templates
from warmline_memory.settings import Settings
from warmline_memory.summarising import Assignment, load_models
from warmline_worker.forks import Forks
from warmline_worker.text_process import Lost, TextProcess, TooSlow, serve

LONG = 60.0


def main() -> None:
    """Write briefs, have some killed, and end what forks."""
    # As a program may be started that ignores what becomes of its children.
    signal(SIGCHLD, SIG_IGN)
    load_models()
    settings = Settings()
    told: dict[str, object] = {}
    with Forks(partial(serve, settings=settings)) as forks:
        process = TextProcess(settings, Event(), forks)
        told["a brief is written"] = "ORD-12" in process.write(_short(), LONG, _always).text
        told["its process is gone"] = process._process is None
        told["too slow"] = _killed(process, seconds=1.0)
        told["lost"] = _killed(process, seconds=LONG, by=SIGKILL)
        told["the next is written"] = process.write(_short(), LONG, _always).words > 0
        forked, pipe = forks.start()
        pipe.close()
        told["it ends with its pipe"] = _ends(forks, forked.pid)
        os.kill(forks._copy, SIGKILL)
        told["what forks is gone"] = eventually(forks.has_ended)
        told["then nothing is forked"] = _is_refused(forks)
    sys.stdout.write(json.dumps(told))


def _always() -> bool:
    return True


def _short() -> Assignment:
    return Assignment(a_source(user("Please refund order ORD-12.")), dict(templates.BUILT_IN))


def _endless() -> Assignment:
    said = (user(f"I want order ORD-{number} by {number} May. " * 300) for number in range(400))
    return Assignment(a_source(*said), dict(templates.BUILT_IN))


def _killed(process: TextProcess, *, seconds: float, by: int | None = None) -> str:
    """How an endless brief ended, if its process is gone."""
    process.start()
    assert process._process is not None
    assert process._process.pid is not None
    number = process._process.pid
    if by is not None:
        Timer(1.0, os.kill, (number, by)).start()
    try:
        process.write(_endless(), seconds, _always)
    except (TooSlow, Lost) as error:
        return type(error).__name__ if not _is_alive(number) else "alive"
    return "written"


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def _ends(forks: Forks, number: int) -> bool:
    return eventually(lambda: not forks.is_alive(number))


def _is_refused(forks: Forks) -> bool:
    try:
        forks.start()
    except OSError:
        return True
    return False


if __name__ == "__main__":
    main()
