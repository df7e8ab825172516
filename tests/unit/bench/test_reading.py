"""Readings: which briefs are drawn, when a conversation may be seen, and what the marks come to."""

import json
from pathlib import Path

import pytest

from bench.reading import sheets
from bench.reading.__main__ import main
from bench.reading.sheets import QUESTIONS, Entry, NotReady


def briefs(path: Path, *ids: str) -> Path:
    path.write_text("".join(json.dumps({"id": id, "text": f"brief of {id}"}) + "\n" for id in ids))
    return path


def an_entry(*, answer: str = "a refund", mark: sheets.Mark = "right", **changes: str) -> Entry:
    filled = Entry(id="one", set="own", brief="", answers=dict.fromkeys(QUESTIONS, answer))
    return filled.model_copy(update={"marks": dict.fromkeys(QUESTIONS, mark), **changes})


def test_the_same_briefs_are_drawn_whatever_the_order_of_the_files(tmp_path: Path) -> None:
    files = [briefs(tmp_path / f"{name}.briefs.jsonl", *(f"{name}-{n}" for n in range(20))) for name in ("a", "b")]
    drawn = [entry.id for entry, _ in sheets.draw(files, 10, "salt")]
    assert drawn == [entry.id for entry, _ in sheets.draw(files[::-1], 10, "salt")]
    assert drawn != [entry.id for entry, _ in sheets.draw(files, 10, "pepper")]
    assert {entry.set for entry, _ in sheets.draw(files, 40, "salt")} == {"a", "b"}


def test_the_conversation_is_not_shown_before_every_answer_is_there() -> None:
    with pytest.raises(NotReady, match="one: wanted, who"):
        sheets.seal([an_entry(answer=" ")])


def test_answers_cannot_be_changed_once_the_conversation_was_shown() -> None:
    (sealed,) = sheets.seal([an_entry()])
    changed = sealed.model_copy(update={"answers": {**sealed.answers, "who": "Ann"}})
    with pytest.raises(NotReady, match="changed"):
        sheets.shares([changed])


def test_shares_are_of_all_answers_by_question_and_by_set() -> None:
    rows = sheets.shares([an_entry(), an_entry(mark="wrong", set="other")])
    assert rows[0] == {"question": "wanted", "answers": 2, "right": 0.5, "missing": 0, "wrong": 0.5, "garbled": 0}
    assert [row["right"] for row in rows if "set" in row] == [0, 1]
    assert rows[-1] == {"briefs": 2, "answers": 10, "right": 0.5, "missing": 0, "wrong": 0.5, "garbled": 0}


def test_shares_need_every_mark() -> None:
    with pytest.raises(NotReady, match="mark these first: one"):
        sheets.shares([an_entry(mark="")])


def test_a_reading_from_the_draw_to_the_shares(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = {"id": "one", "source": "own", "domain": "shop", "target": "human"}
    cases, sheet, form = tmp_path / "cases.jsonl", tmp_path / "sheet.jsonl", tmp_path / "form.md"
    cases.write_text(json.dumps({**case, "events": [{"role": "user", "text": "My lamp is broken"}]}))
    drawn = briefs(tmp_path / "own.briefs.jsonl", "one")
    main(["draw", str(drawn), "--salt", "x", "--form", str(form), "--sheet", str(sheet)])
    assert "    brief of one" in form.read_text()
    assert "brief of one" not in sheet.read_text()
    assert main(["compare", str(sheet), "--cases", str(cases)]) == 1
    (entry,) = sheets.read(sheet)
    sheets.write(sheet, [entry.model_copy(update={"answers": dict.fromkeys(QUESTIONS, "-")})])
    assert main(["compare", str(sheet), "--cases", str(cases)]) == 0
    assert "    user: My lamp is broken" in capsys.readouterr().out
    (entry,) = sheets.read(sheet)
    sheets.write(sheet, [entry.model_copy(update={"marks": dict.fromkeys(QUESTIONS, "missing")})])
    assert main(["shares", str(sheet)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["missing"] == 1


def test_a_mark_that_there_is_not_is_refused(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.jsonl"
    sheet.write_text(json.dumps({"id": "one", "set": "own", "brief": "", "marks": {"who": "fine"}}))
    with pytest.raises(ValueError, match="marks"):
        sheets.read(sheet)
