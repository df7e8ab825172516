"""Statements: sentences and clauses in any script, in speech and in chats."""

import time
from pathlib import Path

import pytest

from warmline_memory.language.statements import CLAUSE, LONGEST, statements, word_count


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in statements(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Am 3. Mai komme ich. Danke!", ["Am 3. Mai komme ich.", "Danke!"]),
        ("Rufen Sie Dr. Weber an, z.B. um 9.30 Uhr. Danke", ["Rufen Sie Dr. Weber an, z.B. um 9.30 Uhr.", "Danke"]),
        ("La Sra. López irá. Gracias.", ["La Sra. López irá.", "Gracias."]),
        ("It costs 3.50 at https://a.test/b?c=d.e now", ["It costs 3.50 at https://a.test/b?c=d.e now"]),
        ("ok. thanks. my name is bob.. and yes!", ["ok.", "thanks.", "my name is bob..", "and yes!"]),
        ("Order no. 45 please. No. I mean 46.", ["Order no. 45 please.", "No.", "I mean 46."]),
        ("好的，帮我查询。谢谢！你好吗？", ["好的，帮我查询。", "谢谢！", "你好吗？"]),
        ("मुझे पैसे चाहिए। मदद करें।", ["मुझे पैसे चाहिए।", "मदद करें।"]),
        ("أريد المال. هل يمكنك المساعدة؟ شكرا", ["أريد المال.", "هل يمكنك المساعدة؟", "شكرا"]),
        ("1. Was it made?\n2. Do you have it?", ["1. Was it made?", "2. Do you have it?"]),
        ("Run `foo.bar(x)`. Then open a.py. It fails.", ["Run `foo.bar(x)`.", "Then open a.py.", "It fails."]),
        ("Upgrade to 1.2.3. Done.", ["Upgrade to 1.2.3.", "Done."]),
        ("He said \"stop.\" Then he left.", ["He said \"stop.\"", "Then he left."]),
        ("... !! ?", []),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_sees_the_end(text: str, parts: list[str]) -> None:
    assert split(text) == parts


def test_hardly_any_sentence_is_cut_at_a_mark_within_it_in_any_language() -> None:
    lines = (Path(__file__).parent / "boundaries.txt").read_text("utf-8").splitlines()
    wanted = [[part.strip() for part in line.split("¦")] for line in lines if not line.startswith("#")]
    wrong = [parts for parts in wanted if split(" ".join(parts)) != parts and split("".join(parts)) != parts]
    # `Yahoo! Mail`, `t.ex.`, and numbers that end a sentence need more knowledge than the form of words.
    assert len(wanted) > 60
    assert len(wrong) <= 4, wrong


@pytest.mark.parametrize(
    "name", ["J. R. Smith", "Dr. Meyer", "J.-P. Martin", "А. С. Пушкин", "《你好！李焕英》", "D. J. 餐厅", "Av. Brasil"]
)
def test_a_name_is_never_cut(name: str) -> None:
    assert split(f"Call {name} back.") == [f"Call {name} back."]
    assert split(f"请找{name}。") == [f"请找{name}。"]


def test_speech_without_marks_is_cut_into_clauses_that_lose_nothing() -> None:
    text = "so i was at the station and the train did not come and they said it was on the other platform " * 5
    parts = split(text)
    assert all(word_count(part) <= CLAUSE for part in parts)
    assert " ".join(parts) == text.strip()


def test_a_long_sentence_is_cut_at_its_pauses() -> None:
    text = ", ".join(["the valve in the cellar is open"] * 9)
    assert word_count(text) > LONGEST
    assert all(part.startswith("the valve") for part in split(text))


def test_two_characters_are_a_word_where_a_script_has_no_blanks() -> None:
    assert word_count("我的订单号是8841 ok") == 5


@pytest.mark.parametrize(
    "part", ["1 ", "(1", "a", "a-", ". ", "\"'", "a. ", "一", "\n", " ", "?!", ", ", "3. ", "z.B. ", "「」"]
)
def test_a_hundred_thousand_characters_take_less_than_a_second(part: str) -> None:
    begun = time.process_time()
    statements(part * (100_000 // len(part)))
    assert time.process_time() - begun < 1.0
