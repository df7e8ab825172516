"""Long texts are looked through for secrets in another process, as they would be in this one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import psutil
import pytest

from tests.builders.waits import eventually
from warmline_memory import redaction
from warmline_memory.errors import Busy
from warmline_memory.memories import long_texts
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role

CARD = "4111 1111 1111 1111"
TREES = [["sure, 5521 then", {"password": "tulip77"}, None], [f"Paid with {CARD}", 3, {"note": ["tulip77 works"]}]]


def said(role: Role, content: str) -> SourceMemory:
    return SourceMemory(
        id=uuid4(),
        role=role,
        kind="message",
        content=content,
        importance=0.5,
        event_time=datetime(2026, 3, 1, tzinfo=UTC),
    )


CONVERSATION = [
    said(Role.AGENT, "What is your PIN?"),
    said(Role.USER, "sure, 5521 then"),
    said(Role.USER, "the password is tulip77"),
]


def processes() -> list[psutil.Process]:
    found = []
    for one in psutil.Process().children():
        with suppress(psutil.Error):  # it ends right now
            found += [one] if redaction.__name__ in one.cmdline() else []
    return found


def test_the_other_process_hides_what_this_one_would() -> None:
    here = redaction.hide(CONVERSATION, TREES)
    assert long_texts.hide(uuid4(), CONVERSATION, TREES) == here
    assert not [secret for secret in ("5521", "tulip77", CARD) if secret in str(here)]


def test_one_process_looks_through_the_texts_of_all() -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: long_texts.hide(uuid4(), CONVERSATION, TREES), range(16)))
    assert found == [redaction.hide(CONVERSATION, TREES)] * 16
    assert len(processes()) == 1


def test_a_process_that_was_killed_is_started_again() -> None:
    long_texts.hide(uuid4(), CONVERSATION, TREES)
    before = processes()[0]
    before.kill()
    assert long_texts.hide(uuid4(), CONVERSATION, TREES) == redaction.hide(CONVERSATION, TREES)
    eventually(lambda: processes() and before.pid not in [one.pid for one in processes()], seconds=60)


def test_where_no_process_can_be_started_texts_are_looked_through_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in processes():
        one.kill()
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert long_texts.hide(uuid4(), CONVERSATION, TREES) == redaction.hide(CONVERSATION, TREES)


def test_texts_that_take_too_long_are_refused_and_the_next_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    long_texts.hide(uuid4(), CONVERSATION, TREES)
    process = processes()[0]
    with monkeypatch.context() as changed, ThreadPoolExecutor(1) as beside:
        changed.setattr(long_texts, "READING_SECONDS", 0)
        process.suspend()
        slow = beside.submit(long_texts.hide, uuid4(), CONVERSATION, TREES)
        eventually(long_texts.TURN.locked, seconds=60)
        process.kill()
        with pytest.raises(Busy, match="too long"):
            slow.result(timeout=60)
    assert long_texts.hide(uuid4(), CONVERSATION, TREES) == redaction.hide(CONVERSATION, TREES)


def test_who_gets_no_turn_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_texts, "TURN_SECONDS", 0.05)
    with long_texts.TURN, pytest.raises(Busy, match="too many"):
        long_texts.hide(uuid4(), CONVERSATION, TREES)


def test_the_process_is_given_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for one in processes():
        one.kill()
    monkeypatch.setenv("WARMLINE_DATABASE_URL", "postgresql://warmline:secret@db/warmline")
    long_texts.hide(uuid4(), CONVERSATION, TREES)
    newest = max(processes(), key=lambda one: one.create_time())
    assert not [name for name in newest.environ() if name.startswith("WARMLINE")]
