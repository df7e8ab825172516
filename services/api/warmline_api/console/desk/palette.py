"""The palette: all that an operator can go to, in the list behind one key. A page asks for it when it is opened."""

from collections.abc import Iterator
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from pydantic import BaseModel

from warmline_api.console import shell
from warmline_api.console.desk.lists import ALL, FOR_YOU, ICONS
from warmline_api.console.desk.searching import MOST_CHARS
from warmline_api.console.languages import _
from warmline_api.console.shell import PREFIX, Signed, Visitor
from warmline_memory import desk, queues
from warmline_memory.desk import ListedHandoff
from warmline_schemas.targets import kind_of

router = APIRouter()

LEAST_CHARS = 2
"""Of fewer signs nearly every case would be found."""
MOST_CASES, MOST_CUSTOMERS = 8, 4
MOST_HINT_CHARS = 90


class Place(BaseModel):
    """Something to go to: what it is called, what else is known of it, and where it is."""

    title: str
    hint: str = ""
    url: str
    icon: str


class Group(BaseModel):
    """Places of one sort, under what they are called together."""

    title: str
    places: list[Place]


class Palette(BaseModel):
    """What can be gone to without searching, and the texts of the palette itself."""

    groups: list[Group]
    words: dict[str, str]


@router.get("/palette")
def read_palette(visitor: Signed) -> Palette:
    """Pages, lists and saved views."""
    pages = [entry for entry in (*shell.NAV, *shell.SETTINGS) if visitor.may_read(entry.role)]
    groups = [
        Group(title=_("Pages"), places=[Place(title=_(one.title), url=one.path, icon=one.icon) for one in pages]),
        *_lists(visitor),
    ]
    words = {
        "title": _("Go to, or do"),
        "field": _("A page, a list, a customer, a case, or something to do"),
        "actions": _("This case"),
        "none": _("Nothing is called that."),
        "found": _("{n} found"),
    }
    return Palette(groups=groups, words=words)


@router.get("/palette/found")
def find(visitor: Signed, q: str = Query("", max_length=MOST_CHARS)) -> list[Group]:
    """Customers and cases in which every word stands."""
    asked = q.strip()
    if len(asked) < LEAST_CHARS:
        return []
    with visitor.transaction() as db:
        found = desk.search(db, visitor.operator, asked, said=False).handoffs
    cases = [_case(one) for one in found[:MOST_CASES]]
    named = {one.customer: one for one in found if all(word in one.customer.casefold() for word in _words(asked))}
    customers = [_customer(one) for one in list(named.values())[:MOST_CUSTOMERS]]
    every = (Group(title=_("Customers"), places=customers), Group(title=_("Cases"), places=cases))
    return [group for group in every if group.places]


def _words(asked: str) -> list[str]:
    return asked.casefold().split()


def _lists(visitor: Visitor) -> Iterator[Group]:
    """The lists that the operator works or sees something in, and their views."""
    person = visitor.operator
    with visitor.transaction() as db:
        waiting = {one.target: one.waiting for one in desk.count_waiting(db, person)}
        known = [one.target for one in queues.list_queue_receivers(db)] if person.sees_all else []
        views = desk.views.for_person(db, person)
    saved = [Place(title=one.name, url=_to(**one.shown), icon="link" if one.is_shared else "flag") for one in views]
    if saved:
        yield Group(title=_("Saved views"), places=saved)
    targets = dict.fromkeys([*person.worked, *waiting, *known])
    of_targets = [
        Place(
            title=visitor.called(one),
            hint=_("{n} waiting", n=waiting[one]) if one in waiting else "",
            url=_to(to=one),
            icon=ICONS[kind_of(one)],
        )
        for one in targets
    ]
    first = [
        Place(title=words, url=_to(to=one), icon="queue") for one, words in ((FOR_YOU, _("For you")), (ALL, _("All")))
    ]
    yield Group(title=_("Lists"), places=[*first, *of_targets])


def _to(**parts: str) -> str:
    return f"{PREFIX}/?{urlencode(parts)}"


def _case(one: ListedHandoff) -> Place:
    """A case by its customer, with what it is about and how it stands."""
    handoff = one.handoff
    about = " ".join((one.ask.text if one.ask else handoff.reason).split())[:MOST_HINT_CHARS]
    hint = f"{shell.title(handoff.state)} · {about}"
    return Place(title=one.customer, hint=hint, url=f"{PREFIX}/handoffs/{handoff.id}", icon="quote")


def _customer(one: ListedHandoff) -> Place:
    """A customer, by all of whose cases they are found."""
    url = f"{PREFIX}/search?{urlencode({'q': one.customer})}"
    return Place(title=one.customer, hint=_("all cases"), url=url, icon="mine")
