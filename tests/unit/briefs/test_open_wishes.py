"""Chains: a wish of the first session that stays open through others, in several languages and trades, is told at the
end as it was when that session ended, and what was carried out meanwhile is told as done alone."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.builders.briefs import a_brief, agent, call, lines, numbered, user
from warmline_memory.briefs.sources import Leg
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, SectionName

HOUSE = (
    user("I'm taking a trip and need help finding a nice house to stay in. Can you help me out?"),
    agent("No problem, just let me know what city you are planning to stay in."),
    user("I need a place for 2 people in Kuala Lumpur."),
    call(
        "search_house",
        [{"address": "Jalan Mas 2, 56000 Kuala Lumpur"}, {"address": "Jalan Ampang 9"}],
        where_to="Kuala Lumpur",
        adults=2,
    ),
    agent("It's located at Jalan Mas 2, 56000 Kuala Lumpur."),
    user("Great, from March 10th to the 14th please."),
    call("book_house", {"status": "booked"}, where_to="Kuala Lumpur", adults=2, check_in="10th", check_out="14th"),
    agent("Booked."),
)
TABLE = (
    user("Please reserve a table for four at Prabh Kitchen in Mill Valley."),
    agent("For which day and time?"),
    user("On the 10th at 1 pm."),
    call("reserve_restaurant", {"status": "ok"}, name="Prabh Kitchen", date="2026-03-10", seats=4, time="13:00"),
    agent("Your table is reserved."),
)
WAITING = (agent("I have read what you wrote before."), user("Good. I will stay on the line."))
GREETED = (user("Hello? Is somebody there?"), agent("Yes, I am here."))


def at_the_end(wish: Sequence[SourceMemory]) -> Brief:
    """The brief after a first session with this wish, and errands and words in passing at six other desks."""
    legs, number = [], 1
    for desk, told in enumerate((wish, WAITING, HOUSE, GREETED, TABLE, WAITING)):
        legs.append(Leg(f"desk-{desk}", [replace(one, agent=f"desk-{desk}") for one in numbered(told, number)]))
        number += len(told)
    return a_brief(*GREETED, before=legs)


DENTIST = (
    user("Hola, busco dentista en Sevilla para una endodoncia."),
    agent("La clínica Triana tiene hueco el jueves y la clínica Macarena el lunes."),
    user("¿Cuál abre por la tarde?"),
    agent("La Macarena abre hasta las 20:30."),
    user("Prefiero esa, y que no sea la doctora Gil."),
)


@pytest.mark.parametrize(
    ("wish", "needed"),
    [
        (DENTIST, ("Sevilla", "20:30", "doctora Gil")),
        (
            (
                user("Mein Golf verliert Öl, ich brauche einen Platz in der Werkstatt."),
                agent("Bei Auto Brandt in Fürth ginge es, die Hebebühne 3 ist frei."),
                user("Was kostet das?"),
                agent("Die Diagnose kostet 89 Euro."),
                user("Gut. Ich kann nur vormittags."),
            ),
            ("verliert Öl", "Auto Brandt in Fürth", "89 Euro", "vormittags"),
        ),
        (
            (
                user("我要把我的套餐换成便宜一点的。"),
                agent("现在有畅享59和轻松39两种套餐。"),
                user("39的有多少流量？"),
                agent("轻松39每月有20GB流量。"),
                user("那就换这个吧。"),
            ),
            ("便宜一点的", "轻松39每月有20GB流量", "那就换这个吧"),
        ),
        (
            (
                user("मेरा खाता बंद हो गया है, शाखा नागपुर है।"),
                agent("आपका खाता केवाईसी न होने से बंद है, आधार की प्रति चाहिए।"),
                user("मैं कब आ सकता हूँ?"),
                agent("शाखा बुधवार को 11 बजे से खुली है।"),
                user("ठीक है, मेरे लिए समय रखिए।"),
            ),
            ("नागपुर", "आधार की प्रति", "बुधवार को 11 बजे", "मेरे लिए समय रखिए"),
        ),
        (
            (
                user("Our link to Cork has been flapping since 04:10."),
                agent("Port xe-0/0/7 on crk-edge-2 shows 312 CRC errors."),
                user("Is it the optic?"),
                agent("Most likely, the optic is an SFP-10G-LR from March."),
                user("Then swap it tonight, but not before 23:00."),
            ),
            ("04:10", "xe-0/0/7 on crk-edge-2", "SFP-10G-LR", "not before 23:00"),
        ),
    ],
    ids=["dentist, Spanish", "garage, German", "phone, Chinese", "bank, Hindi", "network, English"],
)
def test_an_open_wish_is_told_six_desks_later_with_what_both_sides_said_of_it(
    wish: tuple[SourceMemory, ...], needed: tuple[str, ...]
) -> None:
    text = at_the_end(wish).text
    assert [one for one in needed if one not in text] == []


def test_what_was_carried_out_at_other_desks_is_told_as_done_and_not_quoted() -> None:
    brief = at_the_end(DENTIST)
    done = " ".join(line.text for line in lines(brief, SectionName.DONE))
    assert "Kuala Lumpur" in done
    assert "Prabh Kitchen" in done
    quoted = " ".join(line.text for section in brief.sections for line in section.lines if line.speaker)
    assert "house" not in quoted
    assert "Jalan" not in quoted
    assert "Prabh" not in quoted


def test_a_wish_without_particulars_is_carried_out_with_the_particulars_that_the_agent_asked_for() -> None:
    wanted = " ".join(line.text for line in lines(at_the_end(DENTIST), SectionName.ASK))
    assert "taking a trip" not in wanted
    assert "Sevilla" in wanted


def test_what_was_said_in_passing_at_an_earlier_desk_is_not_carried() -> None:
    brief = at_the_end(DENTIST)
    assert "stay on the line" not in brief.text
    assert "what you wrote before" not in brief.text


def test_words_in_passing_end_a_conversation_whose_last_session_they_are() -> None:
    assert "I will stay on the line" in a_brief(*WAITING, before=[Leg("bot", numbered(DENTIST))]).text


def test_what_was_carried_out_elsewhere_is_not_counted_as_left_out() -> None:
    quality = at_the_end(DENTIST).quality
    assert quality is not None
    assert [finding.code for finding in quality.findings] == []
