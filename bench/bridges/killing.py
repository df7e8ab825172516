"""A bridge in a process of its own, which is killed at random moments and started again."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

RUN = "import sys; from warmline.cli import main; main(sys.argv[1:])"
PORTS = range(20_000, 32_000)
# Seconds between two kills: some come while the bridge starts, others in the midst of its work.
SOONEST, LATEST = 0.3, 3.0


class KilledBridge:
    """The process. A context manager: with its block it is killed for good."""

    def __init__(self, folder: Path, settings: dict[str, Any], url: str, key: str, seed: int) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.kills = 0
        self._file = folder / "chatwoot.toml"
        self._file.write_text(as_toml({**settings, "port": port, "store": str(folder / "bridge.sqlite3")}))
        self._log = folder / "bridge.log"
        self._environment = {**os.environ, "WARMLINE_URL": url, "WARMLINE_API_KEY": key}
        self._random = random.Random(seed)
        self._over = threading.Event()
        self._process = self._start()
        self._killer = threading.Thread(target=self._kill_at_random)

    def kill_from_now_on(self) -> None:
        """Begin to kill it again and again."""
        self._killer.start()

    def stop_killing(self) -> None:
        """Let the process that runs now live."""
        self._over.set()
        self._killer.join()
        if self._process.poll() is not None:
            self._process = self._start()

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

    def _kill_at_random(self) -> None:
        while not self._over.wait(self._random.uniform(SOONEST, LATEST)):
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self.kills += 1
            self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
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
