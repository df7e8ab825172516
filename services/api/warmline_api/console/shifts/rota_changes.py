"""Changes of a rota for once, as forms: somebody covers a shift, two people swap theirs, somebody is away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_memory import local_time, shifts
from warmline_memory.shifts import Span
from warmline_schemas.shifts import Absence, Rota, Swap

WEEKS = 6
"""The shifts of so many weeks can be chosen."""
COVER, SWAP, AWAY, TAKE_BACK = "cover", "swap", "away", "take-back"
DAY: TypeAdapter[date] = TypeAdapter(date)
OVERRIDE: TypeAdapter[Swap | Absence] = TypeAdapter(Swap | Absence)


@dataclass(frozen=True)
class Choice:
    """A shift of one person, or a gap, with what its option in a form says it by."""

    value: str
    span: Span

    @property
    def operator(self) -> str | None:
        """Whose shift it is; None for a gap."""
        return next(iter(self.span.operators), None)


@dataclass(frozen=True)
class Change:
    """A swap or an absence that is not over, with what its button sends to take it back."""

    value: str
    override: Swap | Absence

    @property
    def is_absence(self) -> bool:
        """Whether somebody is away."""
        return isinstance(self.override, Absence)


def choices(rota: Rota, now: datetime) -> list[Choice]:
    """The shifts and gaps that can be chosen, in the order of time."""
    spans = shifts.shifts_within(rota, now, WEEKS)
    return [Choice(f"{' '.join(one.operators)}|{one.starts.isoformat()}|{one.ends.isoformat()}", one) for one in spans]


def present(rota: Rota, now: datetime) -> list[Change]:
    """The swaps and absences that are not over, in the order of time."""
    found: list[Swap | Absence] = [*rota.swaps, *rota.absences]
    ahead = sorted((one for one in found if one.ends > now), key=lambda one: (one.starts, one.operator))
    return [Change(one.model_dump_json(), one) for one in ahead]


def read_cover(form: Mapping[str, Any], rota: Rota, known: Collection[str], now: datetime) -> list[Swap]:
    """The swap by which somebody covers a shift or a gap, or what is left of one that runs.

    Raises ``MalformedForm``.
    """
    faults: dict[str, str] = {}
    shift, by = _shift(form, "cover-shift", rota, now, faults), _person(form, "cover-by", known, faults)
    if shift and shift.operator == by and "cover-by" not in faults:
        faults["cover-by"] = _("This shift is theirs already.")
    if faults or shift is None:
        raise shell.malformed(faults)
    starts = max(shift.span.starts, now.replace(second=0, microsecond=0))
    return [Swap(operator=by, instead_of=shift.operator, starts=starts, ends=shift.span.ends)]


def read_swap(form: Mapping[str, Any], rota: Rota, now: datetime) -> list[Swap]:
    """The two swaps by which two people change places. Raises ``MalformedForm``."""
    faults: dict[str, str] = {}
    one, other = (_shift(form, name, rota, now, faults) for name in ("swap-one", "swap-other"))
    if one and other and not faults:
        faults |= _unfit(one, other)
    if faults or not (one and other and one.operator and other.operator):
        raise shell.malformed(faults)
    return [
        Swap(operator=other.operator, instead_of=one.operator, starts=one.span.starts, ends=one.span.ends),
        Swap(operator=one.operator, instead_of=other.operator, starts=other.span.starts, ends=other.span.ends),
    ]


def read_absence(form: Mapping[str, Any], rota: Rota, known: Collection[str]) -> Absence:
    """That somebody is away from the beginning of one day to the end of another. Raises ``MalformedForm``."""
    faults: dict[str, str] = {}
    who = _person(form, "away-who", known, faults)
    first, last = _day(form, "away-first", faults), _day(form, "away-last", faults)
    if first and last and last < first:
        faults["away-last"] = _("The last day is before the first one.")
    if faults or first is None or last is None:
        raise shell.malformed(faults)
    zone = ZoneInfo(rota.zone)
    try:
        return Absence(
            operator=who,
            starts=local_time.moment_of(first, "00:00", zone),
            ends=local_time.moment_of(last, local_time.MIDNIGHT, zone),
            replaced=form.get("away-then") != "nobody",
        )
    except (ValidationError, OverflowError) as error:
        raise shell.malformed({"away-first": _("Enter days of this century.")}) from error


def read_override(form: Mapping[str, Any]) -> Swap | Absence:
    """The change that is to be taken back. Raises ``MalformedForm``."""
    try:
        return OVERRIDE.validate_json(str(form.get("change", "")))
    except ValidationError as error:
        raise shell.MalformedForm(faults=_("The form names nothing that there is. Load the page anew.")) from error


def _unfit(one: Choice, other: Choice) -> dict[str, str]:
    """Why two shifts cannot be swapped."""
    if not one.operator or not other.operator:
        return {"swap-other": _("Nobody has one of them. Have somebody cover it instead.")}
    if one.operator == other.operator:
        return {"swap-other": _("Both are of the same person. Choose a shift of somebody else.")}
    if one.span.starts < other.span.ends and other.span.starts < one.span.ends:
        return {"swap-other": _("Both are at the same time. Choose another one.")}
    return {}


def _shift(form: Mapping[str, Any], name: str, rota: Rota, now: datetime, faults: dict[str, str]) -> Choice | None:
    wanted = str(form.get(name, ""))
    # Only what can be chosen now: the rota may have changed since the page was shown.
    found = next((one for one in choices(rota, now) if one.value == wanted), None)
    if found is None:
        faults[name] = _("This shift is not there any more. Choose again.") if wanted else _("Choose a shift.")
    return found


def _person(form: Mapping[str, Any], name: str, known: Collection[str], faults: dict[str, str]) -> str:
    person = str(form.get(name, "")).strip()
    if person not in known:
        faults[name] = _("Choose a person.")
    return person


def _day(form: Mapping[str, Any], name: str, faults: dict[str, str]) -> date | None:
    try:
        return DAY.validate_python(str(form.get(name, "")).strip())
    except ValidationError:
        faults[name] = _("Enter a day, as 2026-07-06.")
        return None


def gap_hours(spans: Sequence[Span]) -> float:
    """For how many hours nobody is on."""
    return sum(span.hours for span in spans if span.nobody)


def days_of(absence: Absence, zone: str) -> tuple[date, date]:
    """The first and the last day of an absence in a time zone."""
    starts, ends = (moment.astimezone(ZoneInfo(zone)) for moment in (absence.starts, absence.ends))
    return starts.date(), (ends - timedelta(microseconds=1)).date()
