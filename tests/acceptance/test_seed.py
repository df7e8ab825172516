"""The sample tenant, as a newcomer fills a stack with it."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders.web_chat import Visitor
from warmline import Warmline
from warmline_local.sample import CHAT_QUEUE, NAME
from warmline_local.stack import Stack
from warmline_memory.settings import Settings

WARMLINE = Path(sys.executable).with_name("warmline")
SECONDS = 150
PASSWORD = "of-the-sample-desk"

Seed = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A platform of its own, as `warmline up` starts it."""
    with tempfile.TemporaryDirectory(prefix="warmline-") as folder:
        settings = Settings(home=Path(folder), port=0, database_url="", migration_database_url="", redis_url="")
        with Stack(settings, with_chat=True) as stack:
            yield stack


@pytest.fixture(scope="module")
def seed(stack: Stack) -> Seed:
    """Runs `warmline seed` on that platform."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}

    def seed(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [WARMLINE, "seed", *arguments]
        given = kept | {"WARMLINE_HOME": str(stack.settings.home)}
        return subprocess.run(command, env=given, capture_output=True, text=True, timeout=SECONDS, check=False)

    return seed


@pytest.fixture(scope="module")
def made(seed: Seed) -> dict[str, Any]:
    """What the first run tells; without its weeks of history it is soon done."""
    done = seed("--weeks", "0", "--password", PASSWORD, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def client(made: dict[str, Any], stack: Stack) -> Iterator[Warmline]:
    """A client of the sample tenant."""
    with Warmline(stack.url, made["api key"]) as client:
        yield client


def test_it_tells_once_how_to_get_in(made: dict[str, Any], stack: Stack) -> None:
    assert made["console"] == f"{stack.url}/console/"
    assert (made["sign in as"], made["password"]) == ("sample/ines.weber", PASSWORD)


def test_a_visitor_of_its_chat_reaches_its_people(stack: Stack, client: Warmline) -> None:
    key = stack.kept_key(NAME)
    assert stack.kept_key(NAME) == key
    both = stack.open_chat(key, queue=CHAT_QUEUE)
    visitor = Visitor(both.removesuffix("/both"))
    visitor.write("My tent has a hole. I want a person.")
    visitor.read_until("I am getting a person", waiting=True)
    assert [one.to for one in client.handoffs.list(namespace=f"chat/{visitor.token.split('.')[0]}")] == [
        "queue:technical"
    ]


def test_its_desk_has_handoffs_in_every_state(client: Warmline) -> None:
    states = Counter(handoff.state.value for handoff in client.handoffs.list(page_size=200))
    assert set(states) >= {"drafted", "ready", "claimed", "accepted", "closed", "cancelled", "failed"}


def test_it_was_handed_over_long_before_it_was_made(client: Warmline) -> None:
    handoffs = list(client.handoffs.list(page_size=200))
    assert all(one.requested_at <= one.ready_at for one in handoffs if one.ready_at)
    assert datetime.now(UTC) - min(one.requested_at for one in handoffs) > timedelta(hours=10)


def test_a_second_run_changes_nothing_and_says_so(made: dict[str, Any], seed: Seed, client: Warmline) -> None:
    done = seed("--weeks", "0")
    assert "is there" in done.stderr
    assert client.whoami().tenant == "sample"
