"""Rotas and shift changes in the SDK and on the command line."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders.shifts import INES, MEI, READ_BACK, TOMASZ, a_rota, every_day, held, written
from tests.conftest import Api, Run
from warmline import PersonNeeded, ReadBackContradicts, SheetStateForbids, Warmline
from warmline_schemas.shifts import SheetState, Swap

NIGHTS = {
    "zone": "Europe/Berlin",
    "entries": [every_day("ines", "08:00", "20:00"), every_day("tomasz", "20:00", "08:00")],
}


def test_a_rota_is_written_read_listed_and_deleted(client: Warmline) -> None:
    rota = client.rotas.write("nights", **NIGHTS)
    assert client.rotas.get("nights") == rota
    assert client.rotas.list() == [rota]
    client.rotas.delete("nights")
    assert client.rotas.list() == []


def test_who_is_on_at_a_moment(client: Warmline) -> None:
    client.rotas.write("nights", **NIGHTS)
    found = client.rotas.on("nights", at=datetime(2026, 3, 29, 3, tzinfo=UTC))
    assert [shift.operator for shift in (*found.now, *found.next)] == ["tomasz", "ines"]
    assert found.now[0].ends == found.next[0].starts == datetime(2026, 3, 29, 6, tzinfo=UTC)


def test_somebody_covers_is_away_and_that_is_taken_back(client: Warmline) -> None:
    client.rotas.write("nights", **NIGHTS)
    night = {"starts": datetime(2026, 3, 6, 19, tzinfo=UTC), "ends": datetime(2026, 3, 7, 7, tzinfo=UTC)}
    covered = client.rotas.cover("nights", operator="mei", instead_of="tomasz", **night)
    away = client.rotas.away("nights", operator="ines", replaced=False, **night)
    assert (len(covered.swaps), len(away.absences)) == (1, 1)
    two = (Swap(operator="ines", instead_of="tomasz", **night), Swap(operator="tomasz", instead_of="ines", **night))
    assert len(client.rotas.swap("nights", two).swaps) == 3
    assert client.rotas.take_back("nights", covered.swaps[0]).swaps == [*two]
    assert client.rotas.take_back("nights", away.absences[0]).absences == []


@pytest.mark.usefixtures("worker")
def test_a_shift_change_through_the_sdk(api: Api, client: Warmline) -> None:
    a_rota(api)
    item = held(api)
    sheet = client.shifts.make(rota="nights")
    written(api, client.shifts.sign(sheet.id, agent=INES).model_dump(mode="json"))
    with pytest.raises(ReadBackContradicts):
        client.shifts.acknowledge_item(sheet.id, item["id"], agent=TOMASZ, read_back="ACC-9999 was charged $750.")
    taken = client.shifts.acknowledge_item(sheet.id, item["id"], agent=TOMASZ, read_back=READ_BACK)
    assert (taken.state, client.shifts.get(sheet.id)) == (SheetState.TAKEN_OVER, taken)
    assert [one.id for one in client.shifts.list(outgoing=INES)] == [sheet.id]
    with pytest.raises(SheetStateForbids):
        client.shifts.sign(sheet.id, agent=INES)


def test_items_are_assigned_one_by_one(api: Api, client: Warmline) -> None:
    one, two = (client.shifts.make(outgoing=who) for who in (INES, MEI))
    with pytest.raises(PersonNeeded):
        client.shifts.make()
    signed = client.shifts.sign(one.id, agent=INES, to=TOMASZ, assign={})
    assert (signed.incoming, two.incoming) == ([TOMASZ], [])
    assert client.shifts.acknowledge(one.id, agent=TOMASZ).taken_over_at is not None


@pytest.mark.usefixtures("worker")
def test_a_shift_change_on_the_command_line(api: Api, run: Run) -> None:
    item = held(api)
    sheet = run("shift", "make", "--outgoing", INES, "-q").strip()
    assert "Disputed overcharge" in run("shift", "show", sheet)
    signed = json.loads(run("shift", "sign", sheet, "--agent", INES, "--to", TOMASZ, "--json"))
    written(api, signed)
    assert "UNACKNOWLEDGED: 1" in run("shift", "show", sheet, "--markdown")
    run("shift", "decline", sheet, "--agent", TOMASZ, "--item", item["id"], "--reason", "No access")
    written(api, json.loads(run("shift", "sign", sheet, "--agent", INES, "--to", MEI, "--json")))
    run("shift", "acknowledge", sheet, "--agent", MEI, "--item", item["id"], "--read-back", READ_BACK)
    assert run("shift", "acknowledge", sheet, "--agent", MEI).count("taken_over") == 1
    assert f"{sheet}\ttaken_over" in run("shift", "list")


def test_rotas_on_the_command_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rota.json"
    soon = datetime.now(UTC) + timedelta(hours=1)
    swap = {"operator": "mei", "starts": soon.isoformat(), "ends": (soon + timedelta(hours=1)).isoformat()}
    file.write_text(json.dumps({**NIGHTS, "name": "as it was shown", "swaps": [swap]}))
    assert json.loads(run("rotas", "write", "nights", file, "--json"))["name"] == "nights"
    assert run("rotas", "list") == "nights\t\t\tEurope/Berlin\t2\t1\n"
    assert "ines\tmonday, tuesday" in run("rotas", "show", "nights")
    assert run("rotas", "on", "nights").count("\n") == 2
    night = ("--from", "2030-03-06T20:00:00+01:00", "--until", "2030-03-07T08:00:00+01:00")
    assert "mei\tinstead of tomasz" in run(
        "rotas", "cover", "nights", "--operator", "mei", "--instead-of", "tomasz", *night
    )
    assert "ines\taway, nobody stands in" in run("rotas", "away", "nights", "--operator", "ines", "--gap", *night)
    left = json.loads(run("rotas", "take-back", "nights", "--operator", "ines", *night[:2], "--json"))
    assert ([one["operator"] for one in left["swaps"]], left["absences"]) == (["mei", "mei"], [])
    assert json.loads(run("rotas", "delete", "nights", "--json")) == {"deleted": "nights"}
