"""Readers of text take anything that can be typed, and long rows of signs in linear time."""

import time
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as st

from warmline_memory.briefs.accounts.markdown import entries_of
from warmline_memory.language import dates, exact_values, harmless, meanings, terms, unseen

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300) | st.text(
    st.sampled_from("0123456789/.:-,+ \n#*_[]|>`apmhday月日$€\u0301\u0316\u200b\uff9e٣"), max_size=200
)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
READERS: dict[str, Callable[[str], object]] = {
    "accounts": entries_of,
    "dates": lambda text: dates.resolved(text, NOW, UTC),
    "exact values": lambda text: exact_values.find(exact_values.plain(text)),
    "meanings": lambda text: list(meanings.values(meanings.plain(text))),
    "terms": terms.read,
    "what is read": unseen.as_read,
    "what is seen": unseen.visible,
    "what is shown": unseen.shown,
}


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_raises_nothing_for_any_text(reader: str) -> None:
    @settings(max_examples=60, deadline=None)
    @given(TEXTS)
    def read(text: str) -> None:
        READERS[reader](text)

    read()


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_text_without_long_rows_of_marks_is_normalised_as_unicode_says(text: str) -> None:
    if not unseen.ROW.search(text):
        assert unseen.normalized("NFKC", text) == unicodedata.normalize("NFKC", text)


def is_linear(reader: Callable[[str], object], begin: str, row: str) -> bool:
    def seconds(count: int) -> float:
        began = time.process_time()
        reader(begin + row * count)
        return time.process_time() - began

    short, long = min(seconds(2_500) for _ in range(3)), min(seconds(40_000) for _ in range(2))
    # Sixteen times the text; the square of that would be 256.
    return long < 80 * short + 0.1


@pytest.mark.parametrize("row", ["\u0316\u0301", "\uff9e\u0334"])
@pytest.mark.parametrize("reader", [exact_values.plain, meanings.plain, terms.read, unseen.as_read])
def test_rows_of_marks_take_time_in_proportion_to_their_length(reader: Callable[[str], object], row: str) -> None:
    assert is_linear(reader, "a", row)


# A diaeresis on its own is a blank with a mark in compatible form: blanks that stay many on one line.
@pytest.mark.parametrize(("begin", "row"), [("", "#"), ("", "`"), ("<", "\xa8"), ("[", "\xa8"), ("[INST", "\xa8")])
def test_what_could_begin_a_mark_of_a_model_takes_time_in_proportion_to_its_length(begin: str, row: str) -> None:
    assert is_linear(harmless.untagged, begin, row)
