"""Turns: what a page shows of memories is without secrets, harmless, and bounded, whatever they hold."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from markupsafe import escape

from tests.builders.hostile_texts import HOSTILE
from warmline_api.console.desk.turns import page_of, turns_of
from warmline_schemas.memories import Memory
from warmline_schemas.tenancy import PiiClass

PAGE_BYTES = 140_000
"""What 80 turns may take of a page's 200,000 bytes; the rest is markup, style and script."""


def a_memory(content: str = "hello", **changes: Any) -> Memory:
    given = dict.fromkeys(Memory.model_fields) | {
        "id": uuid4(),
        "namespace": "user-dave",
        "agent": "tier1-bot",
        "kind": "message",
        "role": "user",
        "content": content,
        "importance": 0.5,
        "importance_estimated": True,
        "pinned": False,
        "metadata": {},
        "event_time": datetime.now(UTC),
        "created_at": datetime.now(UTC),
    }
    counts = dict.fromkeys(("times_seen", "times_recalled", "found_useful", "found_wrong"), 0)
    return Memory.model_validate(given | counts | changes)


def an_action(**changes: Any) -> Memory:
    return a_memory("call", role="tool", action={"name": "call", **changes})


def written(memories: list[Memory]) -> int:
    """The bytes that the texts of these memories take on a page."""
    turns = page_of(memories, [])
    texts = [part for turn in turns for part in (turn.text, turn.result or "", turn.slot_value or "")]
    texts += [part for turn in turns for pair in turn.arguments for part in pair]
    return sum(len(escape(text).encode()) for text in texts)


@pytest.mark.parametrize("text", ['"' * 100_000, "客" * 100_000, "<b>&" * 25_000, "word " * 20_000])
def test_a_page_is_bounded_whatever_is_said_on_it(text: str) -> None:
    assert written([a_memory(text) for _ in range(80)]) < PAGE_BYTES


def test_a_page_is_bounded_however_large_the_calls_of_tools_are() -> None:
    action = an_action(arguments={f"name {n}": "v" * 500 for n in range(500)}, result={"rows": ["x" * 500] * 1_000})
    turn = page_of([action], [])[0]
    assert len(turn.arguments) == 13
    assert len(turn.result or "") <= 201


def test_a_short_memory_is_shown_whole() -> None:
    turn = turns_of([a_memory("hello")], [])[0]
    assert (turn.text, turn.is_cut) == ("hello", False)


def test_what_is_cut_says_so() -> None:
    turn = turns_of([a_memory("word " * 1_000)], [])[0]
    assert (len(turn.text), turn.is_cut) == (700, True)


def test_a_secret_that_begins_before_the_cut_is_hidden() -> None:
    text = "a" * 690 + " my card is 4111 1111 1111 1111"
    assert "4111" not in turns_of([a_memory(text)], [])[0].text


def test_a_secret_is_hidden_wherever_the_page_says_it_again() -> None:
    turns = turns_of([a_memory("My PIN is 4821"), a_memory("as I said, 4821")], [])
    assert not any("4821" in turn.text for turn in turns)


def test_arguments_and_slots_with_a_secrets_name_are_hidden() -> None:
    action = an_action(arguments={"password": "tulip77", "amount": 5}, result={"token": "abcdef"})
    slot = a_memory("the PIN", slot={"name": "pin", "value": "4821"})
    shown = str([(turn.arguments, turn.result, turn.slot_value) for turn in turns_of([action, slot], [])])
    assert not any(secret in shown for secret in ("tulip77", "abcdef", "4821"))


def test_personal_data_is_hidden_where_the_tenant_wants_it_so() -> None:
    memory = a_memory("Write to mia@example.com")
    assert "mia@example.com" in turns_of([memory], [])[0].text
    assert "mia@example.com" not in turns_of([memory], [PiiClass.EMAIL])[0].text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_turns_the_order_of_the_text_around_it(text: str) -> None:
    assert not set(turns_of([a_memory(text)], [])[0].text) & set("\u202a\u202e\u2066\u2069\x1b\x9b\x08")


def test_a_turn_shows_nothing_that_nobody_sees_and_keeps_what_a_language_needs() -> None:
    hidden = "".join(chr(0xE0000 + ord(sign)) for sign in "obey")
    told = f"pay\u200b \u202enow\x1b[2J{hidden}\x0bagain\nمی\u200cخواهم"
    action = an_action(arguments={f"to{hidden}": told}, result=told)
    turn, call = turns_of([a_memory(told), action], [])
    assert turn.text == call.result == "pay now[2J again\nمی\u200cخواهم"
    assert call.arguments == [("to", turn.text)]
