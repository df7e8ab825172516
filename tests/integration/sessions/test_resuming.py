"""Sessions that somebody goes on in, by their ids: on another device, or after they were ended."""

import json
from pathlib import Path

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.memories import remember
from tests.builders.requests import get, post, refusal
from tests.builders.sessions import a_session, session_of, started
from tests.conftest import Api, Command, Run
from warmline import Warmline


def test_a_session_ends_with_an_outcome_and_further_metadata(api: Api) -> None:
    session = started(api, metadata={"channel": "chat", "mood": "angry"})["id"]
    ended = post(api, f"sessions/{session}/end", {"outcome": "solved", "metadata": {"mood": "calm", "stars": 5}})
    assert (ended["state"], ended["outcome"]) == ("ended", "solved")
    assert ended["metadata"] == {"channel": "chat", "mood": "calm", "stars": 5}
    assert post(api, f"sessions/{session}/end", {"outcome": "abandoned", "metadata": {"stars": 1}}) == ended


def test_an_outcome_is_one_word(api: Api) -> None:
    session = a_session(api)
    problem = refusal(api, f"sessions/{session}/end", {"outcome": "It was solved!"}, 422)
    assert problem["errors"][0]["field"] == "body.outcome"


def test_lists_of_sessions_filter_by_channel_and_by_metadata(api: Api) -> None:
    chat, phone = ({"channel": name, "device": {"os": "x"}} for name in ("chat", "phone"))
    by_chat, by_phone = (started(api, metadata=one)["id"] for one in (chat, phone))
    started(api)

    def found(**filters: str) -> list[str]:
        return [one["id"] for one in get(api, "sessions", **filters)["items"]]

    assert found(channel="chat") == [by_chat]
    assert found(metadata=json.dumps({"channel": "phone"})) == [by_phone]
    assert found(metadata=json.dumps({"device": {"os": "x"}})) == [by_phone, by_chat]
    assert found(metadata=json.dumps({"device": {"os": "x"}}), channel="chat") == [by_chat]
    assert found(metadata=json.dumps({"device": "x"})) == []


@pytest.mark.parametrize("wrong", ["device=x", "[1]", "7"])
def test_metadata_that_are_no_object_are_refused_by_name(api: Api, wrong: str) -> None:
    answer = api.http.get("/v1/sessions", params={"metadata": wrong})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.metadata")


def test_an_open_session_goes_on_with_what_is_added_to_its_metadata(api: Api) -> None:
    session = started(api, metadata={"device": "laptop", "channel": "chat"})
    resumed = post(api, f"sessions/{session['id']}/resume", {"metadata": {"device": "phone"}})
    assert resumed == {**session, "metadata": {"device": "phone", "channel": "chat"}}


def test_a_session_that_its_client_ended_is_opened_again(api: Api) -> None:
    session = a_session(api)
    post(api, f"sessions/{session}/end", {"outcome": "abandoned"})
    resumed = post(api, f"sessions/{session}/resume")
    assert (resumed["state"], resumed["owns_conversation"], resumed["outcome"]) == ("open", True, None)
    remember(api, session, "I am back")
    types = [one["type"] for one in get(api, "events", chain_id=session)["items"]]
    assert types == ["session.started", "session.ended", "session.resumed"]


@pytest.mark.usefixtures("worker")
def test_a_session_whose_work_went_on_by_a_handoff_names_where(api: Api) -> None:
    session = a_session(api)
    handoff = waiting(api, session, to="billing")
    assert refusal(api, f"sessions/{session}/resume")["waiting_handoff_id"] == handoff["id"]
    warm = accept(api, handoff, agent="billing")
    assert refusal(api, f"sessions/{session}/resume")["current_session_id"] == warm["session"]["id"]
    assert session_of(api, session)["state"] == "ended"


@pytest.mark.usefixtures("worker")
def test_a_session_that_handed_off_before_its_client_ended_it_stays_ended(api: Api) -> None:
    session = a_session(api)
    handoff = waiting(api, session, to="billing", mode="warm")
    post(api, f"sessions/{session}/end")
    assert refusal(api, f"sessions/{session}/resume")["waiting_handoff_id"] == handoff["id"]


def test_two_devices_go_on_in_one_session(client: Warmline) -> None:
    with client.session(agent="bot", namespace="user-dave") as session:
        session.remember("Hello", role="user")
    laptop, phone = client.session(id=session.id), client.session(id=str(session.id), metadata={"device": "phone"})
    laptop.remember("From the laptop", role="user")
    phone.remember("From the phone", role="user")
    assert (phone.agent, phone.namespace, phone.refresh().metadata) == ("bot", "user-dave", {"device": "phone"})
    phone.end(outcome="solved")
    assert client.sessions.get(session.id).outcome == "solved"


def test_the_command_line_starts_resumes_feeds_and_ends_a_session(run: Run, client: Warmline, tmp_path: Path) -> None:
    session = run("sessions", "start", "-n", "user-dave", "-a", "bot", "--metadata", "channel=chat", "--quiet").strip()
    said = [{"role": "user", "content": f"word {n}", "external_id": f"m-{n}"} for n in range(210)]
    lines, whole, request = tmp_path / "chat.jsonl", tmp_path / "chat.json", tmp_path / "request.json"
    lines.write_text("\n".join(map(json.dumps, said)))
    whole.write_text(json.dumps(said))
    request.write_text(json.dumps({"messages": said[:2]}))
    sent = [json.loads(run("sessions", "messages", session, file, "--json")) for file in (lines, whole, request)]
    assert sent == [
        {"created": 210, "repeated": 0, "skipped": 0},
        {"created": 0, "repeated": 210, "skipped": 0},
        {"created": 0, "repeated": 2, "skipped": 0},
    ]
    ended = json.loads(run("sessions", "end", session, "--outcome", "solved", "--json"))
    assert (ended["state"], ended["outcome"]) == ("ended", "solved")
    assert json.loads(run("sessions", "resume", session, "--metadata", "device=phone", "--json"))["state"] == "open"
    assert [str(one.id) for one in client.sessions.list(channel="chat", metadata={"device": "phone"})] == [session]


def test_a_line_of_a_transcript_that_is_no_json_is_named(command: Command, client: Warmline, tmp_path: Path) -> None:
    session = client.sessions.start("user-dave", "bot")
    file = tmp_path / "chat.jsonl"
    file.write_text('{"role": "user", "content": "Hello"}\nHello\n')
    status, _, err = command("sessions", "messages", session.id, file)
    assert (status, "Line 2 of" in err) == (1, True)
