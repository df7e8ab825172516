"""Values belong to matters: what is carried over many hops, what replaces what, and what comes back as memories."""

from uuid import UUID

from tests.builders import brief_parts
from tests.builders.briefs import START, a_brief, agent, call, lines, numbered, slot, texts, user
from warmline_memory import briefs, source_memory
from warmline_memory.briefs import complements
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, SectionName
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Outcome
from warmline_schemas.sessions import Chain, Session


def a_hop(*memories: source_memory.SourceMemory, earlier: Brief | None = None, hop: int = 1, to: str = "desk") -> Brief:
    """A brief of one hop of a chain; memories of different hops have different ids."""
    request = briefs.BriefRequest("bot", to, "your turn", "user-dave", hop=hop)
    told = numbered(memories, first=hop * 100)
    return briefs.write(briefs.BriefSource(told, request, START, earlier, UUID(int=hop * 100 - 1) if earlier else None))


def a_hotel(**arguments: str) -> source_memory.SourceMemory:
    return call("search_hotel", [], **arguments)


def a_fact(label: str | None, text: str, *ids: int, topic: str | None = "hotel", found: bool = False) -> BriefLine:
    return brief_parts.a_line(text, *ids, label=label, topic=topic, found=found)


def a_section(*lines: BriefLine, name: SectionName = SectionName.FACTS) -> BriefSection:
    return brief_parts.a_section(name, *lines)


def test_the_city_of_a_flight_does_not_replace_the_city_of_a_hotel() -> None:
    first = a_hop(a_hotel(city="Paris"))
    second = a_hop(call("search_flight", [], city="Oslo"), earlier=first, hop=2)
    assert "city: Oslo" in texts(second, SectionName.FACTS)
    assert [(line.topic, line.text) for line in lines(second, SectionName.EARLIER)] == [("hotel", "Paris")]


def test_another_hotel_does_not_replace_the_first() -> None:
    first = a_hop(a_hotel(city="Paris", day="Monday"))
    second = a_hop(a_hotel(city="Oslo", day="Friday"), earlier=first, hop=2)
    assert {line.topic for line in lines(second, SectionName.FACTS)} == {"hotel 2"}
    assert "  hotel: Paris; Monday" in second.text.splitlines()


def test_the_same_booking_named_again_takes_the_new_value() -> None:
    first = a_hop(call("change_booking", {"ok": True}, booking_id="BK-90210", room="Garden"))
    second = a_hop(call("change_booking", {"ok": True}, booking_id="BK-90210", room="Seaside"), earlier=first, hop=2)
    assert "room: Seaside (was Garden)" in texts(second, SectionName.FACTS)
    assert lines(second, SectionName.EARLIER) == []


def test_a_session_without_values_of_its_own_goes_on_with_the_matter() -> None:
    first = a_hop(a_hotel(city="Paris"))
    second = a_hop(user("Any news?"), earlier=first, hop=2)
    assert texts(second, SectionName.FACTS) == ["city: Paris"]


def test_a_past_matter_comes_back_when_its_identifier_is_named_again() -> None:
    first = a_hop(call("get_booking", {}, booking_id="BK-90210", city="Paris"))
    second = a_hop(call("search_flight", [], city="Oslo"), earlier=first, hop=2)
    third = a_hop(call("get_booking", {}, booking_id="BK-90210"), earlier=second, hop=3)
    assert "city: Paris" in texts(third, SectionName.FACTS)
    assert "flight: Oslo" in third.text


def test_a_value_that_the_caller_named_belongs_to_no_matter() -> None:
    first = a_hop(slot("plan", "Basic"), a_hotel(city="Paris"))
    second = a_hop(call("search_flight", [], city="Oslo"), earlier=first, hop=2)
    assert texts(second, SectionName.FACTS) == ["city: Oslo", "plan: Basic"]


def test_what_came_of_a_past_matter_stands_in_its_row() -> None:
    first = a_hop(call("book_hotel", {"status": "booked"}, Outcome.CONFIRMED, name="Grand Oslo"))
    second = a_hop(call("search_flight", [], city="Rome"), earlier=first, hop=2)
    assert "  hotel: Grand Oslo; book hotel booked" in second.text.splitlines()


def test_ten_matters_are_all_told_within_the_length() -> None:
    brief = None
    for hop in range(1, 11):
        arguments = {"city": f"Town{'abcdefghij'[hop - 1]}", "day": f"March {hop}", "party_size": str(hop)}
        found = {"id": f"X-{hop}0{hop}", "phone": f"+1 555 01{hop:02d} 200", "note": f"quiet place number {hop}"}
        brief = a_hop(
            user("I need a plan"),
            call(f"search_{'abcdefghij'[hop - 1]}room", found, **arguments),
            earlier=brief,
            hop=hop,
        )
    assert brief is not None
    assert brief.words <= 220
    assert [name for name in "abcdefghij" if f"Town{name}" not in brief.text] == []


def test_a_matters_words_are_not_repeated_in_its_row() -> None:
    first = a_hop(a_hotel(hotel_name="Grand", check_in_date="2026-03-09", phone_number="+1 555 010 0200"))
    second = a_hop(call("search_flight", [], city="Oslo"), earlier=first, hop=2)
    assert "  hotel: +1 555 010 0200; Grand; check in date 2026-03-09" in second.text.splitlines()


def test_markdown_shows_a_past_matter_in_one_bullet_with_all_its_proofs() -> None:
    first = a_hop(user("I'd like a room"), a_hotel(city="Paris"), a_hotel(city="Paris", day="Monday"))
    second = a_hop(call("search_flight", [], city="Oslo"), earlier=first, hop=2)
    bullet = next(row for row in briefs.to_markdown(second).splitlines() if row.startswith("- hotel:"))
    assert bullet.startswith("- hotel: Paris; Monday [^")


def test_a_secret_that_was_given_is_still_withheld_in_a_past_matter() -> None:
    first = a_hop(agent("Your PIN, please?"), user("4471"), a_hotel(city="Paris"))
    second = a_hop(call("search_flight", [], city="Oslo"), earlier=first, hop=2)
    assert UUID(int=101) in complements.withheld(second.sections)


def test_untold_is_what_an_earlier_brief_told_and_the_newest_does_not() -> None:
    newest = a_brief(a_hotel(city="Paris"))
    earlier = [a_section(a_fact("city", "Paris", 1), a_fact("guest", "Mei Brown", 2))]
    assert [(one.value, one.ids) for one in complements.untold(newest, [earlier])] == [("Mei Brown", (UUID(int=2),))]


def test_what_a_later_brief_replaced_is_not_missed() -> None:
    newest = a_brief(user("Any news?"))
    then, later = [a_section(a_fact("day", "Monday", 1))], [a_section(a_fact("day", "Friday (was Monday)", 2))]
    assert [one.value for one in complements.untold(newest, [later, then])] == ["Friday"]


def test_memories_in_which_a_secret_was_given_never_complement() -> None:
    given = a_fact("PIN or code", "given, not shown here", 1)
    earlier = [a_section(given, a_fact("guest", "Mei Brown", 1))]
    assert complements.untold(a_brief(user("Any news?")), [earlier]) == []


def test_the_memory_that_tells_most_of_what_is_missing_is_chosen_first() -> None:
    told = [a_fact("guest", "Mei Brown", 1), a_fact("room", "Garden", 1, 2), a_fact("city", "Paris", 2, 3)]
    missing = complements.untold(a_brief(user("Any news?")), [[a_section(*told)]])
    contents = {UUID(int=1): "Mei Brown", UUID(int=2): "Garden room in Paris", UUID(int=3): "Paris"}
    assert complements.choose(missing, contents, most=5) == [UUID(int=2), UUID(int=1)]
    assert complements.choose(missing, contents, most=1) == [UUID(int=2)]


def test_a_value_beyond_what_a_prompt_shows_of_a_memory_does_not_count() -> None:
    missing = complements.untold(a_brief(user("Any news?")), [[a_section(a_fact("guest", "Mei Brown", 1))]])
    assert complements.choose(missing, {UUID(int=1): "word " * 90 + "Mei Brown"}, most=5) == []


def a_chain(sources: dict[int, int], started_from: dict[int, int]) -> Chain:
    """A chain of handoffs with their source sessions, and of sessions with the handoffs that they started from."""
    handoffs = [
        Handoff.model_construct(id=UUID(int=one), source_session_id=UUID(int=by)) for one, by in sources.items()
    ]
    sessions = [
        Session.model_construct(
            id=UUID(int=one), handoff_id=UUID(int=started_from[one]) if one in started_from else None
        )
        for one in {*sources.values(), *started_from}
    ]
    return Chain.model_construct(handoffs=handoffs, sessions=sessions)


def test_the_line_of_a_handoff_leaves_out_the_branches_beside_it() -> None:
    chain = a_chain({11: 1, 12: 2, 13: 3, 14: 2}, {2: 11, 3: 12})
    assert complements.line_of(chain, UUID(int=13)) == [UUID(int=12), UUID(int=11)]
    assert complements.line_of(chain, UUID(int=11)) == []


def test_a_very_long_line_ends_after_twenty_handoffs() -> None:
    chain = a_chain({100 + hop: hop for hop in range(1, 31)}, {hop: 99 + hop for hop in range(2, 31)})
    assert len(complements.line_of(chain, UUID(int=130))) == 20


def test_each_identifier_of_a_list_is_missed_by_itself() -> None:
    earlier = [a_section(a_fact("order id", "A-100234, A-100235", 1, 2))]
    missing = complements.untold(a_brief(user("Where is A-100234?")), [earlier])
    assert [one.value for one in missing] == ["A-100235"]
