"""Other memory stores, measured in a process and an environment of their own, which need other versions than we do.

Such a process reads JSON lines on stdin (``operation``, ``namespace``, ``texts``, ``clients``) and answers each on
stdout with the latencies of its calls. It measures itself, so that the pipe between costs nothing.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from bench.timing import System, Times, run

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv" / "bench" / "bin" / "python"
"""Made by `make bench-speed`."""


class RivalMissing(Exception):
    """A rival cannot be measured here."""


class Rival:
    """Another store, behind a pipe."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, operation: str, namespace: str, texts: Sequence[str], clients: int) -> Times:
        """Let it call its ``store`` or ``recall`` with each text. Raises ``RivalMissing`` where it has ended."""
        ask = {"operation": operation, "namespace": namespace, "texts": list(texts), "clients": clients}
        return Times(**json.loads(self.say(json.dumps(ask))))

    def say(self, line: str) -> str:
        """Send a line and wait for the answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise RivalMissing("it has ended") from error
        answer = self._process.stdout.readline()
        if not answer:
            raise RivalMissing("it has ended")
        return answer


@contextmanager
def open_rival(module: str, url: str, scratch: Path) -> Iterator[Rival]:
    """Start a rival on an empty database. Raises ``RivalMissing`` where it is not installed or does not start."""
    if not PYTHON.exists():
        raise RivalMissing("it is not installed; `make bench-speed` installs it")
    # Libraries such as mem0 report their use to their makers by default; a benchmark sends nothing anywhere.
    private = {"MEM0_TELEMETRY": "False", "MEM0_DIR": str(scratch), "LANGSMITH_TRACING": "false"}
    log = scratch / f"{module}.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [PYTHON, "-m", module, url, str(scratch)],
            cwd=ROOT,
            env=os.environ | private,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        rival = Rival(process)
        try:
            # The first recall loads the model and opens the connections, which is not measured; it fails if anything is
            # amiss.
            rival.run("recall", "nobody", ["Is anybody there?"], clients=1)
        except RivalMissing as error:
            last = log.read_text(encoding="utf-8").strip().splitlines()[-1:]
            raise RivalMissing(" ".join(last) or str(error)) from error
        yield rival
    finally:
        # The end of its input is what ends a rival; it closes its connections first.
        process.stdin.close()  # type: ignore[union-attr]
        process.wait()


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Keep stdout for answers: what libraries print goes to stderr."""
    # Some libraries print to file descriptor 1 past `sys.stdout`, and that would be taken for an answer.
    answers = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(answers, "w", encoding="utf-8")
    yield
    sys.stdout.flush()


def serve(system: System) -> None:
    """Measure as stdin asks, until it ends. Runs in the rival's own process."""
    with quiet_stdout():
        for line in sys.stdin:
            print(json.dumps(asdict(run(system, **json.loads(line)))), flush=True)
