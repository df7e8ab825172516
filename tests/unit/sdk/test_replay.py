"""Reading the cases that are replayed."""

import json
from pathlib import Path
from typing import Any

import pytest

from warmline.replay import Case, CasesUnreadable, Played, read_cases


def a_case(**changes: Any) -> dict[str, Any]:
    events = [
        {"role": "user", "text": "I was charged $299"},
        {"role": "tool", "name": "find_invoice", "arguments": {"account": "ACC-4521"}, "result": '{"total": 299}'},
    ]
    return {"id": "case-1", "domain": "billing", "target": "human", "events": events, **changes}


def a_file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_case_holds_its_events_domain_and_target_and_nothing_else(tmp_path: Path) -> None:
    path = a_file(tmp_path, json.dumps(a_case(must_know=[{"name": "total", "value": "299"}], actions=[])))
    assert set(read_cases(path)[0].model_dump()) == {"id", "domain", "target", "events"}
    assert set(Case.model_fields) == {"id", "domain", "target", "events"}


def test_blank_lines_are_no_cases(tmp_path: Path) -> None:
    assert len(read_cases(a_file(tmp_path, json.dumps(a_case()), "", json.dumps(a_case()), ""))) == 2


def test_a_limit_takes_the_first_cases(tmp_path: Path) -> None:
    path = a_file(tmp_path, json.dumps(a_case(id="first")), json.dumps(a_case(id="second")), "not read")
    assert [case.id for case in read_cases(path, 2)] == ["first", "second"]


@pytest.mark.parametrize("broken", ["{", "[]", "{}", json.dumps(a_case(events=[{"role": "parrot"}]))])
def test_a_line_that_is_no_case_is_named(tmp_path: Path, broken: str) -> None:
    with pytest.raises(CasesUnreadable, match=r"Line 2 of \S+cases\.jsonl is not a case"):
        read_cases(a_file(tmp_path, json.dumps(a_case()), broken))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CasesUnreadable, match=r"cases\.jsonl cannot be read"):
        read_cases(tmp_path / "cases.jsonl")


def test_a_played_case_is_one_line() -> None:
    played = Played("case-1", "Zürich\nsecond line", [{"name": "refund", "status": "ok"}], 0.1, 0.02)
    line = played.to_line()
    assert line.count("\n") == 1
    assert json.loads(line)["text"] == "Zürich\nsecond line"
