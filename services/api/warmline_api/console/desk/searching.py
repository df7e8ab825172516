"""Searching: cases by what an operator knows of them, closed ones too."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.languages import _
from warmline_api.console.shell import Signed
from warmline_memory import desk

router = APIRouter()

MOST_CHARS = 200
Which = Literal["all", "open", "closed"]
CLOSED = {"all": None, "open": False, "closed": True}


@router.get("/search")
def show_search(
    visitor: Signed,
    q: Annotated[str, Query(max_length=MOST_CHARS)] = "",
    which: Which = "all",
    page: Annotated[int, Query(ge=1, le=100)] = 1,
) -> Response:
    """Cases in which every word stands: customers, identifiers, what was asked or said, how it was solved. Newest
    first."""
    asked = q.strip()
    with visitor.transaction() as db:
        found = desk.search(db, visitor.operator, asked, closed=CLOSED[which], page=page)
    title = _("Search: {words}", words=asked) if asked else _("Search")
    return shell.page(
        visitor,
        "desk/search.html",
        title=title,
        q=asked,
        which=which,
        page=page,
        listed=found.handoffs,
        quotes=found.quotes,
        has_more=found.has_more,
    )
