"""The demo, as a newcomer runs it."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from uuid import uuid4

import httpx
import psutil
import pytest

from tests.builders.whole_words import says

WARMLINE = Path(sys.executable).with_name("warmline")


def run(*arguments: str, mark: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DEMO_MARK": mark}
    command = [WARMLINE, "demo", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def left_running(mark: str) -> list[str]:
    """The processes that still have the demo's environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("DEMO_MARK") == mark:
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found


@pytest.fixture(scope="module")
def hops() -> list[dict[str, Any]]:
    """The two handoffs of the demo."""
    mark = uuid4().hex
    done = run("--json", mark=mark)
    assert (done.returncode, left_running(mark)) == (0, []), done.stderr
    return json.loads(done.stdout)["hops"]


def test_the_work_goes_from_a_bot_to_a_specialist_to_a_person(hops: list[dict[str, Any]]) -> None:
    assert [(hop["source"], hop["target"]) for hop in hops] == [
        ("tier1-bot", "billing-specialist"),
        ("billing-specialist", "human:operator-7"),
    ]


@pytest.mark.parametrize("hop", [0, 1])
def test_each_wakes_up_knowing_the_case_and_not_the_pin(hops: list[dict[str, Any]], hop: int) -> None:
    prompt = hops[hop]["prompt"]
    assert all(needed in prompt for needed in ("ACC-4521", "$299", "$199", "INV-2031", "frustrating"))
    assert not says(prompt, "4471")


def test_the_person_also_knows_what_came_after_the_brief_was_cut(hops: list[dict[str, Any]]) -> None:
    late = "dave@example.com"
    assert late not in hops[1]["brief"]["text"]
    assert late in hops[1]["prompt"]


def test_it_stays_where_that_is_wanted_with_both_sides_to_try_and_leaves_nothing_behind() -> None:
    mark = uuid4().hex
    environment = os.environ | {"DEMO_MARK": mark}
    told: list[str] = []
    with subprocess.Popen([WARMLINE, "demo", "--stay"], env=environment, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            told.append(line)
            if line.startswith("password"):
                break
        [both] = re.findall(r"http://\S+/both", "".join(told))
        page = httpx.get(both)
        chat, console = (urljoin(both, found) for found in re.findall('src="([^"]+)"', page.text))
        assert httpx.get(chat).status_code == 200
        framed = httpx.get(console, follow_redirects=True)
        demo.send_signal(signal.SIGTERM)
    assert (page.status_code, framed.status_code, demo.returncode) == (200, 200, 0)
    assert f"frame-ancestors {both.removesuffix('/both')}" in framed.headers["content-security-policy"]
    assert left_running(mark) == []


def test_shown_on_a_page_it_sets_both_sides_side_by_side() -> None:
    mark = uuid4().hex
    done = run(mark=mark)
    assert (done.returncode, left_running(mark)) == (0, [])
    assert all(words in done.stdout for words in ("wakes up with", "Without a handoff", "ACC-4521"))
