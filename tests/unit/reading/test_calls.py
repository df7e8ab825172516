"""Calls of tools: whether a tool changes something, by its name; how a call went, by its result."""

import time
from typing import Any

import pytest

from tests.builders.briefs import call, numbered, user
from warmline_memory.language.trees import leaves
from warmline_memory.reading import calls, results
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Outcome

CONFIRMED, FAILED, UNKNOWN, REQUESTED = Outcome.CONFIRMED, Outcome.FAILED, Outcome.UNKNOWN, Outcome.REQUESTED


def read(result: Any, outcome: Outcome = UNKNOWN, name: str = "book_room", **arguments: Any) -> calls.ToolCall:
    return calls.read(numbered([call(name, result, outcome, **arguments)]))[0]


@pytest.mark.parametrize(
    "name",
    [
        "stornoBuchung",
        "enviar_correo",
        "annuler_commande",
        "updateShippingAddress",
        "退款",
        "issue_voucher",
        "open_ticket",
        "cambiar_contraseña",
        "get_or_create_customer",
    ],
)
def test_a_name_says_that_a_tool_changes_something_in_any_language(name: str) -> None:
    assert calls.are_changes([name]) == [True]


@pytest.mark.parametrize(
    "name",
    [
        "buscar_hoteles",
        "Wetter_abfragen",
        "consulter_solde",
        "查询订单",
        "list_invoices",
        "lookupWarranty",
        "find_flights",
    ],
)
def test_a_name_says_that_a_tool_only_looks_in_any_language(name: str) -> None:
    assert calls.are_changes([name]) == [False]


def test_a_call_that_only_tries_out_changes_nothing() -> None:
    assert read({"ok": True}, room=4).changes
    assert not read({"ok": True}, room=4, dry_run=True).changes
    assert not read({"ok": True}, room=4, mode="preview").changes


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ({"status": "confirmed"}, CONFIRMED),
        ({"success": True}, CONFIRMED),
        ('{"success": false}', FAILED),
        ({"error": "room 4 is unavailable"}, FAILED),
        ({"error": None, "status": "done"}, CONFIRMED),
        ({"errors": [], "message": "no error, saved"}, CONFIRMED),
        ("could not be cancelled", FAILED),
        ({"exit_code": 0}, CONFIRMED),
        ({"metadata": {"exit_code": 2}}, FAILED),
        ({"film": "Error 404"}, UNKNOWN),
        ([{"title": "Failed State"}], UNKNOWN),
        (None, UNKNOWN),
        ({"status": "erledigt"}, UNKNOWN),
    ],
)
def test_how_a_call_went_is_read_of_what_programs_write_for_it(result: Any, outcome: Outcome) -> None:
    assert read(result).outcome is outcome


@pytest.mark.parametrize("given", [CONFIRMED, FAILED, REQUESTED])
def test_an_outcome_that_the_caller_gave_is_kept(given: Outcome) -> None:
    assert read({"status": "failed", "message": "booked"}, given).outcome is given


def test_what_a_command_printed_is_content_and_only_its_exit_code_says_how_it_went() -> None:
    assert read("ERROR: 3 words found", name="bash", command="make report").outcome is UNKNOWN
    assert read("Exit code 1\nboom", name="bash", command="make report").outcome is FAILED
    assert read({"stdout": "error", "exit_code": 0}, name="bash", command="make report").outcome is CONFIRMED


def test_the_command_of_a_shell_is_told_from_a_word_of_an_editor() -> None:
    assert read("", name="shell", command=["bash", "-lc", "make test"]).command == "make test"
    assert read("", name="edit", command="str_replace", path="a.py").command == ""


def test_what_belongs_together_in_a_list_stays_together() -> None:
    given = {"guests": [{"name": "Mei", "born": "1990-02-01"}, {"name": "Raj", "born": "1988-07-05"}], "rooms": 2}
    assert list(calls.stated(given)) == [("guests", "Mei 1990-02-01; Raj 1988-07-05"), ("rooms", "2")]


@pytest.mark.parametrize(
    "result", ["[" * 5000, "[" * 5000 + "]" * 5000, '{"a":' * 900 + "1" + "}" * 900, "[" * 900 + "1" + "]" * 900]
)
def test_a_result_that_is_nested_thousands_of_levels_deep_is_read(result: str) -> None:
    assert read(result).outcome is UNKNOWN
    assert len(list(leaves(results.parsed(result)))) <= 1


@pytest.mark.parametrize("piece", ["1 1 ", "(1(1(", "a-", "x", "error ", '{"a":'])
def test_a_long_result_takes_no_long_time(piece: str) -> None:
    calls.are_changes(["book_room"])
    started = time.process_time()
    read({"status": piece * (100_000 // len(piece)), "stdout": piece * (100_000 // len(piece))})
    read(piece * (100_000 // len(piece)), name="bash", command=piece * (100_000 // len(piece)))
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ({"ReservationStatus": "Reservation Confirmed"}, Outcome.CONFIRMED),
        ({"booking_state": "rejected: fully booked"}, Outcome.FAILED),
        ({"Confirmation": "Report submitted successfully."}, Outcome.CONFIRMED),
        ({"status_page": "https://status.example/failed"}, Outcome.UNKNOWN),
    ],
)
def test_a_status_is_read_whatever_it_is_the_status_of(result: object, outcome: Outcome) -> None:
    assert read(result).outcome is outcome


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"status": "booked", "rooms": [{"no": 4}, {"no": 5', {"status": "booked", "rooms": [{"no": 4}, {"no": 5}]}),
        ('{"status": "booked", "note": "call bef', {"status": "booked"}),
        ('[{"name": "Fjord Inn"}, {"na', [{"name": "Fjord Inn"}, {}]),
        ('{"a": 1}', {"a": 1}),
        ('"booked"', "booked"),
        ("[ok] booked", "[ok] booked"),
        ("booked {", "booked {"),
        ("", ""),
        (None, None),
        (4, 4),
    ],
)
def test_a_result_is_read_as_json_also_where_its_end_was_cut_off(text: Any, value: Any) -> None:
    assert results.parsed(text) == value


def test_how_a_call_went_is_read_where_the_end_of_its_result_was_cut_off() -> None:
    assert read('{"status": "confirmed", "details": {"rows": [1, 2').outcome is CONFIRMED
    assert read('{"error": "room 4 is unavailable", "hints": ["try').outcome is FAILED


def test_a_result_that_states_an_error_in_any_words_failed() -> None:
    assert read({"error": "das Paket ist unterwegs"}).outcome is FAILED
    assert read({"errors": ["お客様番号がありません"], "data": {}}).outcome is FAILED
    assert read({"error": None, "status": "booked"}).outcome is CONFIRMED
    assert read({"error": "none", "status": "booked"}).outcome is CONFIRMED


@pytest.mark.parametrize("name", ["get_order", "getSubscription", "list_refunds", "lookup_payment", "find_reservation"])
def test_a_tool_that_is_named_for_reading_changes_nothing_whatever_it_reads(name: str) -> None:
    assert calls.are_changes([name]) == [False]


def changed(*memories: SourceMemory) -> list[str]:
    # The customer says something before each call.
    return [one.shown for one in calls.changed(calls.read(numbered(memories)), range(len(memories)))]


def search(**arguments: Any) -> SourceMemory:
    return call("search_hotels", [], **arguments)


def test_an_argument_that_a_tool_is_called_with_anew_was_changed() -> None:
    assert changed(search(city="Bergen", stars=4), search(city="Oslo", stars=4)) == ["city: Bergen → Oslo"]
    assert changed(search(city="Oslo", stars=4), search(city="Oslo", stars=4)) == []


def test_every_old_value_leads_to_the_newest_one_and_to_the_call_that_has_it() -> None:
    memories = numbered([search(city=city, stars=4) for city in ("Bergen", "Oslo", "Tromsø")])
    found = calls.changed(calls.read(memories), range(len(memories)))
    assert [one.shown for one in found] == ["city: Bergen → Tromsø", "city: Oslo → Tromsø"]
    assert [(one.position, one.memory_id) for one in found] == [(1, memories[2].id), (2, memories[2].id)]


def test_a_value_that_came_back_to_what_it_was_is_unchanged() -> None:
    assert changed(*(search(city=city, stars=4) for city in ("Bergen", "Oslo", "Bergen"))) == ["city: Oslo → Bergen"]


def test_of_several_values_that_are_tried_in_a_row_none_is_told_as_what_is_wanted_now() -> None:
    first, *tried = (search(city=city, stars=4) for city in ("Bergen", "Oslo", "Tromsø"))
    said = user("What about further north?")
    memories = numbered([first, said, *tried])
    assert calls.changed(calls.read(memories), [1]) == []
    (found,) = calls.changed(calls.read(memories[:3]), [1])
    assert found.shown == "city: Bergen → Oslo"


def test_an_argument_of_another_tool_is_another_one_whatever_its_name() -> None:
    weather = (call("get_weather", [], city=city, day="Monday") for city in ("Paris", "Rome"))
    both = changed(search(city="Bergen", stars=4), search(city="Oslo", stars=4), *weather)
    assert both == ["city: Bergen → Oslo", "city: Paris → Rome"]


def test_a_call_most_of_whose_arguments_differ_is_for_something_else() -> None:
    assert changed(search(city="Bergen", nights=2), search(city="Oslo", nights=5)) == []
    assert changed(search(city="Bergen"), search(city="Oslo")) == []


def test_what_was_done_is_not_changed_by_doing_it_again_for_something_else() -> None:
    booked = call("book_room", {"status": "booked"}, city="Bergen", nights=2)
    refused = call("book_room", {"error": "unavailable"}, city="Bergen", nights=2)
    again = call("book_room", {"status": "booked"}, city="Oslo", nights=2)
    assert changed(booked, again) == []
    assert changed(refused, again) == ["city: Bergen → Oslo"]


def test_which_one_a_lookup_is_about_is_no_change() -> None:
    orders = [call("get_order", {"state": "sent"}, order_id=one, full=True) for one in ("A1", "B2")]
    assert changed(*orders) == []
