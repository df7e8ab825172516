"""Remote: items over the API of the tool that keeps them, a page at a time."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from warmline.moving.files import Item, Unreadable, items_of_document
from warmline.moving.readings import Origin

PAGE = 100
SECONDS = 60.0
HOMES: Mapping[Origin, str | None] = {
    Origin.DAKERA: None,
    Origin.MEM0: "https://api.mem0.ai",
    Origin.ZEP: "https://api.getzep.com/api/v4",
}
"""Where a tool is, if nobody says so: the clouds of mem0 and Zep."""

Asking = Callable[[httpx.Client, str], Iterator[Any]]


def items_of_server(origin: Origin, url: str | None, key: str | None, whose: str) -> Iterator[Item]:
    """Ask a tool for everything of one owner: an agent of Dakera's, a user of mem0's, ``threads/UUID`` or
    ``graphs/UUID`` of Zep's.

    Raises ``Unreadable`` where it does not answer, or not with what it should.
    """
    home = url or HOMES[origin]
    if home is None:
        raise Unreadable("Say where the server is: give --source-url.")
    scheme = {Origin.DAKERA: "Bearer", Origin.MEM0: "Token", Origin.ZEP: "Api-Key"}[origin]
    headers = {"Authorization": f"{scheme} {key}"} if key else {}
    with httpx.Client(base_url=home.rstrip("/") + "/", headers=headers, timeout=SECONDS) as http:
        try:
            for page, document in enumerate(_PAGES[origin](http, whose), 1):
                yield from items_of_document(document, f"page {page}, item")
        except Unreadable:
            raise
        except httpx.HTTPStatusError as error:
            raise Unreadable(f"{home} answered {error.response.status_code}: {error.response.text[:200]}") from error
        except (httpx.HTTPError, ValueError) as error:
            raise Unreadable(f"{home} did not answer as it should: {error}") from error


def _of_dakera(http: httpx.Client, agent: str) -> Iterator[Any]:
    offset, found = 0, [None] * PAGE
    while len(found) == PAGE:
        path = f"v1/agents/{agent}/memories"
        found = _answer(http.get(path, params={"limit": PAGE, "offset": offset}))
        yield found
        offset += PAGE


def _of_mem0(http: httpx.Client, user: str) -> Iterator[Any]:
    page, more = 1, True
    while more:
        params = {"page": page, "page_size": PAGE}
        found = _answer(http.post("v3/memories/", params=params, json={"filters": {"user_id": user}}))
        yield found
        page, more = page + 1, isinstance(found, dict) and bool(found.get("next"))


def _of_zep(http: httpx.Client, owner: str) -> Iterator[Any]:
    kind, _, uuid = owner.partition("/")
    if kind not in {"threads", "graphs"} or not uuid:
        raise Unreadable("Say which: `--of threads/UUID` for messages, `--of graphs/UUID` for facts.")
    cursor: str | None = ""
    while cursor is not None:
        params = {"page_size": PAGE} | ({"cursor": cursor} if cursor else {})
        if kind == "threads":
            found = _answer(http.get(f"threads/{uuid}/messages", params=params))
        else:
            found = _answer(http.post(f"graphs/{uuid}/edges/list", params=params, json={}))
        yield found
        cursor = (found.get("next_cursor") if isinstance(found, dict) else None) or None


_PAGES: Mapping[Origin, Asking] = {Origin.DAKERA: _of_dakera, Origin.MEM0: _of_mem0, Origin.ZEP: _of_zep}


def _answer(response: httpx.Response) -> Any:
    response.raise_for_status()
    return response.json()
