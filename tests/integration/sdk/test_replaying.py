"""Replaying cases through the real platform."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Api
from warmline import Warmline
from warmline.cli import main
from warmline.replay import Case, Played, Unplayed, play_all
from warmline_schemas.sessions import EndReason


def a_case(number: int = 1, **changes: Any) -> dict[str, Any]:
    events = [
        {"role": "user", "text": f"My account is ACC-45{number:02d} and I was charged $299"},
        {"role": "agent", "text": ""},
        {"role": "tool", "name": "refund", "arguments": {"amount": 100}, "result": '{"refunded": 100}', "status": "ok"},
        {"role": "tool", "name": "close_ticket", "arguments": {}, "result": "denied", "status": "failed"},
        {"role": "tool", "name": "find_invoice", "arguments": {"number": 7}, "result": None},
    ]
    return {"id": f"case/{number}", "domain": "billing", "target": "human", "events": events, **changes}


def play(api: Api, *cases: dict[str, Any]) -> list[Played | Unplayed]:
    with Warmline(api.url, api.key) as client:
        return list(play_all(client, [Case.model_validate(case) for case in cases], run="test", concurrency=3))


def run(api: Api, *arguments: object) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(["--url", api.url, "--api-key", api.key, "replay", *map(str, arguments)])
    return int(leaving.value.code or 0)


@pytest.mark.usefixtures("worker")
def test_briefs_come_in_the_order_of_their_cases(api: Api) -> None:
    played = play(api, *[a_case(number) for number in range(1, 8)])
    assert [case.case_id for case in played] == [f"case/{number}" for number in range(1, 8)]
    assert all(isinstance(case, Played) and f"ACC-450{n}" in case.text for n, case in enumerate(played, start=1))


@pytest.mark.usefixtures("worker")
def test_actions_are_told_with_what_is_known_of_them(api: Api) -> None:
    (case,) = play(api, a_case())
    assert isinstance(case, Played)
    assert case.actions == [{"name": "refund", "status": "ok"}, {"name": "close_ticket", "status": "failed"}]


@pytest.mark.usefixtures("worker")
def test_every_event_is_kept_in_its_order_and_every_session_ends(api: Api) -> None:
    play(api, a_case())
    with Warmline(api.url, api.key) as client:
        source = next(client.sessions.list(agent="billing-agent"))
        kept = [memory for memory in client.memories.list(session_id=source.id) if memory.kind != "handoff"]
        states = {session.state for session in client.sessions.list()}
    assert source.ended_reason is EndReason.HANDOFF
    assert states == {"ended"}
    actions = [memory.action for memory in reversed(kept) if memory.action]
    assert [action.result for action in actions] == [{"refunded": 100}, "denied", None]


@pytest.mark.usefixtures("worker")
def test_one_case_that_fails_does_not_stop_the_others(api: Api) -> None:
    first, second = play(api, a_case(1, target=" "), a_case(2))
    assert isinstance(first, Unplayed)
    assert isinstance(second, Played)


@pytest.mark.usefixtures("worker")
def test_the_command_writes_briefs_and_a_summary(api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases, briefs = tmp_path / "cases.jsonl", tmp_path / "briefs.jsonl"
    cases.write_text("".join(json.dumps(a_case(number)) + "\n" for number in range(1, 4)))
    assert run(api, cases, "--out", briefs, "--limit", 2, "--json") == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["cases"], summary["errors"]) == (2, 0)
    assert [json.loads(line)["id"] for line in briefs.read_text().splitlines()] == ["case/1", "case/2"]


@pytest.mark.usefixtures("worker")
def test_the_command_names_what_failed_and_leaves_with_1(
    api: Api, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps(a_case(1, target=" ")))
    assert run(api, cases, "--out", tmp_path / "briefs.jsonl") == 1
    said = capsys.readouterr()
    assert "warmline: case case/1: " in said.err
    assert said.out.startswith("1 cases, 1 errors")
