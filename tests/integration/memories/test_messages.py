"""Messages: what agents have of a conversation, in the shapes of OpenAI and Anthropic, becomes memories once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.builders.handoffs import waiting
from tests.builders.requests import Json, get, post, refusal
from tests.builders.sessions import started
from tests.builders.waits import eventually
from tests.conftest import Api

ASKED = {"role": "user", "content": "I was charged $94 for order W1", "external_id": "m-1"}
CHAT = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "get_order", "arguments": '{"order": "W1"}'}}],
}
CHAT_RESULT = {"role": "tool", "tool_call_id": "c1", "content": '{"total": 94}'}
ITEM = {"type": "function_call", "call_id": "c1", "name": "get_order", "arguments": '{"order": "W1"}'}
ITEM_RESULT = {"type": "function_call_output", "call_id": "c1", "output": '{"total": 94}'}
BLOCK = {
    "role": "assistant",
    "content": [{"type": "tool_use", "id": "c1", "name": "get_order", "input": {"order": "W1"}}],
}
BLOCK_RESULT = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": '{"total": 94}'}]}
SHAPES = {"chat": (CHAT, CHAT_RESULT), "responses": (ITEM, ITEM_RESULT), "anthropic": (BLOCK, BLOCK_RESULT)}


def a_session(api: Api) -> str:
    return str(started(api)["id"])


def send(api: Api, session: str, *messages: Any, **headers: str) -> Json:
    return post(api, f"sessions/{session}/messages", {"messages": list(messages)}, 201, **headers)


def states(answer: Json) -> list[str]:
    return [one["state"] for one in answer["messages"]]


def kept(api: Api, session: str) -> list[Json]:
    """All that a session has, oldest first."""
    return get(api, "memories", session_id=session, limit=200)["items"][::-1]


def holding(api: Api, session: str) -> list[Json]:
    """What a session has and nothing corrects, oldest first."""
    return [one for one in kept(api, session) if one["superseded_by"] is None]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_call_and_its_result_become_one_memory_in_every_shape(api: Api, shape: str) -> None:
    session = a_session(api)
    answer = send(api, session, ASKED, *SHAPES[shape])
    said, called = kept(api, session)
    assert (said["role"], said["kind"], said["external_id"]) == ("user", "message", "m-1")
    assert (called["role"], called["kind"], called["external_id"]) == ("tool", "action", "tool:c1")
    assert called["action"] == {
        "name": "get_order",
        "arguments": {"order": "W1"},
        "result": {"total": 94},
        "outcome": "unknown",
    }
    assert [one["memory_ids"] for one in answer["messages"]] == [[said["id"]], [called["id"]], [called["id"]]]


@pytest.mark.parametrize("shape", SHAPES)
def test_what_was_sent_before_changes_nothing_whatever_the_batch(api: Api, shape: str) -> None:
    session = a_session(api)
    call, result = SHAPES[shape]
    send(api, session, ASKED, call, result)
    before = kept(api, session)
    again = send(api, session, ASKED, call, result)
    assert (states(again), again["repeated"]) == (["repeated"] * 3, 3)
    assert states(send(api, session, result)) == ["repeated"]
    assert states(send(api, session, call, {**ASKED, "content": "Other words"})) == ["repeated", "repeated"]
    assert kept(api, session) == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["call first", "result first"])
def test_a_call_and_its_result_find_each_other_across_requests_and_shapes(api: Api, order: tuple[int, int]) -> None:
    session = a_session(api)
    pieces = (CHAT, ITEM_RESULT)
    for place in order:
        assert states(send(api, session, pieces[place])) == ["created"]
    (whole,) = holding(api, session)
    assert (whole["action"]["name"], whole["action"]["result"]) == ("get_order", {"total": 94})
    assert [states(send(api, session, piece)) for piece in pieces] == [["repeated"], ["repeated"]]
    assert len(kept(api, session)) == 2


def test_a_call_without_a_result_is_requested_and_a_failed_one_has_failed(api: Api) -> None:
    session = a_session(api)
    failed = {"type": "tool_result", "tool_use_id": "c2", "content": "Card declined", "is_error": True}
    call = {"type": "tool_use", "id": "c2", "name": "refund", "input": {"amount": 94}}
    send(api, session, ITEM, {"role": "assistant", "content": [call]}, {"role": "user", "content": [failed]})
    assert [one["action"]["outcome"] for one in kept(api, session)] == ["requested", "failed"]


def test_parallel_calls_with_their_words_are_told_apart(api: Api) -> None:
    session = a_session(api)
    calls = [{"id": f"c{n}", "function": {"name": "look", "arguments": f'{{"n": {n}}}'}} for n in range(3)]
    results = [{"role": "tool", "tool_call_id": f"c{n}", "content": f"found {n}"} for n in (2, 0, 1)]
    send(api, session, {"role": "assistant", "content": "Let me look.", "tool_calls": calls}, *results)
    said, *called = kept(api, session)
    assert said["content"] == "Let me look."
    assert [(one["action"]["arguments"], one["action"]["result"]) for one in called] == [
        ({"n": n}, f"found {n}") for n in (2, 0, 1)
    ]


def test_calls_without_ids_are_paired_by_their_names_in_order(api: Api) -> None:
    session = a_session(api)
    call = {"role": "assistant", "content": "", "function_call": {"name": "get_order", "arguments": "W1"}}
    send(api, session, call, {"role": "function", "name": "get_order", "content": "$94"})
    (called,) = kept(api, session)
    assert called["action"] == {
        "name": "get_order",
        "arguments": {"input": "W1"},
        "result": "$94",
        "outcome": "unknown",
    }


def test_calls_without_ids_are_known_by_the_ids_of_their_messages(api: Api) -> None:
    session = a_session(api)
    call = {"role": "assistant", "content": "", "function_call": {"name": "get_order"}, "external_id": "m-2"}
    result = {"role": "function", "name": "get_order", "content": "$94", "external_id": "m-3"}
    assert states(send(api, session, ASKED, call)) == ["created", "created"]
    assert states(send(api, session, ASKED, call, result)) == ["repeated", "repeated", "created"]
    assert states(send(api, session, ASKED, call, result)) == ["repeated"] * 3
    (_, called) = holding(api, session)
    assert (called["action"]["name"], called["action"]["result"]) == ("get_order", "$94")


@pytest.mark.parametrize("text", [" " * 200_000, "Found" + " " * 200_000, " " * 200_000 + "Found"])
def test_a_result_of_hardly_anything_but_blanks_is_shortened(api: Api, text: str) -> None:
    session = a_session(api)
    send(api, session, ITEM, {**ITEM_RESULT, "output": text})
    (called,) = kept(api, session)
    assert "are left out here" in called["action"]["result"]
    assert ("Found" in called["action"]["result"]) == ("Found" in text)


def test_a_call_of_the_providers_own_tool_holds_its_output(api: Api) -> None:
    session = a_session(api)
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"query": "refund rules"}}
    mcp = {"type": "mcp_call", "id": "mcp_1", "name": "lookup", "arguments": "{}", "output": None, "error": "No access"}
    send(api, session, search, mcp)
    assert [(one["action"]["name"], one["action"]["outcome"]) for one in kept(api, session)] == [
        ("web_search", "unknown"),
        ("lookup", "failed"),
    ]


@pytest.mark.parametrize(
    ("given", "stored"),
    [("user", "user"), ("assistant", "agent"), ("agent", "agent"), ("system", "system"), ("developer", "system")],
)
def test_roles_are_taken_as_providers_name_them(api: Api, given: str, stored: str) -> None:
    session = a_session(api)
    send(api, session, {"role": given, "content": "Be brief"})
    post(api, "memories", {"session_id": session, "role": given, "content": "Be brief"}, 201)
    assert [one["role"] for one in kept(api, session)] == [stored, stored]


def test_thoughts_and_unknown_items_are_skipped_and_said_so(api: Api) -> None:
    session = a_session(api)
    thinking = {
        "role": "assistant",
        "content": [{"type": "thinking", "thinking": "Hm"}, {"type": "text", "text": "Hi"}],
    }
    answer = send(api, session, {"type": "reasoning", "id": "r1", "summary": []}, thinking)
    assert states(answer) == ["skipped", "created"]
    assert answer["skipped"] == 1
    assert [one["remarks"] for one in answer["messages"]] == [
        ["Items of type `reasoning` are not kept."],
        ["Parts of type `thinking` are not kept."],
    ]


def test_the_ids_that_providers_give_count_where_no_other_is_given(api: Api) -> None:
    session = a_session(api)
    said = {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "content": [{"type": "output_text", "text": "Hello"}],
    }
    assert [states(send(api, session, said)) for _ in range(2)] == [["created"], ["repeated"]]


def test_an_id_that_is_a_number_is_taken_as_text(api: Api) -> None:
    session = a_session(api)
    said = {"role": "user", "content": "Hello", "external_id": 4521}
    assert [states(send(api, session, said)) for _ in range(2)] == [["created"], ["repeated"]]


def test_messages_without_an_id_are_kept_each_time(api: Api) -> None:
    session = a_session(api)
    send(api, session, {"role": "user", "content": "yes"}, {"role": "user", "content": "yes"})
    assert len(kept(api, session)) == 2


def test_an_id_counts_in_its_own_session_alone(api: Api) -> None:
    assert [states(send(api, a_session(api), ASKED)) for _ in range(2)] == [["created"], ["created"]]


def test_twice_the_same_id_in_one_batch_is_kept_once(api: Api) -> None:
    session = a_session(api)
    assert states(send(api, session, ASKED, ASKED)) == ["created", "repeated"]
    assert len(kept(api, session)) == 1


def test_ten_that_send_the_same_transcript_at_once_keep_it_once(api: Api) -> None:
    session = a_session(api)
    transcript = [{"role": "user", "content": f"word {n}", "external_id": f"m-{n}"} for n in range(20)]
    parts = [[*transcript[start:], CHAT, CHAT_RESULT] for start in range(10)]
    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda part: send(api, session, *part), parts))
    assert sorted(one["external_id"] for one in kept(api, session)) == sorted(
        [*(f"m-{n}" for n in range(20)), "tool:c1"]
    )
    assert sum(answer["created"] for answer in answers) == 22


def test_ten_halves_of_calls_at_once_find_each_other(api: Api) -> None:
    session = a_session(api)
    halves = [piece for n in range(5) for piece in ({**ITEM, "call_id": f"k{n}"}, {**ITEM_RESULT, "call_id": f"k{n}"})]
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda half: send(api, session, half), halves))
    whole = holding(api, session)
    assert sorted(one["external_id"] for one in whole) == [f"tool:k{n}" for n in range(5)]
    assert {one["action"]["name"] for one in whole} == {"get_order"}


def test_what_cannot_be_stored_is_replaced_and_said_so(api: Api) -> None:
    session = a_session(api)
    raw = (
        '{"messages": [{"role": "user", "content": "a\\u0000b \\ud800 c"},'
        ' {"type": "function_call", "call_id": "c9", "name": "x", "arguments": "{\\"k\\": \\"a\\\\u0000b\\"}"},'
        ' {"type": "function_call_output", "call_id": "c9", "output": {"n": NaN, "t": "\\ud800"}}]}'
    )
    answer = api.http.post(
        f"/v1/sessions/{session}/messages", content=raw, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 201, answer.text
    said, called = kept(api, session)
    assert said["content"] == "a�b � c"
    assert (called["action"]["arguments"], called["action"]["result"]) == ({"k": "a�b"}, {"n": None, "t": "�"})
    remarks = [one["remarks"] for one in answer.json()["messages"]]
    assert (bool(remarks[0]), bool(remarks[2])) == (True, True)


def test_an_overlong_text_keeps_its_head_and_its_tail_and_says_so(api: Api) -> None:
    session = a_session(api)
    text = "BEGIN " + "word " * 40_000 + "END"
    answer = send(
        api, session, {"role": "user", "content": text}, ITEM, {**ITEM_RESULT, "output": {"log": "x " * 600_000}}
    )
    said, called = kept(api, session)
    assert said["content"].startswith("BEGIN word")
    assert said["content"].endswith("word END")
    assert "left out here" in said["content"]
    assert len(said["content"]) <= 100_000
    assert "left out here" in called["action"]["result"]
    assert answer["messages"][0]["remarks"] == ["Of 200,009 characters the head and the tail are kept."]


def test_a_bad_message_names_its_place_and_its_field(api: Api) -> None:
    session = a_session(api)
    bad = [
        {"content": "who?"},
        {"role": "pope", "content": "x"},
        {"type": "function_call_output", "output": "x"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "1"}]},
        {"role": "user", "content": "x", "importance": 7},
    ]
    problem = refusal(api, f"sessions/{session}/messages", {"messages": [ASKED, *bad]}, 422)
    named = [(one["field"], one["message"]) for one in problem["errors"]]
    assert [field for field, _ in named] == [
        "body.messages.1",
        "body.messages.2.role",
        "body.messages.3",
        "body.messages.4.content.0",
        "body.messages.5.importance",
    ]
    assert [named[place][1].partition(":")[0] for place in (0, 2, 3)] == ["role", "call_id", "name"]
    assert kept(api, session) == []


def test_an_ended_session_takes_nothing_new_and_still_knows_what_it_has(api: Api) -> None:
    session = a_session(api)
    send(api, session, ASKED)
    post(api, f"sessions/{session}/end")
    assert states(send(api, session, ASKED)) == ["repeated"]
    new = {"messages": [ASKED, {**ASKED, "external_id": "m-2"}]}
    assert refusal(api, f"sessions/{session}/messages", new)["type"] == "session-ended"


def test_files_are_kept_by_reference_with_who_sent_them(api: Api) -> None:
    session = a_session(api)
    image = {"type": "image_url", "image_url": {"url": "https://files.example.com/broken.jpg?sig=abc"}}
    inline = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}
    pdf = {
        "type": "input_file",
        "file_id": "file-1",
        "filename": "invoice.pdf",
        "file_data": "data:application/pdf;base64,AA",
    }
    said = {"role": "user", "external_id": "m-3", "content": [{"type": "text", "text": "See"}, image, inline, pdf]}
    answer = send(api, session, said)
    found = [one for one in kept(api, session) if one["kind"] == "attachment"]
    assert [one["content"] for one in found] == [
        "broken.jpg (image/*)",
        "image (image/png)",
        "invoice.pdf (application/octet-stream)",
    ]
    assert found[0]["metadata"]["attachment"]["url"] == "https://files.example.com/broken.jpg?sig=abc"
    assert "iVBORw0KGgo" not in str(kept(api, session))
    assert len(answer["messages"][0]["memory_ids"]) == 4
    assert states(send(api, session, said)) == ["repeated"]


@pytest.mark.usefixtures("worker")
def test_a_brief_tells_of_calls_and_attachments_and_not_of_instructions(api: Api) -> None:
    session = a_session(api)
    pdf = {"type": "input_file", "file_id": "file-1", "filename": "invoice.pdf"}
    instructions = {"role": "system", "content": "You are Bob. Never promise a refund over $50 to anybody."}
    send(api, session, instructions, {"role": "user", "content": [{"type": "text", "text": "Refund order W1!"}, pdf]})
    send(api, session, CHAT)
    send(api, session, {**CHAT_RESULT, "content": '{"total": "$94"}'})
    warm = post(api, f"handoffs/{waiting(api, session, to='billing')['id']}/accept", {"agent": "billing"}, 201)
    brief = warm["brief"]["text"]
    assert "attachment from the customer: invoice.pdf" in brief
    assert brief.count("$94") == 1
    assert "Never promise" not in warm["prompt"]


def remember(api: Api, ask: Json) -> tuple[Json, bool]:
    """Keep a memory; whether the answer says that it was sent before."""
    answer = api.http.post("/v1/memories", json=ask)
    assert answer.status_code == 201, answer.text
    return answer.json(), answer.headers.get("Idempotent-Replay") == "true"


def test_memories_with_an_external_id_are_kept_once_alone_and_in_a_batch(api: Api) -> None:
    for place in ({"namespace": "user-dave"}, {"session_id": a_session(api)}):
        ask = {**place, "content": "Customer since 2024", "external_id": "f-1"}
        first, is_repeated = remember(api, ask)
        assert not is_repeated
        assert remember(api, {**ask, "content": "Customer since 2025", "importance": 0.9}) == (first, True)
        batch = post(api, "memories/batch", {"memories": [ask, {**ask, "external_id": "f-2"}]}, 201)
        assert (batch["repeated"], batch["memories"][0]) == ([0], first)


def test_a_redelivery_under_another_request_at_once_keeps_one_memory_of_a_namespace(api: Api) -> None:
    ask = {"namespace": "user-dave", "content": "Customer since 2024", "external_id": "f-1"}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: remember(api, ask), range(8)))
    assert len({memory["id"] for memory, _ in answers}) == 1
    assert [is_repeated for _, is_repeated in answers].count(False) == 1


def test_an_id_is_free_again_when_its_memory_was_forgotten_or_has_expired(api: Api) -> None:
    ask = {"namespace": "user-dave", "content": "For now", "external_id": "f-1"}
    first, _ = remember(api, ask)
    assert api.http.delete(f"/v1/memories/{first['id']}").status_code == 204
    soon = {**ask, "ttl_seconds": 1}
    assert remember(api, soon)[1] is False
    eventually(lambda: remember(api, soon), lambda answer: answer[1] is False)


@pytest.mark.usefixtures("worker")
def test_a_brief_says_what_corrects_and_not_what_was_corrected(api: Api) -> None:
    session = a_session(api)
    wrong = post(api, "memories", {"session_id": session, "role": "user", "content": "Send it to Bergen, please"}, 201)
    note = {"session_id": session, "kind": "decision", "content": "Refund the whole order"}
    decided = post(api, "memories", note, 201)
    right = {"session_id": session, "role": "user", "content": "Send it to Oslo, please", "supersedes": [wrong["id"]]}
    post(api, "memories", right, 201)
    post(api, "memories", {**note, "content": "Repair it instead", "supersedes": [decided["id"]]}, 201)
    brief = waiting(api, session, to="billing")["brief"]["text"]
    assert "Oslo" in brief
    assert "Repair it instead" in brief
    assert "Bergen" not in brief
    assert "Refund the whole order" not in brief
