"""Templates and vague briefs: chosen, marked, refused with what is missing, and written again once it is there."""

from typing import Any

import pytest

from tests.builders.drafts import an_edit, drafted
from tests.builders.handoffs import accept, waiting, written
from tests.builders.memories import remember
from tests.builders.requests import Json, get, post, refusal
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def test_an_unknown_template_is_refused_when_it_is_asked_for(api: Api) -> None:
    ask = {"session_id": a_session(api), "to": "billing", "reason": "x", "template": "no-such-kind"}
    problem = refusal(api, "handoffs", ask, 404)
    assert "template no-such-kind" in problem["detail"]


def test_a_chosen_template_is_kept_and_used(api: Api) -> None:
    handoff = drafted(api, a_session(api), template="support")
    assert (handoff["template"], handoff["brief"]["template"]) == ("support", "support")


def a_template(api: Api, **changes: Any) -> str:
    """A template of the tenant's own that no brief of ours is good enough for, until a figure is remembered."""
    sections = [{"name": "ask", "title": "Ask"}, {"name": "figures", "title": "Figures", "required": True}]
    ask = {"about": "Work that is counted", "sections": sections, "needs": ["no_figure"], "bar": 0.9, **changes}
    assert api.http.put("/v1/templates/counted", json=ask).is_success
    return "counted"


def counted(api: Api, session: str, **changes: Any) -> Json:
    ask = {"session_id": session, "to": "coder", "reason": "Full", "refuse_vague": True, "template": a_template(api)}
    return post(api, "handoffs", {**ask, **changes}, 202)


def test_a_vague_brief_is_refused_and_says_what_is_missing(api: Api) -> None:
    session = a_session(api, "We made good progress")
    handoff = written(api, counted(api, session), "failed")
    findings = handoff["brief"]["quality"]["findings"]
    assert findings
    assert all(finding["message"] in handoff["problem"] for finding in findings)
    assert api.http.get(f"/v1/handoffs/{handoff['id']}/brief").json() == handoff["brief"]
    assert get(api, f"sessions/{session}")["state"] == "open"
    assert get(api, "memories", kind="handoff")["items"] == []


def test_a_refused_brief_is_written_again_once_what_is_missing_was_remembered(api: Api) -> None:
    session = a_session(api, "We made good progress")
    handoff = written(api, counted(api, session), "failed")
    remember(api, session, "30/90 tests pass (33.3%)", kind="metric", role=None)
    post(api, f"handoffs/{handoff['id']}/retry", status=202)
    assert written(api, handoff, "ready")["brief"]["quality"]["passed"]


def test_forgetting_takes_what_was_said_out_of_a_refusal_too(api: Api) -> None:
    session = a_session(api, "We made good progress")
    doomed = remember(api, session, "Where is order ORD-7788?", kind="question", role=None)["id"]
    sections = [{"name": "open_questions", "title": "Open"}, {"name": "figures", "title": "Figures", "required": True}]
    a_template(api, sections=sections)
    ask = {"session_id": session, "to": "coder", "reason": "Full", "refuse_vague": True, "template": "counted"}
    handoff = written(api, post(api, "handoffs", ask, 202), "failed")
    assert "ORD-7788" in handoff["problem"]
    assert api.http.delete(f"/v1/memories/{doomed}").status_code == 204
    left = get(api, f"handoffs/{handoff['id']}")
    assert "ORD-7788" not in str(left)
    assert left["problem"].startswith("the brief is too vague: “Figures” is missing")


def test_a_vague_brief_that_nobody_refuses_is_only_marked(api: Api) -> None:
    session = a_session(api, "We made good progress")
    handoff = written(api, counted(api, session, refuse_vague=False), "ready")
    assert not handoff["brief"]["quality"]["passed"]


def test_a_vague_draft_is_shown_and_cannot_be_confirmed_until_it_is_mended(api: Api) -> None:
    session = a_session(api, "We made good progress")
    handoff = written(api, counted(api, session, review=True), "drafted")
    path = f"handoffs/{handoff['id']}"
    problem = refusal(api, f"{path}/confirm", {"revision": 1})
    assert problem["type"] == "brief-too-vague"
    assert handoff["brief"]["quality"]["findings"][0]["message"] in problem["detail"]
    post(api, f"{path}/edit", an_edit(1, "30/90 tests pass (33.3%)", section="figures"))
    assert post(api, f"{path}/confirm", {"revision": 2})["state"] == "ready"


@pytest.mark.parametrize("to", ["queue:people", "skill:refunds", "human:ann"])
@pytest.mark.parametrize("said", ["I need help", "get me a person please", "hilfe"])
def test_who_asks_for_help_in_a_few_words_is_never_refused_on_the_way_to_people(api: Api, to: str, said: str) -> None:
    handoff = post(api, "handoffs", _asking(a_session(api, said), to), 202)
    assert not handoff["refuse_vague"]
    assert written(api, handoff, "ready")["state"] == "ready"


def test_a_draft_for_people_can_be_confirmed_however_vague(api: Api) -> None:
    ask = {**_asking(a_session(api, "hm"), "queue:people"), "review": True}
    handoff = written(api, post(api, "handoffs", ask, 202), "drafted")
    assert not handoff["brief"]["quality"]["passed"]
    assert post(api, f"handoffs/{handoff['id']}/confirm", {"revision": 1})["state"] == "ready"


def test_a_handoff_that_is_sent_to_people_for_its_hops_is_not_refused(api: Api) -> None:
    api.http.patch("/v1/preferences", json={"hop_budget": 1}).raise_for_status()
    session = accept(api, waiting(api, to="bot-2"), "bot-2")["session"]["id"]
    second = post(api, "handoffs", _asking(session, "bot-3"), 202)
    assert (second["to"], second["refuse_vague"]) == ("queue:people", False)


def _asking(session: str, to: str) -> Json:
    return {"session_id": session, "to": to, "reason": "help", "refuse_vague": True}
