"""Mentions: who a customer says they are, and what was tried in vain, in sentences that the model has not learned."""

import pytest

from tests.builders.briefs import a_brief, agent, call, lines, user
from warmline_memory.briefs.templates import BUILT_IN
from warmline_schemas.briefs import SectionName

SUPPORT = BUILT_IN["support"]


@pytest.mark.parametrize(
    "greeting",
    [
        "Hi, this is Gwendolyn Pryce from the sailing club.",
        "Guten Tag, mein Name ist Korbinian Wiesner.",
        "Bonjour, c'est Aurélie Tissot, la boulangère.",
        "Buenas tardes, soy Lucía Ferrán, del colegio Los Olivos.",
        "Dzień dobry, z tej strony Zofia Maj.",
        "お世話になっております、旭工務店の大野と申します。",
        "مرحبا، معك نادية الخطيب.",
    ],
)
def test_who_the_customer_says_they_are_is_told_where_it_stands_who_it_is(greeting: str) -> None:
    brief = a_brief(user(greeting), agent("OK."), user("Please repair it by 9 May."), template=SUPPORT)
    assert [line.text for line in lines(brief, SectionName.IDENTIFIERS)] == [greeting]


def test_a_name_that_a_tool_was_given_is_not_told_twice() -> None:
    brief = a_brief(
        user("Hi, this is Gwendolyn Pryce. I need a mooring for Friday."),
        call("find_moorings", [{"berth": "D22"}], customer_name="Gwendolyn Pryce", day="Friday"),
        agent("D22 is free on Friday."),
        template=SUPPORT,
    )
    assert [line.label for line in lines(brief, SectionName.IDENTIFIERS)] == ["customer name"]


@pytest.mark.parametrize(
    "tried",
    [
        "I cleaned the nozzle twice and it still sprays sideways.",
        "Ich habe das Kabel schon getauscht, ohne Erfolg.",
        "J'ai rappelé trois fois, personne ne répond.",
        "Reinicié la impresora dos veces y sigue igual.",
        "Zmieniłem baterię, nic to nie dało.",
    ],
)
def test_what_was_tried_in_vain_stands_among_what_failed(tried: str) -> None:
    brief = a_brief(
        user("The machine 4471 in hall two is broken."), agent("Since when?"), user(f"Since 7:30. {tried}"),
        agent("Somebody comes by noon."), template=SUPPORT,
    )  # fmt: skip
    assert [line.text for line in lines(brief, SectionName.FAILED)] == [tried]


@pytest.mark.parametrize(
    "other",
    [
        "I cleaned the nozzle and now it works again.",
        "This is about the order of last week.",
        "Nach dem Neustart läuft die Anlage wieder.",
        "Preguntad por Antonio en recepción.",
    ],
)
def test_what_only_sounds_like_it_is_neither(other: str) -> None:
    brief = a_brief(user(other), agent("What else?"), user("Please come by 9 May, gate 12."), template=SUPPORT)
    assert not [*lines(brief, SectionName.FAILED), *lines(brief, SectionName.IDENTIFIERS)]
