"""The check of two hosts says why it cannot be done, and finds what is not as it was told."""

import httpx
import pytest

from bench.hosts.callers import Told, verdict
from bench.hosts.network import Unable, two_hosts


def test_a_machine_without_iproute2_or_root_is_told_why_it_cannot_have_two_hosts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unable, match=r"root|iproute2"), two_hosts():
        pass


def answer(request: httpx.Request) -> httpx.Response:
    """A platform that lost one memory and one handoff, and wrote two briefs."""
    if request.url.path.endswith(("/gone", "/lost")):
        return httpx.Response(404)
    if request.url.path == "/v1/memories":
        return httpx.Response(200, json={"items": [{}] * (2 if request.url.params["session_id"] == "twice" else 1)})
    return httpx.Response(200, json={"state": "claimed", "holder": "first"})


def test_what_is_lost_doubled_or_owned_twice_is_found() -> None:
    told = Told(memories=["kept", "gone"], handoffs={name: name for name in ("fine", "lost", "twice", "both", "else")})
    told.owners |= {"fine": {"first"}, "both": {"first", "second"}, "else": {"second"}}
    with httpx.Client(base_url="http://platform", transport=httpx.MockTransport(answer)) as http:
        wrong = verdict(http, told)
    assert wrong == {
        "memories_lost": ["gone"],
        "handoffs_lost": ["lost"],
        "handoffs_without_exactly_one_brief": ["twice: claimed, 2 briefs"],
        "handoffs_with_two_owners": ["both"],
        "handoffs_of_another_owner_than_was_told": ["else"],
    }
