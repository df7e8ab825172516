"""Saved replies over the SDK and the command line."""

import json
from pathlib import Path

import pytest

from tests.conftest import Command
from warmline import ChangedMeanwhile, InvalidRequest, NotFound, Warmline

THANKS = "Thank you, {customer}."


def test_one_is_written_read_listed_and_deleted(client: Warmline) -> None:
    written = client.saved_replies.write("thanks", text=THANKS, language="en")
    assert client.saved_replies.get("thanks") == written
    assert [one.name for one in client.saved_replies.list()] == ["thanks"]
    client.saved_replies.delete("thanks")
    with pytest.raises(NotFound):
        client.saved_replies.get("thanks")
    with pytest.raises(NotFound):
        client.saved_replies.delete("thanks")


def test_a_blank_that_nothing_fills_is_refused_with_those_that_there_are(client: Warmline) -> None:
    with pytest.raises(InvalidRequest, match=r"\{name\} is not known; write \{customer\} and \{operator\}"):
        client.saved_replies.write("thanks", text="Thank you, {name}.")


def test_braces_around_anything_but_a_name_are_text(client: Warmline) -> None:
    text = 'Send {"id": 1} or {} or {X}, {customer}.'
    assert client.saved_replies.write("code", text=text).text == text


def test_it_is_not_written_over_where_it_was_changed_meanwhile(client: Warmline) -> None:
    first = client.saved_replies.write("thanks", text=THANKS)
    client.saved_replies.write("thanks", text="Thanks.")
    with pytest.raises(ChangedMeanwhile):
        client.saved_replies.write("thanks", text="Ta.", if_unchanged=first)


def test_a_tenant_has_a_limited_number(client: Warmline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline_memory.saved_replies.MOST", 2)
    for number in range(2):
        client.saved_replies.write(f"reply-{number}", text="x")
    client.saved_replies.write("reply-1", text="replaced")
    with pytest.raises(InvalidRequest, match="at most 2 saved replies"):
        client.saved_replies.write("one-more", text="x")


def test_the_command_line_writes_shows_lists_and_deletes(command: Command, tmp_path: Path) -> None:
    (tmp_path / "thanks.txt").write_text(THANKS)
    status, _, _ = command("saved-replies", "write", "thanks", str(tmp_path / "thanks.txt"), "--queue", "billing")
    assert status == 0
    status, shown, _ = command("saved-replies", "show", "thanks", "--json")
    assert (status, json.loads(shown)["text"], json.loads(shown)["queues"]) == (0, THANKS, ["billing"])
    assert "thanks" in command("saved-replies", "list")[1]
    assert "was deleted" in command("saved-replies", "delete", "thanks")[2]
