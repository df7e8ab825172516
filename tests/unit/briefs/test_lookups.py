"""What a brief tells of the last lookup: how much was found, and which of it was spoken of."""

from tests.builders.briefs import a_brief, agent, call, user
from warmline_schemas.briefs import SectionName

FOUND = [
    {"name": "Hotel Bryggen", "address": "Torget 1"},
    {"name": "Hotel Nordnes", "address": "Kaien 7"},
    {"name": "Hotel Fløyen", "address": "Bakken 3"},
]
ASKED = user("Which hotels are there in Bergen?")


def situation(*said: str) -> str:
    told = [ASKED, call("find_hotels", FOUND, city="Bergen"), *(agent(one) for one in said)]
    [line] = [line for one in a_brief(*told).sections if one.name is SectionName.SITUATION for line in one.lines]
    return line.text


def test_a_lookup_tells_of_the_one_that_was_named_last() -> None:
    told = situation("Hotel Bryggen has a room for 90 euros.", "Or there is Hotel Nordnes with a pool.")
    assert told == "city: Bergen → 3 found: name Hotel Nordnes, address Kaien 7"


def test_a_lookup_of_which_nothing_was_named_tells_how_many_were_found() -> None:
    assert situation() == "city: Bergen → 3 found"
