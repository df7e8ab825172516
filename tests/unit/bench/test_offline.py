"""Cases whose briefs are written in process: the memories, the chain, and what the program prints."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.briefs import offline
from bench.briefs.in_process import START, STEP, all_briefs, brief_of, legs_of, memories_of
from bench.briefs.recorded import Recorded
from warmline_schemas.memories import Outcome, Role

SAID = {"role": "user", "text": "My order ORD-4411 has not come"}
CALLED = {"role": "tool", "name": "refund", "arguments": {"order": "ORD-4411"}, "result": '{"ok": 1}', "status": "ok"}


def a_case(*events: dict[str, Any], **changes: Any) -> Recorded:
    case = {"id": "one", "source": "own", "domain": "shop", "target": "human", "events": events or [SAID]}
    return Recorded.model_validate({**case, **changes})


def test_events_without_a_time_follow_each_other() -> None:
    at = "2026-02-12T16:02:00+01:00"
    times = [memory.event_time for memory in memories_of(a_case(SAID, {**SAID, "at": at}, SAID)) if memory]
    assert times == [START, datetime(2026, 2, 12, 15, 2, tzinfo=UTC), START + 2 * STEP]


def test_a_tool_call_is_an_action_with_its_parsed_result_and_outcome() -> None:
    (memory,) = memories_of(a_case(CALLED))
    assert memory is not None
    assert memory.action is not None
    assert (memory.role, memory.action.result, memory.action.outcome) == (Role.TOOL, {"ok": 1}, Outcome.CONFIRMED)
    assert memory.content == 'refund(order=ORD-4411) → {"ok": 1} [confirmed]'


def test_a_note_has_its_kind_and_no_role() -> None:
    (memory,) = memories_of(a_case({**SAID, "kind": "decision", "note": True}))
    assert memory is not None
    assert (memory.role, memory.kind) == (None, "decision")


def test_a_message_without_words_is_not_kept() -> None:
    assert len(legs_of(a_case(SAID, {"role": "agent", "text": " "}))[0].memories) == 1


def test_a_repeated_note_is_kept_once_and_a_repeated_message_each_time() -> None:
    note = {"role": "agent", "text": "Call back", "kind": "todo", "note": True}
    (leg,) = legs_of(a_case(note, SAID, note, SAID))
    assert [memory.content for memory in leg.memories] == ["Call back", SAID["text"], SAID["text"]]


def test_earlier_handoffs_part_a_case_into_sessions() -> None:
    hops = [{"before": 1, "to": "billing", "reason": "bill"}, {"before": 2, "to": "human:ana", "reason": "stuck"}]
    legs = legs_of(a_case(SAID, CALLED, SAID, handoffs=hops))
    assert [(leg.agent, leg.to) for leg in legs] == [
        ("shop-agent", "billing"),
        ("billing", "human:ana"),
        ("human:ana", "human"),
    ]
    assert [{memory.agent for memory in leg.memories} for leg in legs] == [{leg.agent} for leg in legs]


def test_a_return_goes_to_the_source_with_its_instruction() -> None:
    case = a_case(SAID, SAID, handoffs=[{"before": 1, "to": "human:ana", "reason": "stuck"}], returns="Tell them no")
    last = legs_of(case)[-1]
    assert (last.to, last.reason, last.goal) == ("shop-agent", "Tell them no", "Tell them no")


def test_every_hop_is_written_from_the_brief_before_it() -> None:
    hop = {"before": 1, "to": "billing", "reason": "bill"}
    first, last = all_briefs(legs_of(a_case(SAID, {"role": "user", "text": "Hello?"}, handoffs=[hop])))
    assert "ORD-4411" in first.text
    assert "ORD-4411" in last.text


def test_a_case_may_name_its_template() -> None:
    assert brief_of(a_case(request={"template": "code"})).template == "code"


def test_the_program_scores_both_sorts_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = a_case().model_dump(exclude={"must"}, exclude_none=True, mode="json")
    key: dict[str, Any] = {"must_not_leak": [], "superseded": [], "actions": []}
    key["must_know"] = [{"name": "order", "value": "ORD-4411"}, {"name": "city", "value": "Leeds"}]
    answers, expected = tmp_path / "answers.jsonl", tmp_path / "expected.jsonl"
    answers.write_text(json.dumps(case | key))
    expected.write_text(json.dumps(case | {"must": [["ORD-4411"]], "language": "en"}))
    offline.main([str(answers), str(expected), "--by", "language", "--out", str(tmp_path), "--failures", "1"])
    printed = capsys.readouterr().out
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert lines[0]["must_know_60"] == 0.5
    assert [line["passed"] for line in lines if "musts_met" in line] == [1, 1]
    assert lines[-1]["missed"] == ["city: Leeds"]
    assert "ORD-4411" in json.loads((tmp_path / "answers.briefs.jsonl").read_text())["text"]


def test_the_program_writes_the_cases_of_a_file_of_accounts_with_these_accounts(tmp_path: Path) -> None:
    cases, accounts = tmp_path / "cases.jsonl", tmp_path / "accounts.jsonl"
    cases.write_text("".join(a_case(CALLED, id=id, must=[["x"]]).model_dump_json() + "\n" for id in ("one", "two")))
    entries = [
        {"section": "done", "text": "Refunded order ORD-4411"},
        {"section": "promised", "text": "A call back tomorrow"},
    ]
    accounts.write_text(json.dumps({"id": "two", "account": {"entries": entries}}))
    offline.main([str(cases), "--accounts", str(accounts), "--out", str(tmp_path)])
    (brief,) = map(json.loads, (tmp_path / "cases.briefs.jsonl").read_text().splitlines())
    assert brief["id"] == "two"
    assert "A call back tomorrow (the agent's word)" in brief["text"]
