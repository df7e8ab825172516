"""Sending one message, to receivers that behave and to receivers that do not."""

import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from standardwebhooks import Webhook

from tests.builders import receivers
from tests.builders.receivers import misbehaving, receiving
from warmline_memory.guarded_network import NOWHERE
from warmline_memory.settings import Settings
from warmline_memory.webhooks import Attempt, Due, Outcome
from warmline_schemas.events import Event, EventType
from warmline_schemas.webhooks import WebhookMessage
from warmline_worker.sending import ANSWER_CHARS, ANSWER_SECONDS, Sender

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQ="
SECONDS = 1.0


def an_attempt(url: str, *secrets: str) -> Attempt:
    event = Event(
        id=UUID("01978f6e-7c1a-7000-8000-000000000009"),
        sequence=41,
        type=EventType.HANDOFF_CLAIMED,
        at=datetime(2026, 3, 1, 10, 5, tzinfo=UTC),
        actor="human:zoë",
        namespace="user-dave",
        chain_id=None,
        handoff_id=None,
        queue="queue:billing",
        facts={"level": 1},
    )
    message = WebhookMessage(type=event.type, timestamp=event.at, data=event)
    due = Due(uuid4(), uuid4(), uuid4(), is_failing=False)
    return Attempt(due, number=1, url=url, secrets=secrets or (SECRET,), message=message)


def send(url: str, *secrets: str, allow: str = "127.0.0.1") -> Outcome:
    sender = Sender(Settings(webhook_allow_private=allow, webhook_timeout_seconds=SECONDS))
    return sender.send(an_attempt(url, *secrets))


def test_a_message_is_signed_as_the_specification_says() -> None:
    with receiving(status=200, body=b"thanks") as receiver:
        outcome = send(receiver.url)
    headers, body = receiver.came[0]
    assert (outcome.status, outcome.problem, outcome.answer) == (200, None, "thanks")
    assert Webhook(SECRET).verify(body, headers)["data"]["actor"] == "human:zoë"
    assert headers["webhook-id"] == "01978f6e-7c1a-7000-8000-000000000009"


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_after_a_rotation_both_secrets_sign(secret: str) -> None:
    with receiving() as receiver:
        send(receiver.url, SECRET, OLD_SECRET)
    headers, body = receiver.came[0]
    Webhook(secret).verify(body, headers)


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_another_status_than_success_is_a_failure_that_is_named(status: int) -> None:
    with receiving(status=status, body=b"no \x00 way") as receiver:
        outcome = send(receiver.url)
    assert (outcome.status, outcome.problem, outcome.answer) == (status, f"It answered {status}.", "no   way")


def test_a_redirect_is_a_failure_and_is_not_followed() -> None:
    with receiving() as secret_place, receiving(status=302, headers={"Location": secret_place.url}) as receiver:
        outcome = send(receiver.url)
    assert secret_place.came == []
    assert "302, a redirect; none is followed" in str(outcome.problem)


def test_a_receiver_that_hangs_is_cut_off() -> None:
    with misbehaving(receivers.hang) as url:
        outcome = send(url)
    assert outcome.problem == "It did not answer within 1 s."
    assert outcome.milliseconds < 1000 * SECONDS + 500


def test_a_receiver_that_drips_bytes_is_cut_off_at_the_same_time() -> None:
    with misbehaving(receivers.drip) as url:
        outcome = send(url)
    assert outcome.problem == "It did not answer within 1 s."
    assert outcome.milliseconds < 1000 * SECONDS + 500


def test_a_receiver_that_takes_no_connection_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        outcome = send(f"http://127.0.0.1:{address[1]}/")
        for one in waiting:
            one.close()
    assert outcome.problem in {"It took no connection in time.", "It did not answer within 1 s."}
    assert outcome.milliseconds < 1000 * SECONDS + 500


@pytest.mark.parametrize("behave", [receivers.drip_body, receivers.flood])
def test_a_message_that_was_accepted_counts_however_long_the_answer(behave: Callable[..., None]) -> None:
    with misbehaving(behave) as url:
        outcome = send(url)
    assert (outcome.status, outcome.problem) == (200, None)
    assert len(str(outcome.answer)) <= ANSWER_CHARS
    assert outcome.milliseconds < 1000 * (SECONDS + ANSWER_SECONDS)


def test_a_huge_answer_is_read_no_further_than_it_is_kept() -> None:
    told = []

    def tell(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + b"y" * 50_000_000)
        told.append("all of it")

    with misbehaving(tell) as url:
        outcome = send(url)
    assert (outcome.answer, told) == ("y" * ANSWER_CHARS, [])


@pytest.mark.parametrize("behave", [receivers.hang_up, receivers.babble])
def test_a_connection_that_is_closed_without_an_answer_is_a_failure(behave: Callable[..., None]) -> None:
    with misbehaving(behave) as url:
        outcome = send(url)
    assert "closed the connection" in str(outcome.problem)
    assert outcome.status is None


def test_nobody_who_listens_is_a_failure() -> None:
    assert send("http://127.0.0.1:1/").problem == "It took no connection."


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
def test_however_loopback_is_written_nothing_is_sent_there_unless_it_is_allowed(host: str) -> None:
    with receiving() as receiver:
        port = receiver.url.split(":")[2]
        outcome = send(f"https://{host}:{port}", allow="")
        assert outcome.problem == "This address is private or unknown; only public HTTPS addresses are allowed."
    assert receiver.came == []


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    meanings, resolve = iter(["127.0.0.1", "127.0.0.2"]), socket.getaddrinfo

    def rebinding(host: str, *rest: Any, **more: Any) -> Any:
        return resolve(next(meanings) if host == "rebinding.example" else host, *rest, **more)

    with receiving() as receiver:
        monkeypatch.setattr("warmline_memory.guarded_network.socket.getaddrinfo", rebinding)
        outcome = send(receiver.url.replace("127.0.0.1", "rebinding.example"))
    assert outcome.problem is None
    assert receiver.came[0][0]["host"].startswith("rebinding.example:")


def test_tls_is_asked_for_by_the_name_and_not_by_the_address() -> None:
    said: list[bytes] = []

    def listen(connection: socket.socket, over: threading.Event) -> None:
        said.append(connection.recv(65_536))

    with misbehaving(listen) as url:
        outcome = send(url.replace("http://127.0.0.1", "https://localhost"))
        time.sleep(0.05)
    assert outcome.problem == "Its certificate was not accepted, or no TLS could be agreed on."
    assert b"localhost" in said[0]


def test_a_name_that_means_nothing_is_told() -> None:
    assert send("https://nobody.invalid/").problem == NOWHERE


def test_http_without_tls_goes_to_allowed_networks_alone() -> None:
    assert send("http://1.1.1.1/", allow="10.0.0.0/8").problem == (
        "This address is private or unknown; only public HTTPS addresses are allowed."
    )
