"""Attempts at signing in: few hashes at a time, and whoever guesses has to wait, longer with every guess."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from uuid import uuid4

import httpx
import psutil
import pytest
import redis

from tests.builders.console import (
    PASSWORD,
    Browser,
    a_browser,
    an_operator_with_a_password,
    sign_in,
    signed_in,
    tenant_name,
    text_of,
)
from tests.builders.requests import get
from tests.builders.security_lines import security_lines
from tests.builders.waits import eventually
from tests.conftest import Api, serve
from warmline_api.console.entrance.attempts import MOST_FROM_ONE_ADDRESS, Attempts
from warmline_api.console.entrance.refusals import TooManyAttempts
from warmline_memory.settings import Settings

FREE = 6
"""So many wrong passwords are answered as such; the last of them closes the name."""


def somewhere() -> str:
    """An address that no other test comes from."""
    four = uuid4().bytes[:3]
    return f"10.{four[0]}.{four[1]}.{four[2]}"


@pytest.fixture(scope="module")
def api_url(settings: Settings) -> Iterator[str]:
    """An API behind a proxy, so that a test can come from wherever it likes."""
    with serve(settings.model_copy(update={"trusted_proxies": "127.0.0.1"})) as url:
        yield url


@pytest.fixture
def stranger(api: Api) -> Browser:
    return from_elsewhere(api)


def from_elsewhere(api: Api) -> Browser:
    browser = a_browser(api.url)
    browser.http.headers["x-forwarded-for"] = somewhere()
    return browser


def guess(browser: Browser, api: Api, name: str = "ann") -> httpx.Response:
    return sign_in(browser, api, name, "wrong password")


@contextmanager
def peak_of_memory() -> Iterator[list[int]]:
    """By how many bytes this process, with its API, grew at most while a block ran."""
    me, grown, over = psutil.Process(), [0], threading.Event()
    before = me.memory_info().rss

    def watch() -> None:
        while not over.wait(0.005):
            grown[0] = max(grown[0], me.memory_info().rss - before)

    thread = threading.Thread(target=watch)
    thread.start()
    yield grown
    over.set()
    thread.join()


def test_sixty_sign_ins_at_once_are_taken_one_at_a_time_and_whoever_finds_no_place_hears_when(api: Api) -> None:
    address = somewhere()

    def attempt(number: int) -> httpx.Response:
        typed = {"name": f"acme-{uuid4()}/{number}", "password": "wrong password"}
        headers = {"x-forwarded-for": address}
        return httpx.post(f"{api.url}/console/sign-in", data=typed, headers=headers, timeout=150)

    with peak_of_memory() as grown, ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(attempt, range(60)))

    refused = [answer for answer in answers if answer.status_code == 503]
    assert {answer.status_code for answer in answers} == {401, 503}
    assert {answer.headers["retry-after"] for answer in refused} == {"2"}
    # One hash takes 64 MiB; forty at the same time would take 2.5 GiB.
    assert grown[0] < 400 * 2**20


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_a_name_is_closed_after_some_guesses_wherever_they_come_from_and_whether_or_not_somebody_has_it(
    api: Api, name: str
) -> None:
    an_operator_with_a_password(api)

    answers = [guess(from_elsewhere(api), api, name) for _ in range(FREE + 1)]

    assert [answer.status_code for answer in answers] == [401] * FREE + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 30
    assert "Too many attempts. Try again in" in text_of(answers[-1].text)


def test_a_name_that_is_closed_is_closed_for_the_right_password_too(api: Api, stranger: Browser) -> None:
    an_operator_with_a_password(api)
    for _ in range(FREE):
        guess(stranger, api)

    assert sign_in(from_elsewhere(api), api).status_code == 429


def test_every_further_guess_doubles_the_wait_and_what_was_refused_does_not(settings: Settings) -> None:
    name, waits = f"acme/{uuid4()}", []
    with closing(Attempts(settings)) as attempts, closing(redis.Redis.from_url(url_of(settings))) as server:
        for _ in range(FREE + 3):
            waits.append(attempts.begin(name, somewhere()))
            if waits[-1]:
                with pytest.raises(TooManyAttempts):
                    attempts.begin(name, somewhere())
            server.delete(*server.scan_iter("warmline.closed:*"), "warmline.none")

    assert waits == [0, 0, 0, 0, 0, 30, 60, 120, 240]


def url_of(settings: Settings) -> str:
    return settings.redis_url.replace("redis+socket://", "unix://")


def test_an_address_that_tries_many_names_has_to_wait(settings: Settings) -> None:
    address = somewhere()
    with closing(Attempts(settings)) as attempts:
        for _ in range(MOST_FROM_ONE_ADDRESS):
            attempts.begin(str(uuid4()), address)

        with pytest.raises(TooManyAttempts, match=r"Try again in (\d+ seconds|\d+ minutes)"):
            attempts.begin(str(uuid4()), address)
        assert attempts.begin(str(uuid4()), somewhere()) == 0


def test_the_addresses_of_one_ipv6_network_are_one_address(settings: Settings) -> None:
    network = uuid4().bytes
    prefix = f"2001:db8:{network[0]:x}{network[1]:02x}:{network[2]:x}{network[3]:02x}"
    with closing(Attempts(settings)) as attempts:
        for number in range(MOST_FROM_ONE_ADDRESS):
            attempts.begin(str(uuid4()), f"{prefix}::{number + 1:x}")

        with pytest.raises(TooManyAttempts):
            attempts.begin(str(uuid4()), f"{prefix}::ffff")


def test_every_count_ends_by_itself_although_its_time_was_over_when_an_attempt_was_taken_back(
    settings: Settings,
) -> None:
    name, address = f"acme/{uuid4()}", somewhere()
    with closing(Attempts(settings)) as attempts, closing(redis.Redis.from_url(url_of(settings))) as server:
        attempts.begin(name, address)
        server.delete(*server.scan_iter("warmline.from:*"), *server.scan_iter("warmline.attempts:*"))
        attempts.take_back(name, address)

        counts = [*server.scan_iter("warmline.from:*"), *server.scan_iter("warmline.attempts:*")]
        assert counts
        assert all(server.ttl(one) > 0 for one in counts)


def test_whoever_signs_in_hears_of_the_attempts_that_failed_and_they_are_forgotten(api: Api, stranger: Browser) -> None:
    an_operator_with_a_password(api)
    for _ in range(4):
        guess(stranger, api)

    sign_in(stranger, api)

    assert "4 attempts to sign in as you failed before this one" in text_of(stranger.page("/mine"))
    assert guess(from_elsewhere(api), api).status_code == 401
    sign_in(stranger, api)
    assert "attempts to sign in" not in text_of(stranger.page("/mine"))


def test_a_failed_attempt_is_in_the_audit_and_in_the_security_log_of_the_operators_tenant(
    api: Api, stranger: Browser
) -> None:
    ann = an_operator_with_a_password(api)
    with security_lines() as lines:
        guess(stranger, api)
        entries = eventually(lambda: get(api, "audit", verb="sign-in-failed")["items"])
        guess(stranger, api, "nobody")

    entry = entries[0]
    assert entry["details"] == {"operator_id": ann["id"], "why": "password", "closed_seconds": 0}
    assert (entry["actor"]["kind"], entry["actor"]["name"]) == ("system", "sign-in")
    assert entry["actor"]["address"] == stranger.http.headers["x-forwarded-for"]
    about = [line["operator_id"] for line in lines if line["what"] == "sign-in"]
    assert about == [ann["id"]]
    assert len(get(api, "audit", verb="sign-in-failed")["items"]) == 1


def test_the_present_password_cannot_be_guessed_with_a_cookie_that_was_stolen(api: Api) -> None:
    browser = signed_in(api)
    typed = {"current": "guessed", "password": "quite a new phrase", "again": "quite a new phrase"}

    for _ in range(FREE):
        assert "not your present password" in browser.refused("/settings/password", 422, **typed)

    answer = browser.submit("/settings/password", **{**typed, "current": PASSWORD})
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)


@pytest.mark.parametrize("typed", [{"password": "x" * 250}, {"name": "x" * 250}, {"name": "x" * 5_000}])
def test_what_is_too_long_to_be_right_is_wrong(api: Api, stranger: Browser, typed: dict[str, str]) -> None:
    fields = {"name": f"{tenant_name(api)}/ann", "password": PASSWORD} | typed

    assert stranger.http.post("/console/sign-in", data=fields).status_code == 401


def test_the_answer_takes_as_long_for_a_name_that_nobody_has(api: Api) -> None:
    def seconds(name: str) -> float:
        browser = from_elsewhere(api)
        began = time.perf_counter()
        assert guess(browser, api, name).status_code == 401
        return time.perf_counter() - began

    known, unknown = [], []
    for number in range(6):
        an_operator_with_a_password(api, f"op-{number}")
        known.append(seconds(f"op-{number}"))
        unknown.append(seconds(f"no-{number}"))

    # The fastest of several shows what the work takes on a busy machine.
    assert 0.6 < min(known) / min(unknown) < 1.6
