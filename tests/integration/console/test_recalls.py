"""Why these memories: what a warm start brings and why, and what a question finds, every score in parts."""

from collections.abc import Callable

import pytest

from tests.builders.console import Browser, Markup, signed_in, text_of
from tests.builders.handoffs import act, waiting
from tests.builders.hostile_texts import HOSTILE
from tests.builders.memories import remember
from tests.builders.requests import Json
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def ann(api: Api) -> Browser:
    """A lead: handoffs of these tests go from agent to agent, and so are no operator's to see."""
    return signed_in(api, role="lead")


ASK = "Please refund the $100 that account ACC-4521 was overcharged"


def why(handoff: Json, **asked: str) -> str:
    return f"/handoffs/{handoff['id']}/why?" + "&".join(f"{name}={value}" for name, value in asked.items())


def contents(start: Json) -> list[str]:
    return [memory["content"] for memory in start["memories"][1:]]


def test_it_shows_the_memories_that_the_warm_start_brings_in_their_order(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK, "Thanks", "The invoice is INV-88"))
    shown = text_of(ann.page(why(handoff)))
    brought = contents(act(api, handoff, "accept", 201, agent="human:ann"))
    assert [shown.index(content) for content in brought] == sorted(shown.index(content) for content in brought)
    assert "the brief itself" in shown


def test_after_the_takeover_it_shows_what_came_then(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK))
    session = act(api, handoff, "accept", 201, agent="human:ann")["session"]["id"]
    remember(api, session, "said long after", importance=1.0)
    shown = text_of(ann.page(why(handoff)))
    assert "What the next agent was given" in shown
    assert "said long after" not in shown


def test_a_question_finds_memories_with_a_bar_for_every_part_of_the_score(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, ASK, "My parcel is late"))
    page = ann.page(why(handoff, q="refund"))
    found = text_of(page).partition("answer “refund”")[2]
    for part in ("score", "relevance", "words", "cosine", "importance", "recency", "recalls", "current value"):
        assert part in found
    assert page.count('class="score-fill') >= 16


def test_it_says_what_was_left_out(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, *(f"refund number {n}" for n in range(12))))
    shown = text_of(ann.page(why(handoff, q="refund", top_k="3")))
    assert "3 memories answer" in shown
    assert "memories were scored, which is all that matched. Left out: 1" in shown


def test_asking_counts_as_no_use_of_what_it_finds(api: Api, ann: Browser) -> None:
    api.http.patch("/v1/preferences", json={"reinforce": True}).raise_for_status()
    handoff = waiting(api, a_session(api, ASK))
    ann.page(why(handoff, q="refund"))
    found = api.http.get("/v1/memories", params={"namespace": "user-dave"}).json()["items"]
    assert [memory["times_recalled"] for memory in found] == [0] * len(found)


def test_hostile_memories_and_questions_are_text(api: Api, ann: Browser) -> None:
    handoff = waiting(api, a_session(api, *HOSTILE[:40]))
    found = Markup(ann.page(why(handoff, q="%3Cscript%3Ealert(1)%3C/script%3E", top_k="50"))).found
    assert [tag for tag, _ in found].count("script") == 1
    assert not {"img", "iframe", "style"} & {tag for tag, names in found if "alt" not in names}
    assert not any(name.startswith("on") for _, names in found for name in names)


def test_another_tenants_handoff_is_not_there(
    api: Api, ann: Browser, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]
) -> None:
    handoff = waiting(client_of(new_tenant()))
    assert ann.get(why(handoff, q="refund")).status_code == 404
