"""Flags on briefs, and flagged handoffs as cases."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bench.briefs.scoring import read_keys
from tests.conftest import Api, Run
from warmline import Warmline
from warmline.replay import Words, read_cases

pytestmark = pytest.mark.usefixtures("worker")

CONVERSATION = (
    ("user", "I was charged $299, my plan is $199 a month. I want the $100 back."),
    ("agent", "What is your account id?"),
    ("user", "It is ACC-4521, and my e-mail is dave@example.com."),
)


def a_handoff(client: Warmline, *, namespace: str = "user-dave") -> str:
    """A handoff with a brief of this conversation."""
    session = client.session(agent="tier1-bot", namespace=namespace)
    for role, content in CONVERSATION:
        slot = {"name": "account_id", "value": "ACC-4521"} if "ACC-4521" in content else None
        session.remember(content, role=role, kind="message", slot=slot)
    handoff = session.hand_off(to="queue:billing", reason="Customer disputes an overcharge")
    client.handoffs.wait(handoff.id)
    return str(handoff.id)


def a_line(client: Warmline, handoff_id: str, text: str) -> dict[str, Any]:
    """The section and the text of the line of a brief that holds a text."""
    brief = client.handoffs.brief(handoff_id)
    return next(
        {"section": section.name.value, "line": line.text}
        for section in brief.sections
        for line in section.lines
        if text in line.text and section.name != "ask"
    )


def flag(api: Api, handoff_id: str, **fields: Any) -> Any:
    """What flagging answers."""
    return api.http.post(f"/v1/handoffs/{handoff_id}/flags", json={"by": "human:ann", "verdict": "wrong", **fields})


def cases(api: Api) -> list[dict[str, Any]]:
    """The exported cases."""
    return [json.loads(line) for line in api.http.get("/v1/flags/cases").text.splitlines()]


def test_a_flag_keeps_the_line_as_it_was_with_its_evidence(api: Api, client: Warmline) -> None:
    handoff_id = a_handoff(client)
    line = a_line(client, handoff_id, "ACC-4521")
    made = flag(api, handoff_id, **line, should_be="ACC-4512", note="Two digits are swapped").json()
    assert (made["line"], made["should_be"], made["memory_ids"] != []) == (line["line"], "ACC-4512", True)


def test_a_line_can_be_named_with_its_label(api: Api, client: Warmline) -> None:
    handoff_id = a_handoff(client)
    line = a_line(client, handoff_id, "ACC-4521")
    assert flag(api, handoff_id, section=line["section"], line=f"account id: {line['line']}").status_code == 201


def test_a_line_that_the_brief_does_not_have_is_refused_with_the_mend(api: Api, client: Warmline) -> None:
    answer = flag(api, a_handoff(client), section="facts", line="plan: Gold")
    assert (answer.status_code, "no such line" in answer.json()["detail"]) == (422, True)


def test_something_missing_must_say_what(api: Api, client: Warmline) -> None:
    assert flag(api, a_handoff(client), verdict="missing", section="facts").status_code == 422


def test_flags_are_listed_by_handoff_and_by_filter(api: Api, client: Warmline) -> None:
    first, second = a_handoff(client), a_handoff(client)
    flag(api, first, verdict="missing", section="facts", should_be="$100")
    flag(api, second, verdict="superfluous", **a_line(client, second, "ACC-4521"))
    assert len(api.http.get(f"/v1/handoffs/{first}/flags").json()["items"]) == 1
    assert [one["verdict"] for one in api.http.get("/v1/flags").json()["items"]] == ["superfluous", "missing"]
    assert [one["handoff_id"] for one in api.http.get("/v1/flags?verdict=missing").json()["items"]] == [first]


def test_a_flag_that_is_taken_back_is_gone(api: Api, client: Warmline) -> None:
    handoff_id = a_handoff(client)
    made = flag(api, handoff_id, verdict="missing", should_be="$100").json()
    path = f"/v1/handoffs/{handoff_id}/flags/{made['id']}"
    assert [api.http.delete(path).status_code, api.http.delete(path).status_code] == [204, 404]
    assert api.http.get("/v1/flags").json()["items"] == []


def test_a_flag_of_another_handoff_is_not_found(api: Api, client: Warmline) -> None:
    made = flag(api, a_handoff(client), verdict="missing", should_be="$100").json()
    assert api.http.delete(f"/v1/handoffs/{a_handoff(client)}/flags/{made['id']}").status_code == 404
    assert flag(api, str(uuid4()), verdict="missing", should_be="$100").status_code == 404


def test_flags_become_the_truth_of_a_case(api: Api, client: Warmline) -> None:
    handoff_id = a_handoff(client)
    flag(api, handoff_id, verdict="missing", section="facts", should_be="$100")
    flag(api, handoff_id, **a_line(client, handoff_id, "ACC-4521"), should_be="ACC-4512")
    [case] = cases(api)
    assert [event["text"] for event in case["events"]] == [content for _, content in CONVERSATION]
    assert [one["value"] for one in case["must_know"]] == ["$100"]
    assert [(one["old"], one["current"]) for one in case["superseded"]] == [("ACC-4521", "ACC-4512")]


def test_a_superfluous_line_must_not_stand_in_the_brief(api: Api, client: Warmline) -> None:
    handoff_id = a_handoff(client)
    line = a_line(client, handoff_id, "ACC-4521")
    flag(api, handoff_id, verdict="superfluous", **line)
    assert [one["value"] for one in cases(api)[0]["must_not_leak"]] == [line["line"]]


def test_a_case_hides_what_the_tenant_wants_hidden(api: Api, client: Warmline) -> None:
    client.revise_preferences(pii=["email"])
    handoff_id = a_handoff(client)
    flag(api, handoff_id, verdict="missing", should_be="dave@example.com", note="dave@example.com was said")
    flag(api, handoff_id, verdict="missing", should_be="$100", note="Mail dave@example.com")
    [case] = cases(api)
    assert "dave@example.com" not in json.dumps(case)
    assert [one["value"] for one in case["must_know"]] == ["$100"]


def test_the_benchmark_of_briefs_reads_what_the_command_exports(client: Warmline, run: Run, tmp_path: Path) -> None:
    handoff_id = a_handoff(client)
    line = a_line(client, handoff_id, "ACC-4521")
    run("flags", "add", handoff_id, "--by", "human:ann", "--section", line["section"], "--line", line["line"])
    run("flags", "add", handoff_id, "--by", "human:ann", "--verdict", "missing", "--should-be", "$100")
    run("flags", "export", "--output", tmp_path / "cases.jsonl")
    [case], [key] = read_cases(tmp_path / "cases.jsonl"), read_keys(tmp_path / "cases.jsonl")
    assert [event.text for event in case.events if isinstance(event, Words)] == [said for _, said in CONVERSATION]
    assert ([one.value for one in key.must_know], len(key.must_not_leak)) == (["$100"], 1)
    assert run("flags", "list", "--quiet").count("\n") == 2


def test_exporting_cases_stands_in_the_audit(api: Api, client: Warmline) -> None:
    flag(api, a_handoff(client), verdict="missing", should_be="$100")
    cases(api)
    assert [entry.details for entry in client.audit(verb="export-flags")] == [{"cases": 1}]


def test_flagging_is_an_event_without_words(api: Api, client: Warmline) -> None:
    handoff_id = a_handoff(client)
    made = flag(api, handoff_id, verdict="missing", section="facts", should_be="$100").json()
    [event] = [one for one in api.http.get("/v1/events?types=brief.flagged").json()["items"]]
    assert event["facts"] | {"state": "", "level": 0} == {
        "flag_id": made["id"], "verdict": "missing", "section": "facts", "state": "", "level": 0
    }  # fmt: skip


def test_forgetting_a_namespace_erases_its_flags(api: Api, client: Warmline) -> None:
    namespace = f"user-{uuid4()}"
    flag(api, a_handoff(client, namespace=namespace), verdict="missing", should_be="$100")
    client.namespaces.forget(namespace)
    assert api.http.get("/v1/flags").json()["items"] == []


def test_forgetting_a_memory_erases_the_flags_that_quote_it(api: Api, client: Warmline) -> None:
    handoff_id = a_handoff(client)
    line = a_line(client, handoff_id, "ACC-4521")
    made = flag(api, handoff_id, **line).json()
    flag(api, handoff_id, verdict="missing", should_be="acc-4521")
    flag(api, handoff_id, verdict="missing", should_be="$100")
    for memory_id in made["memory_ids"]:
        client.memories.forget(memory_id)
    assert [one["should_be"] for one in api.http.get("/v1/flags").json()["items"]] == ["$100"]


@pytest.mark.parametrize(
    "said",
    [
        {"should_be": "yes"},
        {"should_be": "2"},
        {"should_be": "$199"},
        {"should_be": "An account of the customer's sister", "note": "The bot never asked for it."},
    ],
)
def test_forgetting_a_memory_leaves_flags_that_only_share_a_word_with_it(
    api: Api, client: Warmline, said: dict[str, str]
) -> None:
    handoff_id = a_handoff(client)
    flag(api, handoff_id, verdict="missing", **said)
    forget_all(api, client)
    assert len(api.http.get("/v1/flags").json()["items"]) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"should_be": "The account is acc-4521, as the customer said"},
        {"should_be": "Something else", "note": "dave@example.com is in the conversation"},
        {"should_be": "The plan is $199 a month"},
    ],
)
def test_forgetting_a_memory_erases_the_flags_that_repeat_it(api: Api, client: Warmline, said: dict[str, str]) -> None:
    handoff_id = a_handoff(client)
    flag(api, handoff_id, verdict="missing", **said)
    forget_all(api, client)
    assert api.http.get("/v1/flags").json()["items"] == []


def forget_all(api: Api, client: Warmline) -> None:
    """Forget what was said before the handoff."""
    said = api.http.get("/v1/memories", params={"namespace": "user-dave", "kind": "message"}).json()["items"]
    for memory in said:
        client.memories.forget(memory["id"])


def test_flags_of_another_tenant_are_not_seen(api: Api, client: Warmline, client_of: Any, new_tenant: Any) -> None:
    handoff_id = a_handoff(client)
    flag(api, handoff_id, verdict="missing", should_be="$100")
    other = client_of(new_tenant())
    assert other.http.get("/v1/flags").json()["items"] == []
    assert other.http.get(f"/v1/handoffs/{handoff_id}/flags").status_code == 404
