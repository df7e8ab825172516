"""Results: what a tool returned, whatever envelope it came in, and what that says of how the call went."""

from typing import Any

import pytest

from tests.builders.briefs import call, numbered
from warmline_memory.reading import calls, results
from warmline_schemas.memories import Outcome

CONFIRMED, FAILED, UNKNOWN = Outcome.CONFIRMED, Outcome.FAILED, Outcome.UNKNOWN


def outcome(name: str, result: Any) -> Outcome:
    return calls.read(numbered([call(name, result)]))[0].outcome


@pytest.mark.parametrize(
    ("returned", "held"),
    [
        ([{"type": "text", "text": '{"table": 9}'}], {"table": 9}),
        ([{"text": "Table 9 "}, {"text": "is free"}], "Table 9 \nis free"),
        ({"content": [{"type": "text", "text": "Table 9 is free"}], "isError": False}, "Table 9 is free"),
        ({"content": [{"type": "text", "text": "-"}], "structuredContent": {"table": 9}}, {"table": 9}),
        ({"content": [{"type": "text", "text": "no table"}], "isError": True}, {"error": "no table"}),
        ({"toolUseId": "t1", "status": "error", "content": [{"text": "no table"}]}, {"error": "no table"}),
        ({"type": "json", "value": {"table": 9}}, {"table": 9}),
        ({"type": "error-text", "value": "no table"}, {"error": "no table"}),
        ({"type": "garden", "value": 9}, {"type": "garden", "value": 9}),
        ([{"text": "Nice food", "stars": 5}], [{"text": "Nice food", "stars": 5}]),
        ({"content": "Table 9", "author": "Kim"}, {"content": "Table 9", "author": "Kim"}),
        ([], []),
    ],
)
def test_what_a_tool_returned_is_taken_out_of_the_envelope_of_its_protocol(returned: Any, held: Any) -> None:
    assert results.parsed(returned) == held


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"reservation": {"id": "R-4", "state": "confirmed"}}, CONFIRMED),
        ({"result": {"status": "unavailable"}}, FAILED),
        ({"status": "success", "report": {"total": "90 €"}}, CONFIRMED),
        ({"data": None, "errors": [{"message": "closed on Monday"}]}, FAILED),
        ({"status": "declined", "error": None}, FAILED),
        ({"success": True, "message": "Booked, no conflicts found"}, CONFIRMED),
        ({"ok": True, "message": "The payment was declined"}, UNKNOWN),
        ("12 saved, 0 failed", CONFIRMED),
        ({"guest": {"state": "confirmed"}, "room": 4}, UNKNOWN),
    ],
)
def test_how_a_change_went_is_read_inside_an_envelope_too_and_both_at_once_is_unknown(
    result: Any, expected: Outcome
) -> None:
    assert outcome("book_table", result) is expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"claim": "C-7", "status": "declined"}, UNKNOWN),
        ("The claim was rejected on 3 May", UNKNOWN),
        ({"state": "error"}, FAILED),
        ({"success": False}, FAILED),
        ("Error: claim not found", FAILED),
    ],
)
def test_a_lookup_that_finds_something_declined_has_not_failed(result: Any, expected: Outcome) -> None:
    assert outcome("get_claim", result) is expected


def test_how_many_errors_were_found_is_no_failure_of_the_call() -> None:
    assert outcome("query_metrics", {"requests": 48_210, "errors": 3_374}) is UNKNOWN
    assert outcome("check_sheet", {"rows": 12, "errors": "7", "status": "ok"}) is CONFIRMED
    assert results.status_texts({"rows": 12, "errors": 7, "status": "ok"}) == ["ok"]
    assert outcome("query_metrics", {"error": 503}) is FAILED
    assert outcome("query_metrics", {"errors": ["no such service"]}) is FAILED
