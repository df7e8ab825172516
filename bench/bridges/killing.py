"""A bridge in a process of its own, which is killed at random moments and started again."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

RUN = "import sys; from warmline.cli import main; main(sys.argv[1:])"
PORTS = range(20_000, 32_000)
# Seconds that it works before it is killed, from its first answer on: however long a busy machine takes to start it,
# each start that answered gets something done.
SOONEST, LATEST = 0.1, 2.5
# So many of the starts are killed before they answered, none of them twice in a row.
EARLY = 0.15
# Seconds. Nothing takes as long as that to start, nor to be killed for the first time.
PATIENCE = 180.0
# Seconds between two looks whether it answers.
BETWEEN_LOOKS = 0.05


class KilledBridge:
    """The process. A context manager: with its block it is killed for good."""

    def __init__(self, folder: Path, settings: dict[str, Any], url: str, key: str, seed: int) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.starts = 0
        self.kills = 0
        self.killed_at_work = 0
        """So many of the kills came after it had answered since its start."""
        self._file = folder / "chatwoot.toml"
        self._file.write_text(as_toml({**settings, "port": port, "store": str(folder / "bridge.sqlite3")}))
        self._log = folder / "bridge.log"
        self._environment = {**os.environ, "WARMLINE_URL": url, "WARMLINE_API_KEY": key}
        self._random = random.Random(seed)
        self._over = threading.Event()
        self._starting = LATEST
        """Seconds that its last start took."""
        self._failed: RuntimeError | None = None
        self._process = self._start()
        self._killer = threading.Thread(target=self._kill_until_over)

    def kill_from_now_on(self) -> None:
        """Begin to kill it again and again."""
        self._killer.start()

    def stop_killing(self) -> None:
        """Let the process that runs now live. It has been killed in the midst of its work by then, once at least.

        Raises ``RuntimeError`` where it ended by itself or did not start.
        """
        deadline = time.monotonic() + PATIENCE
        while self._killer.is_alive() and not self.killed_at_work and time.monotonic() < deadline:
            time.sleep(BETWEEN_LOOKS)
        self._over.set()
        self._killer.join()
        if self._failed is not None:
            raise RuntimeError(f"{self._failed}: {self.log()[-5000:]}") from self._failed

    def is_idle(self) -> bool:
        """Whether it has nothing to do."""
        with suppress(httpx.HTTPError):
            return bool(httpx.get(f"{self.url}/health").json()["waiting"] == 0)
        return False

    def log(self) -> str:
        """What it wrote to its log."""
        return self._log.read_text()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._killer.is_alive():
            self._killer.join()
        self._process.kill()
        self._process.wait()

    def _kill_until_over(self) -> None:
        is_early = False
        try:
            while True:
                is_early = not is_early and self._random.random() < EARLY
                if self._over.wait(self._lives(is_early=is_early)):
                    return
                self._kill()
                self.killed_at_work += not is_early
                self._process = self._start()
        except RuntimeError as error:
            self._failed = error

    def _lives(self, *, is_early: bool) -> float:
        """How long it goes on to live: one that is killed early not even until it answers."""
        if is_early:
            return self._random.uniform(0.0, self._starting)
        self._starting = self._wait_for_answer()
        return self._random.uniform(SOONEST, LATEST)

    def _wait_for_answer(self) -> float:
        """Wait until it answers or all is over, and return how long that took. Raises ``RuntimeError``."""
        began = time.monotonic()
        while not self._over.is_set():
            with suppress(httpx.HTTPError):
                httpx.get(f"{self.url}/health")
                break
            if self._process.poll() is not None:
                raise RuntimeError(f"the bridge ended by itself with status {self._process.returncode}")
            if time.monotonic() - began > PATIENCE:
                raise RuntimeError("the bridge does not start")
            time.sleep(BETWEEN_LOOKS)
        return time.monotonic() - began

    def _kill(self) -> None:
        if self._process.poll() is not None:
            raise RuntimeError(f"the bridge ended by itself with status {self._process.returncode}")
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.kills += 1

    def _start(self) -> subprocess.Popen[bytes]:
        self.starts += 1
        command = [sys.executable, "-c", RUN, "bridge", "chatwoot", "--config", str(self._file)]
        with self._log.open("ab") as log:
            return subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)


def _free_port() -> int:
    """A port that stays free while the bridge is dead: none that the system gives to connections of its own accord."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


def as_toml(settings: dict[str, Any]) -> str:
    """Settings as TOML: strings, numbers, lists and flat tables look there as in JSON."""
    plain = [f"{name} = {json.dumps(value)}" for name, value in settings.items() if not isinstance(value, dict)]
    for name, table in settings.items():
        if isinstance(table, dict):
            plain += [f"[{name}]", *(f"{json.dumps(key)} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(plain) + "\n"
