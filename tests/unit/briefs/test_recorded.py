"""Recorded: what the line of a lookup says."""

from typing import Any

import pytest

from tests.builders.briefs import agent, call, numbered, user
from warmline_memory.briefs import recorded
from warmline_memory.reading import read
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome

HOTELS = [
    {"name": "Fjord Inn", "stars": "three", "price": "120 EUR"},
    {"name": "Harbour House", "stars": "four", "price": "180 EUR"},
    {"name": "Opera Hotel", "stars": "four", "price": "210 EUR"},
]
WISH = user("Please find me a hotel in Oslo.")


def looked_up(*memories: SourceMemory) -> list[str]:
    """The lines of lookups, each as `label: text`."""
    drafts = recorded.lines(read(numbered(memories)))
    return [f"{one.line.label}: {one.line.text}" for one in drafts if one.section is SectionName.SITUATION]


def search(result: Any, **arguments: Any) -> SourceMemory:
    return call("search_hotels", result, **(arguments or {"city": "Oslo"}))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("I can offer you the Harbour House.", ": name Harbour House, stars four, price 180 EUR"),
        ("There are the Harbour House and the Opera Hotel.", ": name Opera Hotel, stars four, price 210 EUR"),
        ("How about three stars? The FJORD INN has them.", ": name Fjord Inn, stars three, price 120 EUR"),
        ("I have found some.", ""),
    ],
)
def test_of_a_list_the_one_that_was_spoken_of_last_is_told_and_else_only_their_number(said: str, name: str) -> None:
    assert looked_up(WISH, search(HOTELS), agent(said)) == [f"search hotels: city: Oslo → 3 found{name}"]


def test_what_all_things_found_have_in_common_names_none_of_them() -> None:
    found = [{"name": "Fjord Inn", "area": "Harbour"}, {"name": "Harbour House", "area": "Harbour"}]
    said = agent("The Harbour House? No, rather the Fjord Inn, in the Harbour.")
    assert looked_up(WISH, search(found), said) == ["search hotels: city: Oslo → 2 found: name Fjord Inn, area Harbour"]


def test_what_a_lookup_was_asked_is_not_told_again_as_what_it_found() -> None:
    found = {"city": "Oslo", "request": "search_hotels", "guests": "Two", "name": "Fjord Inn"}
    line = "search hotels: city: Oslo, guests: two → name Fjord Inn"
    assert looked_up(user("A hotel in Oslo for two."), search(found, city="Oslo", guests="two")) == [line]


def test_a_lookup_that_only_gives_back_what_it_was_asked_says_what_was_asked() -> None:
    assert looked_up(WISH, search({"city": "Oslo"})) == ["search hotels: city: Oslo"]


def test_settings_that_nobody_spoke_of_are_no_part_of_a_lookup() -> None:
    found = search({"name": "Fjord Inn"}, city="Oslo", limit=80, order="ascending")
    assert looked_up(WISH, found) == ["search hotels: city: Oslo → name Fjord Inn"]


def test_a_lookup_whose_result_was_cut_off_tells_what_is_left_of_it() -> None:
    cut_off = '[{"name": "Fjord Inn", "stars": "three"}, {"name": "Harbour House", "sta'
    said = agent("I can offer you the Harbour House.")
    assert looked_up(WISH, search(cut_off), said) == ["search hotels: city: Oslo → 2 found: name Harbour House"]


def test_only_the_last_lookup_that_found_something_is_told() -> None:
    nothing, weather = search([]), call("get_weather", {"sky": "clear"}, city="Oslo")
    assert looked_up(WISH, search(HOTELS), weather, nothing) == ["get weather: city: Oslo → sky clear"]


def test_a_change_is_no_lookup() -> None:
    booked = call("book_hotel", {"status": "booked"}, Outcome.CONFIRMED, name="Fjord Inn")
    assert looked_up(WISH, booked) == []


def done(result: Any, **arguments: Any) -> list[str]:
    """The texts of what was done, where nothing but this booking is in the record."""
    booked = call("book_flat", result, Outcome.CONFIRMED, **arguments)
    drafts = recorded.lines(read(numbered([user("A flat, please."), booked])))
    return [one.line.text for one in drafts if one.section is SectionName.DONE]


def test_a_phone_number_of_what_was_booked_stands_beside_what_it_is_of_where_nothing_else_names_that() -> None:
    row = {"street": "Lange Gasse 7, Wien", "telefon": "+43 1 5550134", "pets": "no"}
    assert done(row, ort="Wien") == ["ort: Wien → street Lange Gasse 7, Wien, telefon +43 1 5550134"]
    assert done(row, hotel_name="Zur Post") == ["telefon +43 1 5550134"]
    assert done({"reference": "AB-1234"}, ort="Wien") == ["reference AB-1234"]


def test_why_something_failed_is_told_under_whatever_name_the_program_says_it() -> None:
    result = {"status": "failed", "reason": "vehicle deck full", "code": 17}
    refused = call("change_booking", result, Outcome.FAILED, booking="FR-2291", date="2026-06-15")
    drafts = recorded.lines(read(numbered([user("Please change FR-2291 to 15 June."), refused])))
    (line,) = [one.line for one in drafts if one.section is SectionName.FAILED]
    assert line.text == "booking: FR-2291, date: 2026-06-15 → failed; vehicle deck full"
