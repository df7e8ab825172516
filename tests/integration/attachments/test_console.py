"""The console: an operator brings files with a reply or a note, each once, and hears at the field what is wrong."""

from typing import Any

import httpx
import pytest

from tests.builders.attachments import HTML, PDF, a_png
from tests.builders.console import Browser, csrf_of, signed_in, text_of
from tests.builders.handoffs import accept, waiting
from tests.builders.requests import Json, get
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def taken(api: Api) -> tuple[Browser, Json]:
    """The browser of an operator who holds a handoff."""
    browser = signed_in(api)
    handoff = waiting(api)
    accept(api, handoff)
    return browser, handoff


def say(browser: Browser, handoff: Json, *files: tuple[str, bytes], **fields: str) -> httpx.Response:
    page = browser.page(f"/handoffs/{handoff['id']}")
    typed = {"csrf": csrf_of(page), "text": "", "as": "reply", "once": "1", **fields}
    sent: Any = [("files", (name, content, "image/png")) for name, content in files]
    return browser.http.post(f"/console/handoffs/{handoff['id']}/say", data=typed, files=sent or [("files", ("", b""))])


def said(api: Api, handoff: Json) -> list[tuple[str, str | None]]:
    session = get(api, f"handoffs/{handoff['id']}")["target_session_id"]
    memories = get(api, "memories", session_id=session)["items"]
    return [(one["content"].partition(" (")[0], one["role"]) for one in reversed(memories)]


def test_a_reply_brings_words_and_files_which_wait_for_their_channel(api: Api) -> None:
    browser, handoff = taken(api)
    answer = say(browser, handoff, ("label.pdf", PDF), ("photo.png", a_png()), text="Print this")
    assert answer.status_code == 303, answer.text
    assert said(api, handoff) == [("Print this", "agent"), ("label.pdf", "agent"), ("photo.png", "agent")]
    page = browser.page(f"/handoffs/{handoff['id']}")
    assert page.count('class="turn-picture"') == 1
    assert text_of(page).count("saved") >= 3


def test_files_are_sent_without_words_and_twice_the_same_once(api: Api) -> None:
    browser, handoff = taken(api)
    for _ in range(2):
        assert say(browser, handoff, ("label.pdf", PDF)).status_code == 303
    assert said(api, handoff) == [("label.pdf", "agent")]
    assert len(get(api, "attachments")["items"]) == 1


def test_files_of_a_note_are_for_colleagues_and_no_message_to_anybody(api: Api) -> None:
    browser, handoff = taken(api)
    say(browser, handoff, ("photo.png", a_png()), text="Look at this", **{"as": "note"})
    assert said(api, handoff) == [("Look at this", None), ("photo.png", None)]
    assert "message.created" not in {one["type"] for one in get(api, "events", limit=200)["items"]}
    assert browser.page(f"/handoffs/{handoff['id']}").count("turn--note") == 2


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("photo.png", HTML, "photo.png is of a type that is not taken (text/html). Choose a picture or a document."),
        ("empty.txt", b"", "empty.txt is empty. Choose another file."),
        ("long.txt", b"x" * 10_000_001, "long.txt is larger than 10 MB. Choose a smaller file."),
    ],
)
def test_a_file_that_is_not_taken_is_refused_at_its_field_and_what_was_typed_stays(
    api: Api, name: str, content: bytes, fault: str
) -> None:
    browser, handoff = taken(api)
    answer = say(browser, handoff, (name, content), text="Print this")
    assert answer.status_code == 422
    assert f'<p class="fault" id="fault-files">{fault}</p>' in answer.text
    assert ">Print this</textarea>" in answer.text
    assert said(api, handoff) == []


def test_too_many_files_and_none_with_nothing_typed_are_refused(api: Api) -> None:
    browser, handoff = taken(api)
    many = say(browser, handoff, *[(f"{number}.pdf", PDF) for number in range(11)])
    assert "At most 10 files at once." in many.text
    assert "Nothing was written" in say(browser, handoff).text


def test_a_body_of_a_form_has_its_limit(api: Api) -> None:
    browser, handoff = taken(api)
    assert say(browser, handoff, ("a.txt", b"x" * 22_000_000)).status_code == 413
