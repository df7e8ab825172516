"""Shift sheets in Slack: shown where the rota's people are, signed by who goes, and not while parts are empty."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import shifts
from tests.builders.bridges import quiet, soon
from tests.builders.handoffs import waiting
from tests.builders.operators import an_operator, revised
from tests.builders.requests import Json
from tests.builders.shifts import INES, TOMASZ, a_rota, held, made, read, take, written
from tests.builders.slack import ANN, BILLING, BOB, EVE, FRAUD, FakeSlack, a_bridge, a_slack, buttons_of, text_of
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

NOTES = ("Refund of $100 is with finance; next: call Dave by 18:00.", "If finance declines, call the duty manager.")


@pytest.fixture
def fake() -> Iterator[FakeSlack]:
    with a_slack() as fake:
        yield fake


@pytest.fixture
def people(api: Api, fake: FakeSlack) -> None:
    """Ines, who goes, and Tomasz, who comes: in Slack they are the users Ann and Bob. Eve is no operator."""
    for name, user in (("ines", ANN), ("tomasz", BOB)):
        an_operator(api, name, display_name=name.title())
        revised(api, name, email=fake.emails[user])


@pytest.fixture
def bridge(api: Api, fake: FakeSlack, tmp_path: Path, people: None) -> Iterator[str]:
    # Cases are threads of their queue's channel; sheets are looked for in another one.
    with a_bridge(api, fake, tmp_path, rotas={"nights": FRAUD}) as url:
        yield url


def a_sheet(api: Api, **changes: Any) -> Json:
    """A sheet of Ines by the rota, with what she holds."""
    a_rota(api, **changes)
    return made(api, rota="nights", outgoing=INES)


@pytest.mark.usefixtures("bridge")
def test_a_sheet_stands_in_the_channel_of_its_rota_with_what_nobody_has_said(api: Api, fake: FakeSlack) -> None:
    held(api)
    a_sheet(api)
    message = fake.thread(FRAUD)
    assert "Shift change* · nights · Ines → Tomasz" in text_of(message)
    assert "To be signed: 1 case." in text_of(message)
    assert "Not said: " in text_of(message)
    assert buttons_of(message) == ["sign", "open"]


@pytest.mark.usefixtures("bridge")
def test_what_is_critical_and_only_waits_stands_before_the_items(api: Api, fake: FakeSlack) -> None:
    held(api, reason="Wants a refund")
    waiting(api, urgency="critical", reason="Payments are down")
    a_sheet(api)
    told = text_of(fake.thread(FRAUD))
    assert "Critical, waiting in the queue: tier1-bot: Payments are down" in told.partition("Wants a refund")[0]
    assert "more wait in the queue" not in told


def test_without_a_channel_of_its_own_it_stands_in_that_of_the_rotas_queue(
    api: Api, fake: FakeSlack, tmp_path: Path, people: None
) -> None:
    with a_bridge(api, fake, tmp_path):
        a_sheet(api)
        assert "nothing open" in text_of(fake.thread(BILLING))


def test_a_sheet_whose_rota_has_no_channel_is_in_the_console_alone(
    api: Api, fake: FakeSlack, tmp_path: Path, people: None
) -> None:
    with a_bridge(api, fake, tmp_path) as bridge:
        a_sheet(api, queue=None)
        quiet(bridge)
    assert fake.messages == []


@pytest.mark.usefixtures("bridge")
def test_a_sheet_with_empty_parts_is_not_signed_unless_it_is_wanted_all_the_same(api: Api, fake: FakeSlack) -> None:
    held(api)
    sheet = a_sheet(api)
    fake.press(ANN, fake.thread(FRAUD), "sign")
    [refusal] = soon(lambda: fake.whispers)
    assert refusal["text"].startswith("It is not signed: parts of it are empty.")
    assert "What if" in refusal["text"]
    assert read(api, sheet)["state"] == "drafted"
    fake.press(ANN, refusal, "sign_anyway")
    soon(lambda: "Signed by Ines." in text_of(fake.thread(FRAUD)))
    signed = read(api, sheet)
    assert (signed["signed_by"], [item["to"] for item in signed["items"]]) == (INES, [TOMASZ])


@pytest.mark.usefixtures("bridge")
def test_a_sheet_without_anything_open_is_signed_at_once_however_often_slack_tells_of_it(
    api: Api, fake: FakeSlack
) -> None:
    sheet = a_sheet(api)
    message = fake.thread(FRAUD)
    assert fake.press(ANN, message, "sign", times=3) == 200
    soon(lambda: buttons_of(message) == ["open"])
    assert [one["type"] for one in shifts.events(api)].count("shift.signed") == 1
    assert fake.whispers == []
    assert read(api, sheet)["signed_by"] == INES


@pytest.mark.usefixtures("bridge")
def test_who_does_not_go_and_leads_nobody_does_not_sign(api: Api, fake: FakeSlack) -> None:
    sheet = a_sheet(api)
    message = fake.thread(FRAUD)
    fake.press(BOB, message, "sign")
    fake.press(EVE, message, "sign")
    soon(lambda: len(fake.whispers) == 2)
    assert fake.told(BOB) == ["It is Ines's: they or a lead sign it."]
    assert "No operator of Warmline" in fake.told(EVE)[0]
    assert read(api, sheet)["state"] == "drafted"
    revised(api, "tomasz", role="lead")
    fake.press(BOB, message, "sign")
    soon(lambda: "Signed by Tomasz." in text_of(message))


@pytest.mark.usefixtures("bridge")
def test_where_the_rota_names_nobody_they_are_sent_to_where_they_can_choose(api: Api, fake: FakeSlack) -> None:
    held(api)
    sheet = a_sheet(api, incoming=())
    fake.press(ANN, fake.thread(FRAUD), "sign")
    [refusal] = soon(lambda: fake.whispers)
    fake.press(ANN, refusal, "sign_anyway")
    soon(lambda: len(fake.whispers) == 2)
    assert fake.told(ANN)[-1].startswith("It is not signed. Nobody would be on")
    assert f"/console/shifts/{sheet['id']}" in fake.told(ANN)[-1]


@pytest.mark.usefixtures("bridge")
def test_what_is_read_back_stands_in_the_message_until_the_shift_is_taken_over(api: Api, fake: FakeSlack) -> None:
    held(api, *NOTES)
    sheet = a_sheet(api)
    message = fake.thread(FRAUD)
    signed = written(api, shifts.do(api, sheet, "sign", 202, agent=INES))
    soon(lambda: "Not read back yet: 1." in text_of(message))
    take(api, signed, signed["items"][0])
    soon(lambda: "Taken over." in text_of(message))
    assert "acknowledged by Tomasz" in text_of(message)
    assert buttons_of(message) == ["open"]
