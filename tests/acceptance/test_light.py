"""A platform for one developer: API and worker in one process, which does all that the ordinary one does."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.builders.waits import eventually
from warmline import Warmline

WARMLINE = str(Path(sys.executable).with_name("warmline"))
SECONDS = 120.0


@dataclass(frozen=True)
class Light:
    """A running light platform."""

    launcher: psutil.Process
    home: Path

    @property
    def told(self) -> dict[str, Any]:
        return dict(json.loads((self.home / "stack.json").read_text()))

    def own(self) -> list[psutil.Process]:
        """The launcher and what it copied of itself; without the servers and their guards."""
        below = [(one, line_of(one)) for one in self.launcher.children(recursive=True)]
        return [self.launcher, *(one for one, line in below if "warmline_local.commands.light" in line)]


def line_of(process: psutil.Process) -> str:
    """A process's command line; empty where it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return ""


@pytest.fixture(scope="module")
def light() -> Iterator[Light]:
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        home = Path(folder)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
        started = subprocess.Popen(
            [WARMLINE, "up", "--light", "--port", "0", "--home", folder],
            env=kept,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert eventually(lambda: started.poll() is not None or (home / "stack.json").exists(), seconds=SECONDS)
            assert started.poll() is None
            yield Light(psutil.Process(started.pid), home)
        finally:
            started.send_signal(signal.SIGTERM)
            started.wait(SECONDS)
        assert not (home / "stack.json").exists()


@pytest.fixture(scope="module")
def client(light: Light) -> Iterator[Warmline]:
    with Warmline(light.told["url"], light.told["api_key"], timeout=60) as client:
        yield client


def test_a_handoff_goes_from_one_agent_to_the_next(client: Warmline) -> None:
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        session.remember("I was charged $299, but my plan is $199/mo.", role="user")
        handoff = session.hand_off(to="billing", reason="Refunds over $50 need a specialist")
    assert "$299" in (client.handoffs.wait(handoff.id, timeout=SECONDS).brief or pytest.fail("no brief")).text
    with client.accept(handoff.id, agent="billing") as warm:
        assert "$299" in warm.prompt


def test_one_process_serves_and_works_and_one_more_stands_by_for_briefs(light: Light, client: Warmline) -> None:
    client.sessions.list()
    assert eventually(lambda: len(light.own()) == 2, seconds=SECONDS)


def test_it_says_that_all_its_parts_are_well(light: Light) -> None:
    environment = {**os.environ, "WARMLINE_HOME": str(light.home)}
    done = subprocess.run([WARMLINE, "doctor"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_it_keeps_a_log_of_both(light: Light) -> None:
    assert (light.home / "logs" / "warmline.log").exists()
    assert (light.home / "logs" / "security.log").stat().st_mode & 0o077 == 0


def test_where_the_copy_for_briefs_is_lost_everything_stops_and_says_so() -> None:
    with tempfile.TemporaryDirectory(prefix="wl-") as folder:
        started = subprocess.Popen(
            [WARMLINE, "up", "--light", "--port", "0", "--home", folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        with started:
            home = Path(folder)
            eventually(lambda: started.poll() is not None or (home / "stack.json").exists(), seconds=SECONDS)
            (_, copy) = Light(psutil.Process(started.pid), home).own()
            copy.kill()
            _, said = started.communicate(timeout=SECONDS)
        assert started.returncode == 1
        assert "The platform ended by itself." in said
        assert not (home / "stack.json").exists()
