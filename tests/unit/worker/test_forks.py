"""Processes that are forked from one of one thread write briefs, and are killed in time."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).with_name("forked_texts.py")
ROOT = Path(__file__).parents[3]
SECONDS = 300


def test_forked_processes_write_briefs_and_can_be_killed() -> None:
    # In a process of its own: this one has the threads of the other tests, and is not to be copied.
    command = [sys.executable, "-c", f"import runpy; runpy.run_path({str(PROGRAM)!r}, run_name='__main__')"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {told.pop("too slow"), told.pop("lost")} == {"TooSlow", "Lost"}
    assert [what for what, is_so in told.items() if not is_so] == []
