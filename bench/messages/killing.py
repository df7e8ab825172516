"""An API process that is killed while it answers, and started again on the same port."""

import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

import httpx

from warmline_local.stack import environment_of
from warmline_memory.settings import Settings

START_SECONDS = 120.0


class KilledApi:
    """One API process beside the stack's own. A context manager."""

    def __init__(self, settings: Settings) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self._environment = environment_of(settings.model_copy(update={"port": int(self.url.rpartition(":")[2])}))
        self._process = self._start()
        self.killed = 0

    def kill_in(self, seconds: float) -> threading.Timer:
        """Kill the process after a while, as a power cut would, and start it again; the timer can be joined."""
        timer = threading.Timer(seconds, self._kill)
        timer.start()
        return timer

    def __enter__(self) -> Self:
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()

    def _kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self.killed += 1
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "warmline_api"], env=self._environment)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                httpx.get(f"{self.url}/health/live").raise_for_status()
                return
            time.sleep(0.05)
        raise TimeoutError(f"the API did not start within {START_SECONDS:g} s")
