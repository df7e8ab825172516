"""What tests of shift changes begin with: people who hold handoffs, rotas, sheets that are signed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders.handoffs import accept, waiting
from tests.builders.memories import remember
from tests.builders.requests import Json, get, post, put, refusal
from tests.builders.sessions import a_session
from tests.conftest import Api
from warmline_schemas.queues import Weekday

INES, TOMASZ, MEI = "human:ines", "human:tomasz", "human:mei"
READ_BACK = "A refund may be owed; I look into it and call Dave."


def held(api: Api, *notes: str, by: str = INES, **changes: Any) -> Json:
    """A handoff that somebody has taken over, and what they noted since."""
    warm = accept(api, waiting(api, **changes), by)
    for note in notes:
        remember(api, warm["session"]["id"], note, role="agent")
    return dict(warm["handoff"])


def a_rota(api: Api, *, ends_in: float = 60, incoming: tuple[str, ...] = ("tomasz",), **changes: Any) -> Json:
    """A rota by which Ines is on until so many minutes from now, and then whoever comes."""
    now = datetime.now(UTC)
    ends = (now + timedelta(minutes=ends_in)).isoformat()
    swaps = [{"operator": "ines", "starts": (now - timedelta(hours=8)).isoformat(), "ends": ends}]
    later = (now + timedelta(hours=12)).isoformat()
    swaps += [{"operator": name, "instead_of": name, "starts": ends, "ends": later} for name in incoming]
    return put(api, "rotas/nights", {"queue": "billing", "swaps": swaps, **changes})


def every_day(operator: str, starts: str, ends: str) -> Json:
    return {"operator": operator, "days": [day.value for day in Weekday], "starts": starts, "ends": ends}


def made(api: Api, **ask: Any) -> Json:
    return post(api, "shifts", ask or {"outgoing": INES}, 201)


def do(api: Api, sheet: Json, verb: str, status: int = 200, **ask: Any) -> Json:
    return post(api, f"shifts/{sheet['id']}/{verb}", ask, status)


def refused(api: Api, sheet: Json, verb: str, **ask: Any) -> Json:
    """The problem that an action on a sheet is refused with."""
    return refusal(api, f"shifts/{sheet['id']}/{verb}", ask)


def read(api: Api, sheet: Json) -> Json:
    return get(api, f"shifts/{sheet['id']}")


def signed(api: Api, *, to: str | None = TOMASZ, **changes: Any) -> Json:
    """A sheet of Ines that she signed, and whose briefs are written. Whoever comes has worked before."""
    if to:
        a_session(api, agent=to)
    ask = {"agent": INES, **({"to": to} if to else {}), **changes}
    return written(api, do(api, made(api), "sign", 202, **ask))


def written(api: Api, sheet: Json) -> Json:
    for item in sheet["items"]:
        if item["passed_id"]:
            get(api, f"handoffs/{item['passed_id']}", wait=20)
    return read(api, sheet)


def take(api: Api, sheet: Json, item: Json, by: str = TOMASZ, read_back: str = READ_BACK, **changes: Any) -> Json:
    verb = f"items/{item['handoff_id']}/acknowledge"
    return do(api, sheet, verb, agent=by, read_back=read_back, **changes)


def states(sheet: Json) -> list[str]:
    return [item["state"] for item in sheet["items"]]


def lines(item: Json, part: str) -> list[str]:
    found = next(one for one in item["parts"] if one["name"] == part)
    return [line["text"] for line in found["lines"]]


def events(api: Api, prefix: str = "shift.") -> list[Json]:
    found = get(api, "events", limit=500)["items"]
    return [one for one in found if one["type"].startswith(prefix)]


def an_event(summary: str, hours: float = 1) -> str:
    starts, ends = (datetime.now(UTC) + timedelta(hours=one) for one in (hours, hours + 8))
    times = f"DTSTART:{starts:%Y%m%dT%H%M%SZ}\r\nDTEND:{ends:%Y%m%dT%H%M%SZ}"
    return f"BEGIN:VEVENT\r\nUID:{summary}\r\n{times}\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\n"


def a_calendar(*summaries: str) -> str:
    events = "".join(an_event(summary, 10 * number) for number, summary in enumerate(summaries))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{events}END:VCALENDAR\r\n"
