"""Examples that are a part of a program: run as they are written, with what their pages take for granted."""

import asyncio
import base64
import json
import re
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from standardwebhooks import Webhook

from tests.builders.operators import an_operator
from tests.conftest import Api
from warmline import Warmline
from warmline.tools import SessionHandoffRequested, ask_for_handoff

DOCS = Path(__file__).parents[3] / "docs"
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


def examples(page: str, language: str = "python") -> list[str]:
    """The examples of a page in a language, in their order."""
    return re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.S)


@pytest.fixture
def handoff_id(client: Warmline, worker: None) -> UUID:
    """A handoff to people whose brief is written."""
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        session.remember("I was charged $299, the plan is $199 a month", role="user")
        handoff = session.hand_off(to="queue:billing", reason="A refund needs a person")
    return client.handoffs.wait(handoff.id).id


@pytest.mark.parametrize(("example", "state"), [(0, "accepted"), (1, "closed")])
def test_the_claim_and_the_takeover_of_the_page_about_the_desk(
    client: Warmline, handoff_id: UUID, example: int, state: str
) -> None:
    exec(examples("desk.md")[example], {"client": client, "handoff_id": handoff_id})
    assert client.handoffs.get(handoff_id).state == state


@pytest.mark.usefixtures("worker")
def test_the_draft_of_the_page_about_reviews_is_edited_and_confirmed(client: Warmline) -> None:
    session = client.session(agent="coder", namespace="shop")
    session.remember("The picker confirms and cancels", kind="goal")
    names: dict[str, Any] = {"client": client, "session": session}
    exec(examples("review.md")[0], names)
    assert "Ask Ann before touching the transcript" in names["warm"].prompt


def test_what_a_model_asks_for_on_the_page_about_reviews_waits_for_review(client: Warmline) -> None:
    session = client.session(agent="coder", namespace="shop")
    names: dict[str, Any] = {
        "session": session,
        "call": SimpleNamespace(arguments='{"reason": "The context is nearly full", "to": "next-coder"}'),
        "ask_for_handoff": ask_for_handoff,
        "SessionHandoffRequested": SessionHandoffRequested,
    }
    exec(examples("review.md")[1], names)
    assert json.loads(names["tool_result"])["type"] == "session-handoff-requested"
    assert client.handoffs.get(names["handoff"].id).to == "next-coder"


def test_the_template_of_the_page_is_added(client: Warmline) -> None:
    [template] = examples("templates.md", "toml")
    written = client.templates.write("claims", **tomllib.loads(template))
    assert [section.title for section in written.sections][:2] == ["Claim", "Policy"]


@pytest.mark.parametrize(("message", "handed_over"), [("snapshot", True), ("How did the last handoff go?", False)])
def test_the_trigger_of_the_page_about_templates_starts_a_handoff(
    client: Warmline, message: str, handed_over: bool
) -> None:
    session = client.session(agent="coder", namespace="shop")
    [example] = examples("templates.md")
    exec(example, {"client": client, "session": session, "message": message})
    assert bool(list(client.handoffs.list(namespace="shop"))) is handed_over


def test_the_rota_of_the_page_about_shifts_is_set_up(api: Api, client: Warmline) -> None:
    for name in ("ines", "tomasz", "mei"):
        an_operator(api, name)
    [rota] = examples("shifts.md", "json")
    assert client.rotas.write("payments", **json.loads(rota)).title == "Payments on call"


def test_the_statements_of_the_page_about_salience_are_weighed(capsys: pytest.CaptureFixture[str]) -> None:
    [example] = examples("salience.md")
    exec(example, {})
    assert capsys.readouterr().out.startswith("My meter 77-4410 drips, please send a plumber. 0.")


class Heard(Exception):
    """An event was printed: there is no end to a stream by itself."""


@pytest.fixture
def hears(client: Warmline) -> Iterator[Callable[..., None]]:
    """Ends the program that prints something; until then, things happen in the background."""
    heard = threading.Event()

    def happen() -> None:
        # A stream begins when it is connected, which nobody hears of: so it happens again.
        while not heard.wait(0.2):
            session = client.session(agent="tier1-bot", namespace="user-dave")
            session.hand_off(to="queue:billing", reason="A refund needs a person")

    def hear(sequence: int, kind: str) -> None:
        heard.set()
        assert kind.startswith("handoff.")
        raise Heard

    happening = threading.Thread(target=happen)
    happening.start()
    yield hear
    heard.set()
    happening.join()


def test_the_stream_of_the_page_about_events_tells_what_happens(client: Warmline, hears: Callable[..., None]) -> None:
    with suppress(Heard):
        exec(examples("events.md")[0], {"client": client, "print": hears})
        pytest.fail("A stream goes on until it is closed.")


def test_the_receiver_of_the_page_about_events_takes_what_is_signed_and_nothing_else() -> None:
    told: list[tuple[str, UUID | None]] = []
    names: dict[str, Any] = {"SECRET": SECRET, "tell_the_team": lambda *event: told.append(event)}
    exec(examples("events.md")[1], names)
    event = {
        "id": "01978f6e-7c1a-7000-8000-000000000009",
        "sequence": 41,
        "type": "handoff.claimed",
        "at": "2026-03-01T10:05:00Z",
        **dict.fromkeys(["actor", "namespace", "chain_id", "handoff_id", "queue"]),
        "facts": {},
    }
    body = json.dumps({"type": event["type"], "timestamp": event["at"], "data": event})
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", now, body),
    }

    async def deliver() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(names["app"]), base_url="http://there.test") as http:
            return [
                (await http.post("/warmline", content=sent, headers=headers)).status_code for sent in (body, f"{body} ")
            ]

    assert asyncio.run(deliver()) == [204, 401]
    assert told == [("handoff.claimed", None)]
