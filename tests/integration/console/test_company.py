"""Who else has a case open, as the stream of an open page tells it: colleagues who may see it, and nobody else."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Any
from uuid import uuid4

import pytest

from tests.builders.console import Browser, csrf_of, signed_in
from tests.builders.handoffs import accept, read, waiting
from tests.builders.requests import Json, patch
from tests.builders.sessions import a_session
from tests.conftest import Api
from warmline_memory.messaging import onlookers

pytestmark = pytest.mark.usefixtures("worker")

NOBODY = {"who": [], "here": "", "typing": ""}
SECONDS = 60


@contextmanager
def company_of(browser: Browser, handoff: Json) -> Iterator[Iterator[Any]]:
    """What the stream of a case's page tells of others, one after the other."""
    at = {"chain_id": handoff["chain_id"]}
    with browser.http.stream("GET", "/console/events", params=at, timeout=SECONDS) as stream:
        assert stream.status_code == 200
        yield _told(stream.iter_lines())


def _told(lines: Iterator[str]) -> Iterator[Any]:
    for line in lines:
        if line == "event: company":
            yield json.loads(next(lines).removeprefix("data: "))


def until(told: Iterator[Any], **wanted: str) -> Any:
    """What is told first that says so; the stream's own time limit ends the wait."""
    return next(one for one in told if wanted.items() <= one.items())


def types(browser: Browser, handoff: Json) -> int:
    token = csrf_of(browser.page("/mine"))
    return browser.http.post(f"/console/chains/{handoff['chain_id']}/typing", data={"csrf": token}).status_code


@contextmanager
def typing_on(browser: Browser, handoff: Json) -> Iterator[None]:
    """Somebody types on and on: that they do is told for some seconds, which a busy machine may be late for."""
    over = Event()

    def type_on() -> None:
        while not over.wait(1):
            assert types(browser, handoff) == 204

    with ThreadPoolExecutor(1) as thread:
        typing = thread.submit(type_on)
        try:
            yield
        finally:
            over.set()
            typing.result()


def test_who_comes_types_says_it_and_leaves_is_told_to_others_who_have_the_case_open(api: Api, ann: Browser) -> None:
    bob = signed_in(api, "bob", display_name="Bob Ray")
    handoff = waiting(api)
    accept(api, handoff, "human:bob")
    with company_of(ann, handoff) as told, ExitStack() as page:
        assert next(told) == NOBODY
        page.enter_context(company_of(bob, handoff))
        assert until(told, here="Also here: Bob Ray")["who"] == ["human:bob"]
        with typing_on(bob, handoff):
            until(told, typing="Bob Ray is typing")
        bob.done(f"/handoffs/{handoff['id']}/say", text="It is paid.", **{"as": "reply"})
        until(told, here="Also here: Bob Ray", typing="")
        page.close()
        assert until(told, here="") == NOBODY


def test_that_the_customer_types_is_told_until_their_message_comes(
    api: Api, ann: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than the test can take: so it is the message that ends it.
    monkeypatch.setattr(onlookers, "TYPING_SECONDS", 10.0 * SECONDS)
    handoff = waiting(api)
    chain = f"/v1/chains/{handoff['chain_id']}"
    with company_of(ann, handoff) as told:
        assert next(told) == NOBODY
        assert api.http.post(f"{chain}/typing").status_code == 204
        assert until(told, typing="The customer is typing") == NOBODY | {
            "who": ["customer"],
            "typing": "The customer is typing",
        }
        said = {"content": "Is anybody there?", "external_id": "chat-1"}
        api.http.post(f"{chain}/messages", json=said).raise_for_status()
        until(told, typing="")


def test_of_no_case_nobody_is_told_that_a_customer_types(api: Api) -> None:
    later = a_session(api)
    warm = accept(api, waiting(api, later), "human:bob")
    for chain in (uuid4(), warm["session"]["id"]):
        assert api.http.post(f"/v1/chains/{chain}/typing").status_code == 404


def test_nobody_is_told_of_themselves(api: Api, ann: Browser) -> None:
    handoff = waiting(api)
    with company_of(ann, handoff) as first, company_of(ann, handoff) as second:
        assert next(first) == next(second) == NOBODY


def test_it_is_told_in_the_readers_own_language(api: Api, ann: Browser) -> None:
    eve = signed_in(api, "eve")
    eve.done("/settings/language", language="de")
    handoff = waiting(api)
    with company_of(ann, handoff) as told:
        next(told)
        with company_of(eve, handoff) as german:
            until(german, here="Auch hier: ann")


def test_whoever_may_not_see_a_case_is_neither_told_nor_shown(api: Api, ann: Browser) -> None:
    zoe = signed_in(api, "zoe", queues=["fraud"])
    handoff = waiting(api)
    at = {"chain_id": handoff["chain_id"]}
    assert zoe.http.get("/console/events", params=at).status_code == 404
    assert types(zoe, handoff) == 404
    with company_of(ann, handoff) as told:
        assert next(told) == NOBODY


def test_whose_queue_is_taken_from_them_is_told_nothing_more(api: Api, ann: Browser) -> None:
    bob = signed_in(api, "bob")
    handoff = waiting(api)
    with company_of(bob, handoff) as told:
        assert next(told) == NOBODY
        patch(api, "operators/bob", {"queues": []})
        with company_of(ann, handoff) as hers:
            until(hers, here="Also here: bob")
            assert types(ann, handoff) == 204
            # What is told to Bob next would be that; a signing out ends his stream, so that the wait has an end.
            bob.done("/sign-out")
            assert list(told) == []
    assert read(api, handoff)["state"] == "ready"
