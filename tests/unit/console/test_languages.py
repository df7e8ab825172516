"""What a language changes: how days, numbers and counts are written, and what the platform said before."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest

from warmline_api.console import languages
from warmline_api.console.languages import choosing
from warmline_api.console.shell import words
from warmline_api.console.shell.titles import nth_handoff
from warmline_api.console.shell.wording import FILTERS

AT = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)


def spoken(language: str) -> AbstractContextManager[None]:
    return languages.answering({choosing.COOKIE: language}, "")


@pytest.mark.parametrize(
    ("language", "day", "full", "number"),
    [
        ("en", "2 Mar", "Monday, 2 March 2026, 08:05:00 UTC", "1,234.5"),
        ("de", "2. März", "Montag, 2. März 2026, 08:05:00 UTC", "1.234,5"),
        ("es", "2 mar", "lunes, 2 de marzo de 2026, 08:05:00 UTC", "1.234,5"),
        ("ar", "2 مارس", "الاثنين، 2 مارس 2026, 08:05:00 UTC", "1,234.5"),
    ],
)
def test_days_and_numbers_are_written_as_the_language_does(language: str, day: str, full: str, number: str) -> None:
    with spoken(language):
        assert (languages.day(AT), languages.full_time(AT), languages.decimal(1234.5, 1)) == (day, full, number)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "It needs the skill refunds."),
        ("de", "Es braucht das Fachgebiet refunds."),
        ("ar", "يحتاج الاختصاص refunds."),
    ],
)
def test_what_the_platform_wrote_in_english_is_said_in_the_language(language: str, said: str) -> None:
    with spoken(language):
        assert languages.platform_said("It needs the skill refunds.") == said


def test_what_nobody_foresaw_is_said_as_it_was_written() -> None:
    with spoken("de"):
        assert languages.platform_said("The dog ate it.") == "The dog ate it."


@pytest.mark.parametrize(
    ("language", "code", "said"), [("de", "rolled_back", "zurückgesprungen"), ("de", "vip", "vip")]
)
def test_a_code_of_a_tenants_own_stays_as_it_is(language: str, code: str, said: str) -> None:
    with spoken(language):
        assert words(code) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["1st handoff", "2nd handoff", "11th handoff"]),
        ("de", ["1. Übergabe", "2. Übergabe", "11. Übergabe"]),
        ("es", ["1.º traspaso", "2.º traspaso", "11.º traspaso"]),
    ],
)
def test_a_place_in_a_row_is_said_as_the_language_does(language: str, said: list[str]) -> None:
    with spoken(language):
        assert [nth_handoff(number) for number in (1, 2, 11)] == said


def test_arabic_counts_in_six_forms() -> None:
    with spoken("ar"):
        said = {n: languages.ngettext("{n} new", "{n} new", n) for n in (0, 1, 2, 3, 11, 100)}
    assert said == {0: "لا جديد", 1: "جديد واحد", 2: "جديدان", 3: "3 جديدة", 11: "11 جديدًا", 100: "100 جديد"}


def test_a_heading_keeps_the_capitals_of_its_words() -> None:
    assert FILTERS["sentence"]("in Bearbeitung seit Montag") == "In Bearbeitung seit Montag"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-AT,en;q=0.5", "de"), ("fr, es;q=0.7, de;q=0.3", "es"), ("AR", "ar"), ("de;q=0, en", "en"), ("", "en")],
)
def test_the_first_language_that_there_is_is_spoken(accepted: str, language: str) -> None:
    with languages.answering({}, accepted):
        assert languages.current() == language


def test_what_a_request_chose_ends_with_it() -> None:
    with spoken("de"):
        languages.use("ar")
        assert (languages.current(), languages.direction()) == ("ar", "rtl")
    assert (languages.current(), languages.direction()) == ("en", "ltr")
