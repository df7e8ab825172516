"""What is given back at Chatwoot is the bot's, wherever a person had taken it over and however long that takes."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from tests.builders.answering_bot import Bot
from tests.builders.bridges import a_bridge, aim, chain_of, handoffs_of, kept, once_kept, quiet, soon
from tests.builders.chatwoot import FakeChatwoot, Talk, a_chatwoot
from tests.builders.handoffs import accept, act, requested, written
from tests.builders.requests import get
from tests.conftest import Api, TenantKey, make_tenant, serve
from warmline_memory import jobs
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings

LAST = "The bot tells you the rest."


@pytest.fixture
def fake() -> Iterator[FakeChatwoot]:
    with a_chatwoot() as fake:
        yield fake


@pytest.fixture
def alone(apart: Settings) -> Iterator[Platform]:
    """A platform of its own, on which no worker runs: its briefs are written when the test says so."""
    with open_platform(apart, open_celery(apart)) as platform:
        yield platform


@pytest.fixture
def its_tenant(alone: Platform) -> TenantKey:
    return make_tenant(alone.database)


@pytest.fixture
def its_api(alone: Platform, its_tenant: TenantKey) -> Iterator[Api]:
    headers = {"Authorization": f"Bearer {its_tenant.key}"}
    with serve(alone.settings) as url, httpx.Client(base_url=url, headers=headers, timeout=30) as http:
        yield Api(url, its_tenant.key, http)


def is_the_bots(api: Api, talk: Talk, agent: str = "tier1-bot") -> bool:
    owner = get(api, f"chains/{chain_of(api, talk)}/owner", agent=agent)
    return bool(owner["may_reply"] and owner["waiting_handoff_id"] is None)


def holder(api: Api, talk: Talk) -> str | None:
    return str(get(api, f"chains/{chain_of(api, talk)}/owner")["agent"])


def with_ana(api: Api, fake: FakeChatwoot) -> Talk:
    """A conversation that Ana has taken over with her first answer."""
    talk = fake.begins("I want a person")
    soon(lambda: talk.status == "open")
    fake.replies(talk, "Ana here. It is on its way.")
    soon(lambda: handoffs_of(api, talk)[0]["holder"] == "human:ana")
    return talk


def says_unheard(fake: FakeChatwoot, talk: Talk, url: str) -> None:
    """Ana says something, of which Chatwoot tells after all else."""
    fake.settle()
    fake.targets = {}
    fake.replies(talk, LAST)
    fake.settle()
    aim(fake, url)


@pytest.mark.usefixtures("worker")
def test_what_a_person_said_before_they_gave_it_back_and_that_comes_after_it_lets_the_bot_speak(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    with a_bridge(api, fake, tmp_path, catch_up_seconds=0) as bridge, Bot(api):
        talk = with_ana(api, fake)
        says_unheard(fake, talk, bridge)
        fake.set_status(talk, "pending")
        soon(lambda: is_the_bots(api, talk))
        fake.tell("message_created", talk, talk.messages[-1])
        once_kept(api, talk, 3)
        quiet(bridge)
        fake.writes(talk, "And my order?")
        soon(lambda: "You said: And my order?" in talk.said())


def test_what_they_said_before_lets_the_bot_speak_also_where_the_brief_takes_long(
    alone: Platform,
    its_tenant: TenantKey,
    its_api: Api,
    fake: FakeChatwoot,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def write_brief() -> None:
        [asked] = soon(lambda: get(its_api, "handoffs", state="requested")["items"])
        jobs.write_brief(alone, its_tenant.tenant_id, UUID(asked["id"]))

    with a_bridge(its_api, fake, tmp_path, catch_up_seconds=0) as bridge, Bot(its_api):
        talk = fake.begins("I want a person")
        write_brief()
        soon(lambda: talk.status == "open")
        fake.replies(talk, "Ana here. It is on its way.")
        soon(lambda: handoffs_of(its_api, talk)[0]["holder"] == "human:ana")
        says_unheard(fake, talk, bridge)
        fake.set_status(talk, "pending")
        soon(lambda: f"conversation {talk.id}: again in" in caplog.text)
        write_brief()
        soon(lambda: is_the_bots(its_api, talk))
        fake.tell("message_created", talk, talk.messages[-1])
        once_kept(its_api, talk, 3)
        quiet(bridge)
        fake.writes(talk, "And my order?")
        soon(lambda: "You said: And my order?" in talk.said())


@pytest.mark.parametrize("answers", [True, False])
def test_what_is_given_back_before_the_first_brief_is_written_is_the_bots_at_once(
    alone: Platform, its_tenant: TenantKey, its_api: Api, fake: FakeChatwoot, tmp_path: Path, answers: bool
) -> None:
    with a_bridge(its_api, fake, tmp_path, catch_up_seconds=0) as bridge, Bot(its_api):
        talk = fake.begins("I want a person")
        [asked] = soon(lambda: get(its_api, "handoffs", state="requested")["items"])
        if answers:
            fake.replies(talk, "Ana here.")
        else:
            fake.set_status(talk, "open")
        soon(lambda: talk.status == "open")
        fake.settle()
        quiet(bridge)
        fake.set_status(talk, "pending")
        soon(lambda: is_the_bots(its_api, talk))
        # No worker ran by then: what it would have written opens nothing any more.
        jobs.write_brief(alone, its_tenant.tenant_id, UUID(asked["id"]))
        fake.writes(talk, "And my order?")
        soon(lambda: "You said: And my order?" in talk.said())
        fake.settle()
        quiet(bridge)
    assert (talk.status, handoffs_of(its_api, talk)[0]["state"]) == ("pending", "cancelled")
    assert talk.said(private=True) == []


@pytest.mark.usefixtures("worker")
def test_who_answers_after_they_gave_it_back_has_it_again_where_people_see_it(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    with a_bridge(api, fake, tmp_path) as bridge, Bot(api):
        talk = with_ana(api, fake)
        fake.set_status(talk, "pending")
        soon(lambda: is_the_bots(api, talk))
        fake.settle()
        quiet(bridge)
        # The bridge reads it in the history, which tells whole seconds: by its time it was said before.
        fake.targets = {}
        fake.replies(talk, "Keep the receipt.")
        soon(lambda: holder(api, talk) == "human:ana")
        soon(lambda: talk.status == "open")
        aim(fake, bridge)
        fake.set_status(talk, "pending")
        soon(lambda: is_the_bots(api, talk))


@pytest.mark.usefixtures("worker")
def test_what_is_resolved_with_a_persons_answer_stays_resolved(api: Api, fake: FakeChatwoot, tmp_path: Path) -> None:
    def resolves_before_the_bridge_looks(method: str, path: str) -> None:
        if f"{method} {path}".endswith(f"GET /api/v1/accounts/1/conversations/{talk.id}"):
            fake.set_status(talk, "resolved")

    with a_bridge(api, fake, tmp_path, catch_up_seconds=0) as bridge:
        talk = fake.begins("My lamp is broken")
        once_kept(api, talk, 1)
        fake.trouble = resolves_before_the_bridge_looks
        fake.replies(talk, "A new one is on its way.")
        soon(lambda: talk.status == "resolved")
        fake.settle()
        quiet(bridge)
        assert talk.status == "resolved"
        assert not is_the_bots(api, talk)


@pytest.mark.usefixtures("worker")
def test_what_was_taken_in_the_console_and_is_given_back_at_the_desk_is_the_bots(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    with a_bridge(api, fake, tmp_path), Bot(api):
        talk = fake.begins("I want a person")
        soon(lambda: talk.status == "open")
        accept(api, handoffs_of(api, talk)[0], "human:ben")
        soon(lambda: talk.assignee)
        fake.set_status(talk, "pending")
        soon(lambda: is_the_bots(api, talk))
        fake.writes(talk, "And my order?")
        soon(lambda: "You said: And my order?" in talk.said())
    assert [one["closed_as"] for one in handoffs_of(api, talk)] == [None, "returned"]
    assert talk.status == "pending"


@pytest.mark.usefixtures("worker")
def test_what_went_through_several_hands_goes_back_to_the_bot_that_spoke_last(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    with a_bridge(api, fake, tmp_path):
        talk = fake.begins("My lamp is broken")
        once_kept(api, talk, 1)
        refund = written(api, requested(api, chain_of(api, talk), to="refunds-bot"))
        started = accept(api, refund, "refunds-bot")
        requested(api, started["session"]["id"])
        soon(lambda: talk.status == "open")
        fake.assign(talk, fake.users[4])
        soon(lambda: handoffs_of(api, talk)[0]["holder"] == "human:ana")
        fake.assign(talk, fake.users[5])
        soon(lambda: handoffs_of(api, talk)[0]["holder"] == "human:ben")
        fake.set_status(talk, "pending")
        back = soon(lambda: handoffs_of(api, talk)[0], lambda one: one["to"] == "refunds-bot")
        accept(api, written(api, back), "refunds-bot")
    assert is_the_bots(api, talk, "refunds-bot")
    assert talk.status == "pending"
    assert [one["content"] for one in kept(api, talk)] == ["My lamp is broken"]


@pytest.mark.usefixtures("worker")
def test_what_a_bot_took_back_before_the_bridge_heard_of_it_is_pending(
    api: Api, fake: FakeChatwoot, tmp_path: Path
) -> None:
    with a_bridge(api, fake, tmp_path):
        talk = fake.begins("My lamp is broken")
        once_kept(api, talk, 1)
        asked = requested(api, chain_of(api, talk))
        soon(lambda: talk.status == "open")
    warm = accept(api, written(api, asked), "human:ben")
    back = act(api, warm["handoff"], "return", token=warm["claim"]["token"], instruction="Go on")
    accept(api, written(api, back), "tier1-bot")
    with a_bridge(api, fake, tmp_path, catch_up_seconds=0):
        soon(lambda: talk.status == "pending")
    assert is_the_bots(api, talk)
