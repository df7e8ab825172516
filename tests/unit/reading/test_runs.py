"""Runs of commands: the newest figure of each with what it was, what failed and then passed, and files."""

import time
from typing import Any

import pytest

from tests.builders.briefs import call, numbered
from warmline_memory.reading import calls, runs
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome


def shell(command: str, printed: Any) -> SourceMemory:
    return call("bash", printed, command=command)


def read(*memories: SourceMemory) -> list[runs.Run]:
    return runs.read(calls.read(numbered(memories)))


def test_the_newest_figure_of_a_command_is_told_with_what_it_was() -> None:
    run = read(shell("pytest -q", "30 passed, 60 failed"), shell("cd api && pytest -q", "45 passed, 45 failed"))[0]
    assert (run.line, run.was) == ("45 passed, 45 failed", "30 passed, 60 failed")


def test_what_failed_and_then_passed_has_no_past_but_that_it_failed() -> None:
    failed, passed = {"stdout": "error: 2 files", "exit_code": 1}, {"stdout": "built 9 files", "exit_code": 0}
    run = read(shell("make", failed), shell("make", passed))[0]
    assert (run.outcome, run.failed_before, run.was) == (Outcome.CONFIRMED, True, None)


def test_of_a_failure_the_line_that_names_it_is_told_and_else_the_last_with_a_figure() -> None:
    printed = "start\nTypeError: no such field\n3 files looked at\nbye"
    assert read(shell("npm test", {"stdout": printed, "exit_code": 1}))[0].line == "TypeError: no such field"
    assert read(shell("npm test", printed))[0].line == "3 files looked at"


@pytest.mark.parametrize(
    "command",
    [
        "ls -la",
        "cat a.py | grep x",
        "git status",
        "git --no-pager log",
        "cd src && rg todo",
        "LANG=C wc -l a",
        "sed -n 1p a",
    ],
)
def test_what_only_shows_something_is_no_run(command: str) -> None:
    assert read(shell(command, "12 lines of it")) == []


@pytest.mark.parametrize("command", ["sed -i s/a/b/ x.py", "git commit -m x", "sudo make install", "cat a && make"])
def test_what_does_more_than_show_is_a_run(command: str) -> None:
    assert len(read(shell(command, "12 lines of it"))) == 1


def test_files_that_editors_and_patches_wrote_are_known_and_failed_ones_are_not() -> None:
    made = calls.read(
        numbered(
            [
                call("edit_file", "ok", path="a.py"),
                call("apply_patch", "ok", input="*** Update File: b.py\n+x"),
                call("write_file", {"error": "denied"}, file_path="c.py"),
                call("read_file", "text", path="d.py"),
                call("edit_file", "ok", path="a.py"),
            ]
        )
    )
    assert list(runs.files(made)) == ["b.py", "a.py"]


@pytest.mark.parametrize("piece", ["1 1 ", " ", "\n ", "A=1 ", "a && ", "sudo ", "a\n", "error 1 ", "+++ b/"])
def test_a_long_command_takes_no_long_time(piece: str) -> None:
    started = time.process_time()
    read(shell(piece * (100_000 // len(piece)), piece * (100_000 // len(piece))))
    runs.files(calls.read(numbered([call("apply_patch", "ok", patch=piece * (100_000 // len(piece)))])))
    assert time.process_time() - started < 3
