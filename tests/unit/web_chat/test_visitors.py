"""Tokens of visitors, rates, and bots that are named."""

import sys
from pathlib import Path

import pytest

from warmline.errors import NotConfigured
from warmline.web_chat import Chat, load_bot, rates, scripted_bot, visitors
from warmline.web_chat.bots import HandOver, Line
from warmline.web_chat.scripted import TEXTS

ID = "00000000-0000-0000-0000-000000000000"


def a_chat(text: str, language: str = "en", instruction: str | None = None, *lines: Line) -> Chat:
    return Chat(text, language, lines, instruction, "chat/x", ID, ID)  # type: ignore[arg-type]


def test_a_token_is_known_for_as_long_as_it_says_and_not_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    known = visitors.Visitors("secret")
    token = known.welcome("a" * 32)
    assert known.known(token) == "a" * 32
    today = visitors._today()
    monkeypatch.setattr(visitors, "_today", lambda: today + visitors.TOKEN_DAYS)
    assert known.known(token) == "a" * 32
    monkeypatch.setattr(visitors, "_today", lambda: today + visitors.TOKEN_DAYS + 1)
    assert known.known(token) is None


def test_a_secret_that_is_made_from_the_key_does_not_tell_it() -> None:
    made = visitors.secret_from("wl_key")
    assert made == visitors.secret_from("wl_key") != visitors.secret_from("wl_other")
    assert "wl_key" not in made


def test_a_rate_gives_back_little_by_little(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(rates.time, "monotonic", lambda: now)
    rate = rates.Rate(2)
    assert [rate.wait("a"), rate.wait("a"), rate.wait("b")] == [0.0, 0.0, 0.0]
    assert rate.wait("a") == pytest.approx(30)
    now += 30
    assert [rate.wait("a"), rate.wait("a") > 0] == [0.0, True]
    assert [rate.wait("c", 2), rate.wait("c", 2)] == [0.0, pytest.approx(60)]


@pytest.mark.parametrize("name", ["nothing", "no_such_module:answer", "json:no_such_function", "sys:path"])
def test_a_bot_that_is_not_there_is_a_sentence(name: str) -> None:
    with pytest.raises(NotConfigured, match=name.split(":", maxsplit=1)[0]):
        load_bot(name)


def test_a_bot_of_this_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_bot_of_this_folder.py").write_text("def answer(chat):\n    return chat.text\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    assert load_bot("a_bot_of_this_folder:answer")(a_chat("Hello")) == "Hello"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Can I talk to a human?"),
        ("de", "Ich möchte mit einem Mitarbeiter sprechen"),
        ("es", "Quiero hablar con una persona"),
        ("ar", "أريد التحدث إلى شخص"),
        ("ja", "担当者と話したいです"),
    ],
)
def test_the_small_bot_gets_a_person_in_the_visitors_language(language: str, text: str) -> None:
    answer = scripted_bot("people")(a_chat(text, language))
    assert answer == HandOver(to="queue:people", reason="The customer wants a person", say=TEXTS[language]["person"])


def test_the_small_bot_says_the_same_in_every_language() -> None:
    assert {tuple(texts) for texts in TEXTS.values()} == {tuple(TEXTS["en"])}


def test_the_small_bot_asks_first_and_then_gets_a_person() -> None:
    bot = scripted_bot("people")
    assert bot(a_chat("My lamp is broken", "fr")) == TEXTS["en"]["ask"]
    asked = (Line("visitor", "My lamp is broken"), Line("bot", TEXTS["en"]["ask"]), Line("visitor", "LAMP-77"))
    assert isinstance(bot(a_chat("LAMP-77", "en", None, *asked)), HandOver)
