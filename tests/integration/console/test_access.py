"""The table of docs/access.md, played: every page and form, for every role, on work of an own queue, of a foreign one
and of another tenant."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from tests.builders.attachments import PDF, send
from tests.builders.console import Browser, an_operator_with_a_password, csrf_of, sign_in, signed_in
from tests.builders.drafts import drafted
from tests.builders.handoffs import ANN, accept, claim, read, waiting
from tests.builders.panel import Panel, a_panel_of
from tests.builders.requests import get, post, put
from tests.builders.sessions import a_session
from tests.builders.shifts import INES, MEI, TOMASZ, do, held, made as a_sheet
from tests.conftest import Api, TenantKey, make_tenant
from warmline_api.console import analytics, desk, entrance, handoffs, panel, settings, shell, shifts
from warmline_api.routers import served_by
from warmline_memory.storage import Database

pytestmark = pytest.mark.usefixtures("worker")

DOCUMENT = Path(__file__).parents[3] / "docs" / "access.md"
ROLES = ("operator", "lead", "admin", "auditor")
FOR_EVERYBODY = {
    "GET /sign-in",
    "POST /sign-in",
    "POST /language",
    "POST /theme",
    "POST /keys",
    "POST /notices",
    "GET /sign-in/provider",
    "GET /sign-in/provider/begin",
    "GET /sign-in/provider/done",
    "GET /sign-in/code",
    "POST /sign-in/code",
    "GET /sign-in/enrolment",
    "POST /sign-in/enrolment",
    "GET /new-password/{token}",
    "GET /calendars/{token}.ics",
    "POST /new-password/{token}",
    "GET /panel/{tenant}",
    "POST /panel/{tenant}/sign-in",
    "POST /panel/{tenant}/sign-out",
}
ZOE, BILLING, FRAUD = "human:zoe", "queue:billing", "queue:fraud"
LATER = "2100-01-01T08:00:00+00:00"
REFUSED = {403, 404}
FIELDS: Mapping[str, Mapping[str, object]] = {
    "POST /presence": {"presence": "available"},
    "POST /conversations/{session_id}/say": {"text": "A note", "as": "note"},
    "POST /handoffs/{handoff_id}/say": {"text": "A note", "as": "note"},
    "POST /handoffs/{handoff_id}/offer": {"to": "human:zoe"},
    "POST /handoffs/{handoff_id}/answer": {"answer": "Yes"},
    "POST /handoffs/{handoff_id}/flag": {"verdict": "missing", "section": "identifiers", "should_be": "Order 4711"},
    "POST /handoffs/{handoff_id}/tag": {"tag": "vip"},
    "POST /views": {"name": "Mine", "to": "all"},
    "POST /handoffs/{handoff_id}/ask": {"question": "Which?"},
    "POST /handoffs/{handoff_id}/transfer": {"to": "queue:fraud", "reason": "Odd"},
    "POST /handoffs/{handoff_id}/return": {"instruction": "Again"},
    "POST /handoffs/{handoff_id}/snooze": {"until": LATER},
    "POST /handoffs/{handoff_id}/resolve": {"note": "Done"},
    "POST /handoffs/{handoff_id}/consult": {"to": "human:zoe", "reason": "Well?"},
    "POST /drafts/{handoff_id}": {"verb": "save", "count": 0, "revision": 1, "headline": "New", "headline-was": "Old"},
    "POST /shifts/{sheet_id}/sign": {"to": "human:mei"},
    "POST /shifts/{sheet_id}/items/{handoff_id}/say": {"part": "actions", "said": "Call Dave"},
    "POST /shifts/new-rota": {"name": "new", "zone": "UTC", "verb": "save"},
    "POST /shifts/rotas/{name}/edit": {"verb": "preview"},
    "POST /shifts/rotas/{name}/calendar": {"verb": "make"},
    "POST /settings/operators": {"name": "new"},
    "POST /settings/operators/{operator_id}": {"display_name": "Zoe", "role": "operator"},
    "POST /settings/keys": {"name": "new-bot"},
    "POST /settings/queues/{name}": {"assigning": "pull", "nobody_there": "wait"},
    "POST /settings/saved-replies/{name}": {"text": "Hello"},
    "POST /settings/preferences": {"language": "en", "time_zone": "UTC", "password_sign_in": "on"},
    "POST /webhooks": {"url": "https://example.com/hook"},
    "POST /settings/language": {"language": "en"},
    "POST /settings/password": {"current": "wrong", "password": "a new long password", "again": "a new long password"},
}
"""What is typed into a form, so that it is complete, and is refused for no other reason than who posts it."""
AT_THE_END = (
    "POST /settings/operators/{operator_id}/delete",
    "POST /sign-out",
    "POST /settings/sign-ins",
    "POST /settings/keys/{key_id}/revoke",
)
IN_PANEL = "/panel/{tenant}"
"""What is played in a frame, where an operator has signed in beside their browser."""
HELD = ("keep", "release", "ask", "transfer", "return", "snooze", "resolve", "consult")
CLAIMED = ("keep", "release")


@dataclass(frozen=True)
class Row:
    route: str
    whose: Mapping[str, str]

    @property
    def is_about_work(self) -> bool:
        named = ("{handoff_id}", "{session_id}", "{memory_id}", "{chain_id}")
        return not self.is_about_a_sheet and any(one in self.route for one in named)

    @property
    def is_about_a_sheet(self) -> bool:
        return "{sheet_id}" in self.route

    @property
    def verb(self) -> str:
        return self.route.rpartition("/")[2]

    @property
    def changes(self) -> bool:
        """Whether the work is another one after it, so that whoever may do it needs work of their own."""
        return self.route.startswith("POST")

    @property
    def sort(self) -> str:
        """The sort of work that it is about."""
        if "/drafts" in self.route:
            return "draft"
        if self.verb in CLAIMED:
            return "claimed"
        if self.verb == "answer":
            return "asked"
        return "held" if self.verb in HELD else "said" if self.verb == "say" else "read"


def the_table() -> list[Row]:
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith(("| GET /", "| POST /"))]
    # The same document has the table of the API, whose columns are other ones.
    own = [line for line in lines if not line.startswith(("| GET /v1/", "| POST /v1/"))]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in own]
    return [Row(route, dict(zip(ROLES, whose, strict=True))) for route, *whose in cells]


ROWS = the_table()
WORK = [row for row in ROWS if row.is_about_work and set(row.whose.values()) <= {"all", "own", "held", "–"}]
SHEETS = [row for row in ROWS if row.is_about_a_sheet]
NAMED = ("GET /settings", "POST /settings", "GET /shifts/rotas", "POST /shifts/rotas")
REST = [row for row in ROWS if "{" not in row.route or row.route.startswith(NAMED)]


def test_every_page_and_form_of_the_console_stands_in_the_table() -> None:
    rooms = (shell, entrance, desk, handoffs, shifts, analytics, settings, panel)
    served = {route for room in rooms for router in room.ROUTERS for route in served_by(router)}

    assert served - FOR_EVERYBODY == {row.route for row in ROWS}


def some_work(api: Api, queue: str, holder: str | None, row: Row) -> dict[str, str]:
    """The ids of a case that goes to a queue, in the state that a row is about."""
    session = a_session(api)
    if "/drafts" in row.route:
        made = drafted(api, session, to=queue)
    else:
        made = waiting(api, session, to=queue)
        if row.verb in CLAIMED:
            # For longer than all that is played: what had run out would be refused for that.
            claim(api, made, holder or ZOE, lease_seconds=86_400)
        elif row.verb in (*HELD, "answer"):
            taken = accept(api, made, holder or ZOE)
            if row.verb == "answer":
                ask = {"token": taken["claim"]["token"], "question": "Is it?"}
                post(api, f"handoffs/{made['id']}/ask", ask, 201)
    speaks = read(api, made)["target_session_id"] or session if row.verb == "say" and holder else session
    return {"handoff_id": made["id"], "session_id": speaks, "chain_id": session}


def shared_work(api: Api, queue: str) -> dict[str, dict[str, str]]:
    """The ids of a case of each sort that nobody changes: what is refused changes nothing, so all of it can share
    them."""
    rows = {row.sort: row for row in WORK}
    wanted = [(row, ZOE if sort != "read" else None) for sort, row in rows.items()]
    cases = dict(zip(rows, made(api, queue, wanted), strict=True))
    cases["read"]["memory_id"] = send(api, cases["read"]["chain_id"], PDF)["id"]
    return cases


def made(api: Api, queue: str, wanted: Iterable[tuple[Row, str | None]]) -> Iterator[dict[str, str]]:
    """The ids of a case for each of these rows and holders, made side by side: most of the time they wait for their
    briefs."""
    with ThreadPoolExecutor(6) as pool:
        yield from pool.map(lambda one: some_work(api, queue, one[1], one[0]), wanted)


@dataclass(frozen=True)
class Visitor:
    """An operator who is signed in, and the token that every form of theirs carries."""

    browser: Browser
    csrf: str
    panel: Panel
    """The side panel in which they have signed in, too."""

    def status_of(self, row: Row, ids: Mapping[str, str]) -> int:
        """How the row's page or form is answered."""
        method, _, path = row.route.partition(" ")
        if path.startswith(IN_PANEL):
            within = path.removeprefix(IN_PANEL).format_map(ids)
            return (self.panel.get(within) if method == "GET" else self.panel.submit(within)).status_code
        address = f"/console{path.format_map(ids)}"
        if method == "GET":
            return self.browser.http.get(address).status_code
        typed = {"csrf": self.csrf, "token": "1", **{name: str(value) for name, value in fields_of(row).items()}}
        return self.browser.http.post(address, data=typed).status_code


def fields_of(row: Row) -> Mapping[str, object]:
    return FIELDS.get(row.route, {})


def a_visitor(api: Api, role: str) -> Visitor:
    """Ann, in a tenant in which Zoe works, too."""
    a_colleague(api)
    return a_visitor_named(api, "ann", role)


def a_colleague(api: Api) -> None:
    an_operator_with_a_password(api, "zoe", queues=["billing", "fraud"])


def a_visitor_named(api: Api, name: str, role: str) -> Visitor:
    browser = signed_in(api, name, role=role)
    return Visitor(browser, csrf_of(browser.page("/mine")), a_panel_of(api, browser))


def surprise(role: str, row: Row, whose: str, status: int, may: bool) -> Iterator[str]:
    if (status in REFUSED) is may or status >= 500:
        yield f"{role}: {row.route} on {whose} work answers {status}"


@dataclass(frozen=True)
class Elsewhere:
    """A tenant in which somebody of each role plays, with the work of a queue that is none of theirs, and another
    tenant's. All of them share it: what is refused changes nothing, and who may change something has work of their own.
    """

    api: Api
    of_queue: Mapping[str, Mapping[str, str]]
    of_tenant: Mapping[str, Mapping[str, str]]


@pytest.fixture(scope="module")
def elsewhere(database: Database, api_url: str, worker: None) -> Iterator[Elsewhere]:
    """The work of others, made once."""
    with ExitStack() as opened:
        keys = [make_tenant(database).key for _ in range(2)]
        own, other = (
            Api(api_url, key, opened.enter_context(httpx.Client(base_url=api_url, headers=bearer(key), timeout=30)))
            for key in keys
        )
        a_colleague(own)
        yield Elsewhere(own, shared_work(own, FRAUD), shared_work(other, FRAUD))


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("role", ROLES)
def test_work_of_foreign_queues_and_foreign_tenants_is_what_the_table_says(elsewhere: Elsewhere, role: str) -> None:
    visitor = a_visitor_named(elsewhere.api, f"ann-{role}", role)
    changed = [row for row in WORK if row.whose[role] == "all" and row.changes]
    cases = made(elsewhere.api, FRAUD, [(row, ZOE) for row in changed])
    fresh = dict(zip((row.route for row in changed), cases, strict=True))
    found: list[str] = []
    for row in WORK:
        found += surprise(role, row, "another tenant's", visitor.status_of(row, elsewhere.of_tenant[row.sort]), False)
        ids = fresh.get(row.route) or elsewhere.of_queue[row.sort]
        found += surprise(role, row, "a foreign queue's", visitor.status_of(row, ids), row.whose[role] == "all")
    assert found == []


def own_work(row: Row, role: str) -> tuple[str, str]:
    """What tells work of their own apart: of that which is refused, one of each sort is enough."""
    return row.sort if row.whose[role] == "–" else row.route, ANN


@pytest.mark.parametrize("role", ROLES)
def test_work_of_an_own_queue_is_what_the_table_says(api: Api, role: str) -> None:
    visitor, shared = a_visitor(api, role), shared_work(api, BILLING)
    changed = [row for row in WORK if row.changes and row.whose[role] in {"own", "all"}]
    held = {own_work(row, role): row for row in WORK if row.verb in HELD}
    wanted = [*((row, ZOE) for row in changed), *((row, ANN) for row in held.values())]
    cases = dict(zip([*((row.route, ZOE) for row in changed), *held], made(api, BILLING, wanted), strict=True))
    found: list[str] = []
    for row in WORK:
        whose, ids = row.whose[role], cases.get((row.route, ZOE)) or shared[row.sort]
        found += surprise(role, row, "a colleague's", visitor.status_of(row, ids), whose in {"own", "all"})
        if mine := cases.get(own_work(row, role)):
            found += surprise(role, row, "their own", visitor.status_of(row, mine), whose != "–")
    assert found == []


def a_signed_sheet(api: Api, queue: str, goes: str, comes: str = TOMASZ) -> dict[str, str]:
    """The ids of a sheet with one item, which goes from one person to another."""
    a_session(api, agent=comes)
    held(api, by=goes, to=queue)
    sheet = do(api, a_sheet(api, outgoing=goes), "sign", 202, agent=goes, to=comes)
    return {"sheet_id": sheet["id"], "handoff_id": sheet["items"][0]["handoff_id"]}


@pytest.mark.parametrize("role", ROLES)
def test_sheets_of_shifts_are_what_the_table_says(
    api: Api, new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api], role: str
) -> None:
    visitor = a_visitor(api, role)
    an_operator_with_a_password(api, "mei", queues=["fraud"])
    foreign, elsewhere = a_signed_sheet(client_of(new_tenant()), FRAUD, ZOE), a_signed_sheet(api, FRAUD, MEI)
    colleagues, goes, comes = (a_signed_sheet(api, BILLING, *people) for people in ((ZOE,), (ANN,), (INES, ANN)))
    found: list[str] = []
    for row in SHEETS:
        whose, own = row.whose[role], comes if row.verb == "acknowledge" else goes
        found += surprise(role, row, "another tenant's", visitor.status_of(row, foreign), False)
        found += surprise(role, row, "a foreign queue's", visitor.status_of(row, elsewhere), whose == "all")
        found += surprise(role, row, "a colleague's", visitor.status_of(row, colleagues), whose in {"own", "all"})
        found += surprise(role, row, "their own", visitor.status_of(row, own), whose != "–")
    assert found == []


@pytest.mark.parametrize("role", ROLES)
def test_what_is_nobodys_work_is_what_the_table_says(api: Api, role: str) -> None:
    visitor = a_visitor(api, role)
    for name in ("fraud", "billing"):
        put(api, f"rotas/{name}", {"queue": name})
    zoe = get(api, "operators/zoe")["id"]
    key = api.http.get("/v1/keys").json()["items"][0]["id"]
    ids = {"operator_id": zoe, "key_id": key, "name": "fraud", "sign_in_id": zoe}
    # The streams of events never end; what the others need is taken away at the end.
    last = {route: next(row for row in REST if row.route == route) for route in AT_THE_END}
    rows = [row for row in REST if row.route not in {"GET /events", *AT_THE_END}]
    found: list[str] = []
    for row in rows:
        may = row.whose[role] == "all"
        found += surprise(role, row, "no", visitor.status_of(row, ids), may)
    own = {**ids, "name": "billing"}
    for row in rows:
        if "{name}" in row.route:
            found += surprise(role, row, "an own queue's", visitor.status_of(row, own), row.whose[role] != "–")
    assert found == []
    for route in AT_THE_END:
        may = last[route].whose[role] == "all"
        assert (visitor.status_of(last[route], ids) in REFUSED) is not may
        if "sign" in route:
            sign_in(visitor.browser, api)
            visitor = replace(visitor, csrf=csrf_of(visitor.browser.page("/mine")))
