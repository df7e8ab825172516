"""Dates: what a moment means where it was said, and what is none."""

import time
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from warmline_memory.language import dates

WEDNESDAY = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


def meant(text: str, said_at: datetime = WEDNESDAY, zone: str = "Europe/Madrid") -> list[tuple[str, str]]:
    """The moments of a text in its words, and what they mean as ISO dates, in local time where they have one."""
    found = dates.resolved(text, said_at, ZoneInfo(zone))
    return [
        (text[begins:ends], f"{moment:%Y-%m-%dT%H:%M}" if isinstance(moment, datetime) else moment.isoformat())
        for begins, ends, moment in found
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Can you come tomorrow?", "2026-03-05"),
        ("It must be here the day after tomorrow.", "2026-03-06"),
        ("I leave at 5 pm tomorrow", "2026-03-05T17:00"),
        ("Please call me on Monday", "2026-03-09"),
        ("I need it by Friday 5 pm", "2026-03-06T17:00"),
        ("It broke last Friday", "2026-02-27"),
        ("No hot water since Monday", "2026-03-02"),
        ("My flight leaves in 20 minutes", "2026-03-04T13:20"),
        ("My appointment is on May 5", "2026-05-05"),
        ("Bitte liefern Sie übermorgen um 8", "2026-03-06"),
        ("Der Techniker kommt am Freitag um 14 Uhr", "2026-03-06T14:00"),
        ("Ich habe seit Montag kein Internet", "2026-03-02"),
        ("Vor 3 Tagen ging es noch", "2026-03-01"),
        ("Heute Morgen ging es noch", "2026-03-04"),
        ("mañana a las nueve", "2026-03-05"),
        ("Llego mañana por la tarde a las 3", "2026-03-05T15:00"),
        ("El técnico viene el martes", "2026-03-10"),
        ("Lo pedí hace 2 horas", "2026-03-04T11:00"),
        ("demain matin à 9h, s'il vous plaît", "2026-03-05T09:00"),
        ("Je n'ai plus rien depuis lundi", "2026-03-02"),
        ("amanhã às 9 da manhã", "2026-03-05T09:00"),
        ("Preciso disso até sexta-feira, por favor", "2026-03-06"),
        ("Arrivo domani alle 15", "2026-03-05T15:00"),
        ("Mi serve entro venerdì", "2026-03-06"),
        ("Bel me morgenochtend voor tien", "2026-03-05"),
        ("Ik wacht al sinds maandag", "2026-03-02"),
        ("Proszę zadzwonić jutro po południu", "2026-03-05"),
        ("W piątek będę w domu", "2026-03-06"),
        ("Позвоните завтра в 9 утра", "2026-03-05T09:00"),
        ("В пятницу приду", "2026-03-06"),
        ("yarın saat 15:00", "2026-03-05T15:00"),
        ("明天下午三点半来", "2026-03-05T15:30"),
        ("下周三请打电话", "2026-03-11"),
        ("明日の午後3時にお願いします", "2026-03-05T15:00"),
        ("5月3日にお願いします", "2026-05-03"),
        ("내일 오후 3시에 와 주세요", "2026-03-05T15:00"),
        ("غدا الساعة 3 مساء", "2026-03-05T15:00"),
        ("मैं कल आऊँगा", "2026-03-05"),
        ("मैं कल आया था", "2026-03-03"),
    ],
)
def test_a_moment_means_a_date(text: str, moment: str) -> None:
    assert [date for _, date in meant(text)] == [moment]


@pytest.mark.parametrize(
    "text",
    [
        "May I ask something?",
        "I sat in the sun for a second, and the march was long",
        "They march 5 miles, and I may 2 days rest",
        "Open on Saturdays, and every Sunday",
        "Sat, Sun, Mon, Fri",
        "I called on Monday and nobody came",
        "The technician was expected by Friday",
        "It was done in 20 minutes",
        "Is it the Good Friday offer?",
        "Friday, 13",
        "a las diez de la mañana",
        "Por la mañana no estoy, esta mañana sí",
        "El técnico vino el martes",
        "Los martes trabajo",
        "Guten Morgen, ich brauche Hilfe",
        "Hier ist mein Vertrag",
        "Am Freitag habe ich bestellt",
        "Jeden Montag kommt die Müllabfuhr",
        "Montag in einer Woche kann ich",
        "Le vendredi je travaille",
        "Mardi, j'ai appelé",
        "Goedemorgen, ik heb een vraag",
        "Il venerdì lavoro",
        "Na segunda vez deu certo",
        "Я звонил в пятницу",
        "На завтрак кофе",
        "Her cuma arıyorum",
        "金曜日に届きました",
        "我周五买了一个",
        "后天性免疫",
        "금요일에 샀어요",
        "오늘날 많은 사람",
        "اليوم التالي",
        "कला बहुत अच्छी है",
    ],
)
def test_what_is_no_moment_or_an_unclear_one_means_no_date(text: str) -> None:
    assert meant(text) == []


@pytest.mark.parametrize("text", ["next Friday", "nächsten Freitag", "vendredi prochain", "volgende vrijdag"])
def test_the_next_weekday_is_a_date_only_where_both_ways_to_count_agree(text: str) -> None:
    saturday = datetime(2026, 3, 7, 9, 0, tzinfo=UTC)
    assert meant(text) == []
    assert [date for _, date in meant(text, saturday)] == ["2026-03-13"]


def test_of_many_moments_in_fifteen_languages_none_is_read_wrong_and_hardly_any_missed() -> None:
    ten = datetime(2026, 3, 4, 10, 0, tzinfo=MADRID)
    right = missed = 0
    for line in (Path(__file__).parent / "moments.txt").read_text("utf-8").splitlines()[1:]:
        _, text, wanted = line.split("|")
        found = [moment for _, moment in meant(text, ten)]
        assert not found or found[0] in (wanted, wanted[:10]), text
        right += found == [wanted] * bool(wanted)
        missed += found != [wanted] * bool(wanted)
    assert (right >= 58, missed <= 5) == (True, True)


def test_a_weekday_that_is_also_todays_is_no_date() -> None:
    assert meant("Please call me on Wednesday") == []


def test_the_day_is_that_of_the_zone_in_which_it_was_said() -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert meant("tomorrow", late, "UTC") == [("tomorrow", "2026-03-05")]
    assert meant("tomorrow", late, "Europe/Madrid") == [("tomorrow", "2026-03-06")]
    assert meant("tomorrow", late, "America/New_York") == [("tomorrow", "2026-03-05")]


def test_elapsed_time_is_counted_over_a_change_of_clocks() -> None:
    before = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    (found,) = dates.resolved("It leaves in 2 hours", before, MADRID)
    assert isinstance(found[2], datetime)
    assert (found[2].astimezone(UTC) - before).total_seconds() == 7_200


def test_a_date_without_its_year_is_the_nearest_on_the_side_that_the_tense_says() -> None:
    december = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
    assert meant("I arrive on January 5", december) == [("January 5", "2027-01-05")]
    assert meant("It was paid on December 5", december) == [("December 5", "2026-12-05")]
    assert meant("I arrive on December 5", december) == []
    assert meant("I arrive on December 25, 2027", december) == []


def test_a_known_language_decides() -> None:
    assert dates.resolved("morgen", WEDNESDAY, UTC, "de") == [(0, 6, date(2026, 3, 5))]
    assert dates.resolved("hier", WEDNESDAY, UTC, "de") == []
    assert dates.resolved("hier", WEDNESDAY, UTC, "fr-CA") == [(0, 4, date(2026, 3, 3))]


@pytest.mark.parametrize(
    ("names", "zone"),
    [
        (("Europe/Madrid", "Asia/Tokyo"), "Europe/Madrid"),
        ((None, "Asia/Tokyo"), "Asia/Tokyo"),
        (("Madrid", "../etc", 7, "Asia/Tokyo"), "Asia/Tokyo"),
        ((None, "", "/"), "UTC"),
    ],
)
def test_the_first_known_time_zone_counts(names: tuple[object, ...], zone: str) -> None:
    assert str(dates.zone_of(*names)) == zone


def test_spans_are_those_of_the_text() -> None:
    text = "Gut. Ich komme am Freitag um 14 Uhr. Bis morgen!"
    assert [said for said, _ in meant(text)] == ["am Freitag um 14 Uhr", "morgen"]


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        dates.resolved("tomorrow", datetime(2026, 3, 4), UTC)


@pytest.mark.parametrize(
    "text", ["no date here", "tomorrow 1 1 1 ", "(1(1 tomorrow", "guten morgen ", "5 may ", "周五"]
)
def test_long_texts_are_read_in_linear_time(text: str) -> None:
    def seconds(size: int) -> float:
        long = (text * (size // len(text) + 1))[:size]
        begun = time.process_time()
        dates.resolved(long, WEDNESDAY, UTC)
        return time.process_time() - begun

    seconds(1_000)
    assert seconds(80_000) < 1.5
