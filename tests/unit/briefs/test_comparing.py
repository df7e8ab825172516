"""Where two briefs differ."""

from tests.builders.briefs import a_brief, call, slot, user
from warmline_memory.briefs.comparing import compare
from warmline_schemas.memories import Outcome


def test_a_value_that_differs_is_told_once_with_both_sides() -> None:
    left, right = a_brief(slot("plan", "basic")), a_brief(slot("plan", "premium"))
    found = compare(left, right)
    assert [(one.label, one.left, one.right) for one in found.values] == [("plan", "basic", "premium")]
    assert (found.left_lines, found.right_lines) == ([], [])


def test_another_way_of_writing_a_value_is_no_difference() -> None:
    assert compare(a_brief(slot("plan", "Basic-Plus")), a_brief(slot("plan", "basic plus"))).values == []


def test_a_value_that_replaced_another_differs_by_what_holds_now() -> None:
    changed = a_brief(slot("plan", "basic"), call("subscribe", {"ok": True}, plan="basic"), slot("plan", "premium"))
    found = compare(changed, a_brief(slot("plan", "premium")))
    assert found.values == []


def test_a_line_of_one_side_alone_is_told_with_its_section() -> None:
    found = compare(a_brief(slot("plan", "basic"), slot("account_id", "ACC-4521")), a_brief(slot("plan", "basic")))
    assert [(one.section, one.line.text) for one in found.left_lines] == [("identifiers", "ACC-4521")]
    assert found.right_lines == []


def test_an_action_of_one_side_alone_is_told() -> None:
    refund = call("refund", {"ok": True}, Outcome.CONFIRMED, amount="$100")
    found = compare(a_brief(user("Refund me")), a_brief(user("Refund me"), refund))
    assert ([deed.name for deed in found.left_actions], [deed.name for deed in found.right_actions]) == ([], ["refund"])


def test_the_same_action_with_another_outcome_is_a_difference_of_outcomes() -> None:
    worked, failed = (call("refund", None, outcome, amount="$100") for outcome in (Outcome.CONFIRMED, Outcome.FAILED))
    found = compare(a_brief(worked), a_brief(failed))
    assert [(one.left.outcome, one.right.outcome) for one in found.outcomes] == [(Outcome.CONFIRMED, Outcome.FAILED)]
    assert (found.left_actions, found.right_actions) == ([], [])


def test_the_order_of_arguments_makes_no_other_action() -> None:
    one, other = (
        call("book", None, Outcome.CONFIRMED, day="5", seat="A"),
        call("book", None, Outcome.CONFIRMED, seat="A", day="5"),
    )
    assert compare(a_brief(one), a_brief(other)).left_actions == []
