"""The table of docs/access.md about API keys, played: every route, for every kind of key, on work of the key's own
agents, of other agents, of people, of another namespace and of another tenant."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import APIRoute

from tests.builders.every_route import CHANGES, STATES, Case, Work, a_case, body_of, what_a_tenant_has
from tests.builders.keys import a_key, with_a_key, with_secret
from tests.builders.requests import Json, post
from tests.builders.sessions import a_session
from tests.conftest import Api, make_tenant
from warmline_api.needs import NEEDS
from warmline_api.routes import ROUTERS
from warmline_memory.storage import Database
from warmline_schemas.keys import Scope

pytestmark = pytest.mark.usefixtures("worker")

DOCUMENT = Path(__file__).parents[3] / "docs" / "access.md"
KEYS: Mapping[str, tuple[str, Json]] = {
    "bot": ("bot", {"agents": ["ours-*"]}),
    "reader": ("reader", {}),
    "desk": ("desk", {}),
    "admin": ("admin", {}),
    "bound": ("desk", {"namespaces": ["ours/*"]}),
}
"""The keys of the table's columns: their kind, and what they are bound to."""
OURS = f"ours/{uuid4()}"
WORKS = {
    "own agents'": Work(OURS, "ours-bot", "ours-specialist", "ours-specialist"),
    "other agents'": Work(OURS, "other-bot", "other-specialist", "other-specialist"),
    "people's": Work(OURS),
    "another namespace's": Work(f"theirs/{uuid4()}"),
}
OF_PEOPLE = {"offer_handoff", "decline_handoff", "claim_next", "list_waiting"}
"""Routes that are about work of people alone."""
PLAYED = {
    "bot": ("own agents'", "other agents'", "people's"),
    "reader": ("people's",),
    "desk": ("people's",),
    "admin": ("other agents'",),
    "bound": ("people's", "another namespace's"),
}
"""The work on which a column is played. To a key that is bound to nothing all work is alike, so one sort is enough; an
administrator's has all that a desk's has, and is played on the other sort."""
CELLS = {
    "bot": {("own agents'", "people's"): "own", ("own agents'",): "held"},
    "bound": {("people's",): "own"},
}
"""What a cell of a column says, by the work that the request is allowed for, where that is not all or none."""
REFUSED = {403, 404}
NOT_NOW = {"retry_handoff"}
"""Allowed, and refused all the same, because nothing of what is played has failed."""


@dataclass(frozen=True)
class Row:
    operation: str
    method: str
    path: str
    scope: str
    cells: Mapping[str, str]

    @property
    def state(self) -> str:
        return STATES.get(self.operation, "waiting")

    def works(self, column: str) -> list[str]:
        """The work for which the row is played."""
        if self.operation in OF_PEOPLE and column != "bound":
            return ["people's"]
        return list(PLAYED[column])

    def allowed(self, column: str) -> list[str]:
        """That of it for which the table says that the request is allowed."""
        works = tuple(self.works(column))
        ways = {works: "all", **CELLS.get(column, {})}
        return list(next((whose for whose, cell in ways.items() if cell == self.cells[column]), ()))


def the_table() -> list[Row]:
    verbs = ("| GET /v1/", "| POST /v1/", "| PUT /v1/", "| PATCH /v1/", "| DELETE /v1/")
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith(verbs)]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    operations = dict(served())
    return [
        Row(operations.get(route, "none"), *route.split(" "), scope, dict(zip(KEYS, rest, strict=True)))
        for route, scope, *rest in cells
    ]


def served() -> Iterator[tuple[str, str]]:
    """What is served under /v1, as ``GET /v1/path``, and its operation."""
    for route in (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)):
        path = f"/v1{route.path}".replace("{namespace:path}", "{namespace}")
        yield from ((f"{method} {path}", route.name) for method in route.methods)


ROWS = the_table()


def test_every_route_of_the_api_stands_in_the_table_with_the_scope_that_it_needs() -> None:
    needed = {route: NEEDS[operation].scope for route, operation in served()}
    listed = {f"{row.method} {row.path}": Scope(row.scope) if row.scope != "–" else None for row in ROWS}

    assert listed == needed
    assert len(ROWS) == len(listed)


@dataclass(frozen=True)
class Tenant:
    """A tenant, and its work that all requests share which do not change it."""

    owner: Api
    has: Json
    shared: Mapping[tuple[str, str], Case]

    def path(self, row: Row, case: Case) -> str:
        noun = row.path.split("/")[2]
        return row.path.format(**{"namespace": case.work.namespace, **self.has.get(noun, {}), **case.ids})

    def asked(self, api: Api, row: Row, case: Case) -> tuple[int, str]:
        """The status and the text of what a request is answered."""
        body = body_of(row.operation, case)
        content: Any = {"headers": {"Last-Event-ID": "0"}, **({"json": body} if body is not None else {})}
        if row.operation == "import_namespace":
            content = {"content": self.owner.http.get(f"/v1/namespaces/{case.work.namespace}/export").content}
        if row.operation == "upload_attachment":
            content = {"params": {**body, "name": "note.txt"}, "content": b"Hello"}
        with api.http.stream(row.method, self.path(row, case), **content) as answer:
            is_endless = row.operation == "stream_events" and answer.is_success
            return answer.status_code, first_event(answer) if is_endless else answer.read().decode()


def first_event(answer: httpx.Response) -> str:
    return next((line for line in answer.iter_lines() if line.startswith("data:")), "")


def a_tenant(owner: Api, wanted: Iterable[tuple[str, str]]) -> Tenant:
    """A tenant with work of these sorts in these states."""
    wanted = sorted(set(wanted))
    return Tenant(owner, what_a_tenant_has(owner), dict(zip(wanted, made(owner, wanted), strict=True)))


def made(owner: Api, wanted: Iterable[tuple[str, str]]) -> list[Case]:
    """Cases of these works in these states, made side by side: most of the time they wait for their briefs."""
    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(lambda one: a_case(owner, marked(WORKS[one[0]]), one[1]), wanted))


def marked(work: Work) -> Work:
    return replace(work, mark=f"mark-{uuid4()}")


@dataclass(frozen=True)
class Play:
    """One column of the table: a tenant, and the key that is tried in it."""

    column: str
    tenant: Tenant
    fresh: Mapping[tuple[str, str], Case]
    """Work of its own for each request that is allowed, and after which the work is another one."""
    api: Api

    def found(self, row: Row) -> str:
        """What the row's cell should say."""
        cases = {
            whose: self.fresh.get((row.operation, whose), self.tenant.shared[whose, row.state])
            for whose in row.works(self.column)
        }
        first = next(iter(cases.values()))
        if not self.names_work(row, first):
            return self.of_nobodys_work(row, first)
        answers = {whose: self.tenant.asked(self.api, row, case)[0] for whose, case in cases.items()}
        if odd := {whose: status for whose, status in answers.items() if not is_expected(row, status)}:
            return f"answers {odd}"
        may = tuple(whose for whose, status in answers.items() if status not in REFUSED)
        if may in {(), tuple(cases)}:
            return "all" if may else "–"
        return CELLS.get(self.column, {}).get(may, f"only {may}")

    def names_work(self, row: Row, case: Case) -> bool:
        asked = self.tenant.path(row, case) + json.dumps(body_of(row.operation, case))
        return any(name in asked for name in (*case.names, case.work.namespace))

    def of_nobodys_work(self, row: Row, case: Case) -> str:
        status, text = self.tenant.asked(self.api, row, case)
        if not is_expected(row, status):
            return f"answers {status}"
        if self.column != "bound" or status in REFUSED:
            return "–" if status in REFUSED else "all"
        assert not self.shows("another namespace's", text), f"{row.operation} shows another namespace"
        return "own" if self.shows("people's", text) else "all"

    def shows(self, whose: str, text: str) -> bool:
        """Whether an answer shows anything of a namespace."""
        cases = [*self.tenant.shared.values(), *self.fresh.values()]
        of_it = [case for case in cases if case.work.namespace == WORKS[whose].namespace]
        return any(one in text for case in of_it for one in (case.work.namespace, case.work.mark, *case.names))


def is_expected(row: Row, status: int) -> bool:
    return status in REFUSED or status < 300 or (status == 409 and row.operation in NOT_NOW)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """What others still need is deleted at the end, and whole namespaces last."""
    return sorted(rows, key=lambda row: (row.method == "DELETE", row.operation == "forget_namespace"))


def played(tenant: Tenant, column: str) -> dict[str, str]:
    """What each row's cell of a column should say."""
    kind, bindings = KEYS[column]
    changing = [(row, whose) for row in ROWS if row.operation in CHANGES for whose in row.allowed(column)]
    cases = made(tenant.owner, [(whose, row.state) for row, whose in changing])
    fresh = {(row.operation, whose): case for (row, whose), case in zip(changing, cases, strict=True)}
    play = Play(column, tenant, fresh, with_a_key(tenant.owner, kind, **bindings))
    return {row.operation: play.found(row) for row in in_order(ROWS)}


def told(column: str) -> dict[str, str]:
    return {row.operation: row.cells[column] for row in ROWS}


@pytest.fixture(scope="module")
def owner_of_another(database: Database, api_url: str) -> Iterator[Callable[[], Api]]:
    """Makes keys of tenants that the tests of this module share."""
    opened: list[httpx.Client] = []

    def make() -> Api:
        key = make_tenant(database).key
        opened.append(httpx.Client(base_url=api_url, headers={"Authorization": f"Bearer {key}"}, timeout=30))
        return Api(api_url, key, opened[-1])

    yield make
    for http in opened:
        http.close()


@pytest.fixture(scope="module")
def home_tenant(owner_of_another: Callable[[], Api]) -> Tenant:
    """A tenant with all sorts of work."""
    columns = [column for column in KEYS if column != "admin"]
    wanted = [(whose, row.state) for row in ROWS for column in columns for whose in row.works(column)]
    return a_tenant(owner_of_another(), wanted)


@pytest.mark.parametrize("column", [column for column in KEYS if column != "admin"])
def test_what_a_key_may_do_is_what_the_table_says(home_tenant: Tenant, column: str) -> None:
    assert played(home_tenant, column) == told(column)


def test_what_an_administrators_key_may_do_is_what_the_table_says(api: Api) -> None:
    # In a tenant of its own: it deletes nearly everything.
    tenant = a_tenant(api, [(whose, row.state) for row in ROWS for whose in row.works("admin")])
    assert played(tenant, "admin") == told("admin")


@pytest.fixture(scope="module")
def foreign(owner_of_another: Callable[[], Api]) -> Tenant:
    """Another tenant's work."""
    return a_tenant(owner_of_another(), [("people's", row.state) for row in ROWS])


@pytest.mark.parametrize("column", KEYS)
def test_no_key_reaches_anything_of_another_tenant(api: Api, foreign: Tenant, column: str) -> None:
    kind, bindings = KEYS[column]
    key, tenant = with_a_key(api, kind, **bindings), replace(foreign, owner=api)
    a_session(api, namespace=OURS)  # an event, so that the stream of events has a beginning
    for row in in_order(ROWS):
        case = foreign.shared["people's", row.state]
        status, text = tenant.asked(key, row, case)
        assert case.work.mark not in text, row.operation
        asked = tenant.path(row, case) + json.dumps(body_of(row.operation, case))
        if any(name in asked for name in (*case.names, *ids_of(foreign.has))):
            assert status in REFUSED, row.operation


def ids_of(has: Json) -> list[str]:
    return [value for one in has.values() for name, value in one.items() if name.endswith("_id")]


def test_a_key_that_is_missing_or_revoked_reaches_nothing(api: Api, foreign: Tenant) -> None:
    spare = a_key(api, "admin")
    revoked = with_secret(api, str(spare["secret"]))
    revoked.http.get("/v1/whoami").raise_for_status()
    post(api, f"keys/{spare['id']}/revoke")
    with httpx.Client(base_url=api.url) as http:
        for row, visitor in product(ROWS, (revoked, replace(api, http=http))):
            case = foreign.shared["people's", row.state]
            assert foreign.asked(visitor, row, case)[0] == 401, row.operation


@pytest.mark.parametrize("scope", Scope)
def test_a_key_with_one_scope_is_refused_every_route_that_needs_another(
    api: Api, foreign: Tenant, scope: Scope
) -> None:
    key = with_a_key(api, "admin", scopes=[scope])
    for row in (row for row in ROWS if row.scope not in {"–", scope}):
        status, text = foreign.asked(key, row, foreign.shared["people's", row.state])
        assert (status, json.loads(text)["missing"]) == (403, f"scope:{row.scope}"), row.operation
