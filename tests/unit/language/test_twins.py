"""Texts in another form: where each of their characters stands in the text that they are made of."""

import pytest

from warmline_memory.language.spans import Span
from warmline_memory.language.unseen import as_read


@pytest.mark.parametrize(
    ("text", "read", "places"),
    [
        ("plain", "plain", [0, 1, 2, 3, 4, 5]),
        ("a–b", "a–b", [0, 1, 2, 3]),
        ("４９ a", "49 a", [0, 1, 2, 3, 4]),
        ("p\u00adin", "pin", [0, 2, 3, 4]),
        ("\u200b\u200bab", "ab", [2, 3, 4]),
        ("wait… ok", "wait... ok", [0, 1, 2, 3, 4, 4, 4, 5, 6, 7, 8]),
        ("e\u0301a", "éa", [0, 2, 3]),
        ("\u200b", "", [1]),
        ("", "", [0]),
    ],
)
def test_each_character_that_is_read_knows_where_it_stood(text: str, read: str, places: list[int]) -> None:
    twin = as_read(text)
    assert twin.text == read
    assert [twin.place(at) for at in range(len(read) + 1)] == places


def test_a_span_ends_with_what_hides_behind_its_last_character() -> None:
    text = "my pin\u00ad\u00ad is 4711"
    assert as_read(text).back(Span("name", 3, 6)) == Span("name", 3, 8)


def test_a_long_text_needs_no_number_for_each_of_its_characters() -> None:
    text = "src/a.py · 12 passed → ok\n" * 10_000
    assert as_read(text).runs == ()
    assert len(as_read(f"{text}… 4 lines left out …\n{text}").runs) < 10
