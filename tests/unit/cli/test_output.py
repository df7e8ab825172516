"""What the commands print, and to whom."""

import json
import sys
import uuid

import pytest
from pydantic import BaseModel

from warmline.cli.output import complain, plain, show_fields, show_found, show_ids, show_json, show_list


class Thing(BaseModel):
    """Anything that is listed."""

    id: uuid.UUID = uuid.UUID(int=1)
    text: str = "ready"
    score: float = 0.51239


COLUMNS = {"id": lambda thing: thing.id, "text": lambda thing: thing.text, "score": lambda thing: thing.score}


def test_a_pipe_gets_a_tab_separated_line_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    show_list([Thing(), Thing(text="two\nlines\tand a tab")], COLUMNS)
    assert (
        capsys.readouterr().out == f"{uuid.UUID(int=1)}\tready\t0.512\n{uuid.UUID(int=1)}\ttwo lines and a tab\t0.512\n"
    )


def test_ids_come_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    show_ids([Thing(), Thing(id=uuid.UUID(int=2))])
    assert capsys.readouterr().out.split() == [str(uuid.UUID(int=1)), str(uuid.UUID(int=2))]


def test_a_list_is_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    show_json([Thing(text="Zürich")])
    told = capsys.readouterr().out
    assert json.loads(told) == [{"id": str(uuid.UUID(int=1)), "text": "Zürich", "score": 0.51239}]
    assert "Zürich" in told


def test_json_on_a_terminal_escapes_what_acts_there_and_means_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "\u202eesrever \u2066x\u2069 \u200b \u0085 \x9b31m \x1b[2J \U000e0041 می‌خواهم Zürich"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show_json(Thing(text=hostile))
    told = capsys.readouterr().out
    assert json.loads(told)["text"] == hostile
    assert not [sign for sign in told if sign in "\u202e\u2066\u2069\u200b\x85\x9b\x1b\U000e0041"]
    assert "می‌خواهم Zürich" in told


def test_json_in_a_pipe_is_as_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    show_json(Thing(text="\u202e"))
    assert "\u202e" in capsys.readouterr().out


def test_an_empty_list_is_still_json(capsys: pytest.CaptureFixture[str]) -> None:
    show_json([])
    assert json.loads(capsys.readouterr().out) == []


def test_what_is_found_comes_as_it_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for as_json, quiet in ((True, True), (False, True), (False, False)):
        show_found([Thing()], {"text": lambda thing: thing.text}, as_json=as_json, quiet=quiet)
        told.append(capsys.readouterr().out)
    assert json.loads(told[0])[0]["text"] == "ready"
    assert told[1:] == [f"{uuid.UUID(int=1)}\n", "ready\n"]


def test_fields_without_a_value_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    show_fields({"state": "open", "ended": None})
    assert capsys.readouterr().out == "state  open\n"


def test_markup_in_a_memory_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_fields({"content": "[bold]not bold[/bold] :smile:"})
    assert capsys.readouterr().out == "content  [bold]not bold[/bold] :smile:\n"


def test_a_memory_cannot_act_on_the_terminal() -> None:
    assert plain("a\x1b]0;owned\x07b\x9b2J\tc\n") == "a�]0;owned�b�2J\tc\n"


def test_a_complaint_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    complain("It broke.\nMend it. " + "x" * 200)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "warmline: It broke. Mend it. " + "x" * 200 + "\n"


def test_colours_stay_away_where_they_are_not_wanted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    show_fields({"state": "ready"})
    coloured = capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    show_fields({"state": "ready"})
    assert "\x1b[36m" in coloured
    assert "\x1b[36m" not in capsys.readouterr().out
