"""Rota forms: a rota as rows of shifts with their people in order, and what a posted form makes of it.

A row is the hours of a shift on some days, and its people: all of them together, or one a week in turn. In the rota
each person of a row is an entry of its own; of people in turn it holds every so many weeks, from the week of their
first turn.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_schemas.queues import Weekday
from warmline_schemas.shifts import MIDNIGHT, RotaEntry, RotaName, WriteRota

TOGETHER, WEEKLY = "together", "weekly"
"""How the people of a row share it."""
NOBODY = "-"
"""In the place of a person: in this week of the turn nobody is on. No name of an operator looks like it."""
MOST_ROWS, MOST_PEOPLE = 100, 52
"""A form has at most so many rows, and a row so many people: a turn lasts a year at most."""
SPARE_PEOPLE = 2
WEEK = timedelta(weeks=1)
MIDNIGHT_AGAIN = "00:00"
"""What a browser's field for a time shows for 24:00, which it does not know: the same moment where a shift ends."""
FIELDS = ("title", "queue", "zone", "sheet_minutes", "overdue_minutes")
NAME: TypeAdapter[str] = TypeAdapter(RotaName)
DAY: TypeAdapter[date] = TypeAdapter(date)
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
"""A time of day as the domain takes it."""
ADD_PEOPLE = re.compile(r"people-(\d{1,3})")
REMOVE_ROW = re.compile(r"remove-(\d{1,3})")


@dataclass(frozen=True)
class Row:
    """One shift of the form, as its fields have it."""

    starts: str = ""
    ends: str = ""
    days: Sequence[str] = ()
    turn: str = TOGETHER
    since: str = ""
    """A day of the week in which the first person has the turn."""
    people: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said in it."""
        return not (self.starts or self.ends or self.days or self.chosen)

    @property
    def chosen(self) -> list[str]:
        """The people, without the fields that were left empty."""
        return [person for person in self.people if person]


@dataclass
class _Group:
    """Entries of the same hours and days that one row shows."""

    first: RotaEntry
    people: dict[int, str] = field(default_factory=dict)
    """The people by their place in the turn; where all are on together, by the order of the entries."""

    def takes(self, entry: RotaEntry) -> bool:
        """Whether an entry can stand in this row, too."""
        same = (entry.starts, entry.ends, set(entry.days), entry.every_weeks)
        own = (self.first.starts, self.first.ends, set(self.first.days), self.first.every_weeks)
        is_new = self._place(entry) not in self.people
        # Who is on together is on once; in a turn one person may have two weeks.
        return same == own and is_new and (entry.every_weeks > 1 or entry.operator not in self.people.values())

    def put(self, entry: RotaEntry) -> None:
        """Add the person of an entry."""
        self.people[self._place(entry)] = entry.operator

    def row(self, today: date) -> Row:
        """The row of the form."""
        one = self.first
        is_turn = one.every_weeks > 1 and one.in_week_of is not None
        places = range(one.every_weeks) if is_turn else sorted(self.people)
        return Row(
            starts=one.starts,
            ends=MIDNIGHT_AGAIN if one.ends == MIDNIGHT else one.ends,
            days=[day.value for day in Weekday if day in one.days],
            turn=WEEKLY if is_turn else TOGETHER,
            since=str(_monday(one.in_week_of if is_turn and one.in_week_of else today)),
            people=[self.people.get(place, NOBODY) for place in places],
        )

    def _place(self, entry: RotaEntry) -> int:
        if entry.every_weeks == 1 or entry.in_week_of is None or self.first.in_week_of is None:
            return len(self.people)
        return (_monday(entry.in_week_of) - _monday(self.first.in_week_of)) // WEEK % entry.every_weeks


def write(rota: WriteRota, today: date) -> dict[str, Any]:
    """The fields of a rota's form by name, with its rows."""
    return {
        "title": rota.title or "",
        "queue": rota.queue or "",
        "zone": rota.zone,
        "sheet_minutes": rota.sheet_minutes,
        "overdue_minutes": rota.overdue_minutes,
        "rows": [_with_spare(row) for row in rows_of(rota.entries, today)],
    }


def fresh(zone: str, today: date) -> dict[str, Any]:
    """The fields of a rota that is not there yet: one shift on working days."""
    days = [day.value for day in Weekday][:5]
    row = Row(starts="09:00", ends="17:00", days=days, since=str(_monday(today)))
    return {**write(WriteRota(zone=zone), today), "rows": [_with_spare(row)]}


def rows_of(entries: Iterable[RotaEntry], today: date) -> list[Row]:
    """Entries as rows, in their order."""
    groups: list[_Group] = []
    for entry in entries:
        group = next((one for one in groups if one.takes(entry)), None)
        if group is None:
            groups.append(group := _Group(entry))
        group.put(entry)
    return [group.row(today) for group in groups]


def typed(form: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The fields as they were typed, for showing them again, with what the pressed button adds or takes away."""
    verb = str(form.get("verb", ""))
    rows = list(_rows(form))
    adds, removes = ADD_PEOPLE.fullmatch(verb), REMOVE_ROW.fullmatch(verb)
    if removes:
        del rows[int(removes[1]) : int(removes[1]) + 1]
    if verb == "add-shift":
        rows.append(Row(days=rows[-1].days if rows else (), since=str(_monday(today))))
    shown = [_with_spare(row) if row.chosen == list(row.people) else row for row in rows]
    if adds and int(adds[1]) < len(shown):
        shown[int(adds[1])] = _with_spare(rows[int(adds[1])], 2 * SPARE_PEOPLE)
    return {**{name: form.get(name, "") for name in FIELDS}, "rows": shown}


def read(form: Mapping[str, Any], known: Collection[str], kept: WriteRota) -> WriteRota:
    """What a posted form makes of a rota; what it has no fields for stays as it was.

    ``known`` are the people who can be chosen. Raises ``MalformedForm``, which names the fields.
    """
    faults: dict[str, str] = {}
    entries: list[dict[str, Any]] = []
    places: list[tuple[int, int]] = []
    for number, row in enumerate(_rows(form)):
        if not row.is_empty:
            faults |= _faults(number, row, known)
            for place, entry in _entries(row, faults, number):
                entries.append(entry)
                places.append((number, place))
    asked = {name: str(form.get(name, "")).strip() for name in FIELDS}
    given = {name: value for name, value in asked.items() if value}
    try:
        # What is not in the form is passed on as it was read: of a rota that another release wrote, too.
        unseen = kept.model_dump(exclude={*FIELDS, "entries", "name"}, exclude_unset=True)
        written = WriteRota.model_validate({**unseen, **given, "entries": entries})
    except ValidationError as error:
        raise shell.malformed(shell.faults_of(error, lambda place: _field_of(place, places)) | faults) from error
    if faults:
        raise shell.malformed(faults)
    return written


def read_name(form: Mapping[str, Any]) -> str:
    """The name of a new rota. Raises ``MalformedForm``."""
    try:
        return NAME.validate_python(str(form.get("name", "")).strip())
    except ValidationError as error:
        raise shell.malformed({"name": _("Use small letters, digits, - and _, such as payments-oncall.")}) from error


def _rows(form: Mapping[str, Any]) -> Iterator[Row]:
    for number in range(MOST_ROWS):
        at = f"shift-{number}"
        if f"{at}-starts" not in form:
            continue
        people = [str(form.get(f"{at}-person-{place}", "")).strip() for place in range(MOST_PEOPLE)]
        count = sum(f"{at}-person-{place}" in form for place in range(MOST_PEOPLE))
        yield Row(
            starts=str(form[f"{at}-starts"]).strip(),
            ends=str(form.get(f"{at}-ends", "")).strip(),
            days=[day.value for day in Weekday if f"{at}-{day}" in form],
            turn=WEEKLY if form.get(f"{at}-turn") == WEEKLY else TOGETHER,
            since=str(form.get(f"{at}-since", "")).strip(),
            people=people[:count],
        )


def _with_spare(row: Row, spare: int = SPARE_PEOPLE) -> Row:
    many = min(MOST_PEOPLE, len(row.chosen) + spare)
    people = [*row.chosen, *[""] * spare][:many]
    return Row(row.starts, row.ends, row.days, row.turn, row.since, people)


def _faults(number: int, row: Row, known: Collection[str]) -> dict[str, str]:
    """What is wrong with a row that no entry of it could say."""
    at = f"shift-{number}"
    unknown = {
        f"{at}-person-{place}": _("Choose one of the list: nobody is called that.")
        for place, person in enumerate(row.people)
        if person and person != NOBODY and person not in known
    }
    missing = {
        f"{at}-{end}": _("Enter a time, such as 08:00.")
        for end, written in (("starts", row.starts), ("ends", row.ends))
        if not TIME.fullmatch(written)
    }
    if not row.days:
        missing[f"{at}-days"] = _("Tick at least one day.")
    if not set(row.chosen) - {NOBODY}:
        missing[f"{at}-person-0"] = _("Choose who is on.")
    return {**missing, **unknown}


def _entries(row: Row, faults: dict[str, str], number: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entries of a row, each with the place of its person in the form."""
    hours = {"days": list(row.days), "starts": row.starts, "ends": row.ends}
    chosen = [(place, person) for place, person in enumerate(row.people) if person]
    is_turn = row.turn == WEEKLY and len(chosen) > 1
    since = _since(row, faults, number) if is_turn else None
    for turn, (place, person) in enumerate(chosen):
        if person != NOBODY and row.days:
            weeks = {"every_weeks": len(chosen), "in_week_of": str(since + turn * WEEK)} if since else {}
            yield place, {"operator": person, **hours, **weeks}


def _since(row: Row, faults: dict[str, str], number: int) -> date | None:
    try:
        return _monday(DAY.validate_python(row.since))
    except ValidationError:
        fault = _("Enter a day of the week in which the first person is on, as 2026-03-02.")
        faults[f"shift-{number}-since"] = fault
        return None


def _field_of(place: tuple[int | str, ...], places: Sequence[tuple[int, int]]) -> str:
    """The field that holds what stands at a place of the request."""
    if place[0] != "entries" or len(place) < 2 or not isinstance(place[1], int):
        return str(place[0])
    row, person = places[place[1]]
    part = str(place[2]) if len(place) > 2 else "starts"
    named = {"operator": f"person-{person}", "in_week_of": "since", "every_weeks": "turn"}
    return f"shift-{row}-{named.get(part, part)}"


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
