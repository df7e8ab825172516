"""The tabs of the queue page."""

from warmline_api.console.desk.lists import ALL, FOR_YOU, MOST_TABS, tabs_of
from warmline_memory.desk import WaitingCount

MANY = [WaitingCount(f"queue:q{number:02}", waiting=number, breached=0, mine=0) for number in range(1, 21)]


def test_all_stands_beside_for_you_and_targets_without_a_tab_are_in_the_menu() -> None:
    tabs, others = tabs_of((), MANY, FOR_YOU)
    assert [tab.address for tab in tabs][:3] == [FOR_YOU, ALL, "queue:q01"]
    assert len(tabs) == MOST_TABS + 2
    assert {tab.address for tab in [*tabs, *others]} == {FOR_YOU, ALL, *(count.target for count in MANY)}


def test_ones_own_targets_come_first_and_the_list_that_is_shown_has_a_tab() -> None:
    tabs, others = tabs_of(("queue:q20",), MANY, "queue:q19")
    assert tabs[2].address == "queue:q20"
    assert tabs[-1].address == "queue:q19"
    assert "queue:q19" not in {tab.address for tab in others}


def test_people_queues_and_agents_are_told_apart() -> None:
    targets = ("human:tom", "queue:billing", "skill:refunds", "tier1-bot")
    tabs, _ = tabs_of((), [WaitingCount(name, 1, 0, 0) for name in targets], ALL)
    assert len({tab.icon for tab in tabs[2:]}) == 4
