"""Sheets: what a shift leaves to the next one, as a message with a button by which whoever goes signs it off."""

import logging
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from warmline.bridges.marks import Marks
from warmline.bridges.people import People
from warmline.bridges.slack import pages
from warmline.bridges.slack.calls import Blocks, SlackApi
from warmline.bridges.slack.gate import SIGN, SIGN_ANYWAY
from warmline.bridges.slack.pages import Block
from warmline.bridges.slack.settings import SlackSettings
from warmline.bridges.slack.whispers import Whispers
from warmline.bridges.store import BEGAN, Case, Store
from warmline.client import Warmline
from warmline.errors import Forbidden, InvalidRequest, NotFound, PersonNeeded, SheetStateForbids
from warmline_schemas.events import Event, EventType
from warmline_schemas.operators import OperatorRole
from warmline_schemas.shifts import ItemState, PartName, Sheet, SheetItem, SheetState
from warmline_schemas.targets import name_of, of_queue

logger = logging.getLogger("warmline.bridges")

SHEET = "sheet:"
"""How the conversation of a sheet begins; those of cases are ids of handoffs."""
REFUSED = (Forbidden, InvalidRequest, NotFound, PersonNeeded, SheetStateForbids)
NOT_UNDER_WAY = frozenset({ItemState.OPEN, ItemState.DECLINED, ItemState.FAILED})
"""An item in one of these states is on its way to nobody: signing asks somebody to take it."""
LEADING = (OperatorRole.LEAD, OperatorRole.ADMIN)
"""Who may sign for somebody else, as in the console."""
MOST_ITEMS = 20
"""So many items stand in a message; the sheet in the console has all."""
MOST_CRITICAL = 5
"""So many critical cases that only wait stand in a message, before the items."""
# Seconds. Clocks of two machines differ by less.
BEFORE = 3600.0


class Sheets:
    """Shows sheets in Slack, and has them signed there."""

    told: ClassVar[Collection[EventType]] = (
        EventType.SHIFT_DUE,
        EventType.SHIFT_SIGNED,
        EventType.SHIFT_ITEM_ACKNOWLEDGED,
        EventType.SHIFT_TAKEN_OVER,
    )

    def __init__(
        self,
        settings: SlackSettings,
        client: Warmline,
        api: SlackApi,
        people: People,
        store: Store,
        marks: Marks,
        whispers: Whispers,
    ) -> None:
        self._settings = settings
        self._client = client
        self._api = api
        self._people = people
        self._store = store
        self._marks = marks
        self._whispers = whispers

    def conversation_of(self, event: Event) -> str | None:
        """Return the sheet that an event is about; None where it has no message, and is none to be shown."""
        conversation = f"{SHEET}{event.facts['sheet_id']}"
        is_new = event.at.timestamp() >= (self._store.place(BEGAN) or 0.0) - BEFORE
        is_there = self._store.case(conversation) is not None
        return conversation if is_there or (is_new and event.type is EventType.SHIFT_DUE) else None

    def tell(self, event: Event, conversation: str) -> None:
        """Show a sheet as it stands, and say in its thread that it is overdue."""
        self._show(conversation)
        case = self._store.case(conversation)
        if case is not None and event.facts.get("overdue"):
            channel, thread, mark = case.facts["channel"], case.facts["ts"], f"event:{event.id}"
            text = "It should have been taken over by now."
            self._marks.once(
                mark,
                lambda: self._api.post(channel, text, mark, thread=thread),
                lambda: self._api.find(channel, mark, thread=thread),
            )

    def sign(self, body: Mapping[str, Any], sheet_id: str, *, all_the_same: bool) -> None:
        """Sign a sheet for whoever pressed its button, or tell them why it is not signed."""
        case, user = self._store.case(f"{SHEET}{sheet_id}"), body["user"]["id"]
        person = None if case is None else self._whispers.person(body, case)
        if case is None or person is None:
            return
        try:
            sheet = self._client.shifts.get(sheet_id)
            why_not = self._why_not(sheet, person)
            if why_not is not None:
                self._whispers.say(case, user, why_not)
            elif not all_the_same and (lacks := list(_lacking(sheet))):
                self._whispers.say(case, user, *self._lacking(sheet, lacks))
            else:
                self._client.shifts.sign(sheet_id, agent=person)
        except REFUSED as error:
            where = f"\nSign it in the console, where you choose: {self._link(sheet_id)}"
            more = where if isinstance(error, PersonNeeded) else ""
            self._whispers.say(case, user, f"It is not signed. {pages.escaped(str(error))}{more}")
        self._show(case.conversation)

    def _why_not(self, sheet: Sheet, person: str) -> str | None:
        """Why somebody may not sign a sheet, or need not."""
        if sheet.state is SheetState.TAKEN_OVER:
            return "It was taken over by now."
        if sheet.signed_at is not None and not any(item.state in NOT_UNDER_WAY for item in sheet.items):
            return f"{self._people.called(sheet.signed_by or sheet.outgoing)} has signed it."
        if person == sheet.outgoing:
            return None
        role = self._client.operators.get(name_of(person)).role
        who = self._people.called(sheet.outgoing)
        return None if role in LEADING else f"It is {who}'s: they or a lead sign it."

    def _lacking(self, sheet: Sheet, lacks: list[str]) -> tuple[str, Blocks]:
        """What parts of a sheet are empty, with the choice to sign it all the same."""
        found = "\n".join(f"• {pages.escaped(one)}" for one in lacks)
        first = "It is not signed: parts of it are empty. Keep a note of each case that says them, and sign then."
        text = f"{first}\n{found}"[: pages.BLOCK_CHARS]
        buttons = [
            pages.button("Sign it all the same", SIGN_ANYWAY, {"sheet": str(sheet.id)}),
            pages.link("Open the sheet", self._link(str(sheet.id))),
        ]
        return text, [pages.section(text), {"type": "actions", "elements": buttons}]

    def _show(self, conversation: str) -> None:
        """Let the message show how a sheet stands; post it where it is not there yet."""
        case, sheet_id = self._store.case(conversation), conversation.removeprefix(SHEET)
        try:
            sheet = self._client.shifts.get(sheet_id)
        except NotFound:
            return
        text, blocks = self._page(sheet)
        if case is not None:
            if case.facts.get("shown") != text:
                self._api.update(case.facts["channel"], case.facts["ts"], text, blocks)
                case.facts["shown"] = text
                self._store.keep(case)
            return
        channel = self._channel_of(sheet)
        if channel is None or sheet.state is SheetState.TAKEN_OVER:
            return
        mark = f"{conversation}:{channel}"
        ts = self._marks.once(
            mark,
            lambda: self._api.post(channel, text, mark, blocks=blocks),
            lambda: self._api.find(channel, mark),
        )
        # A sheet is of no chain: its own name stands there, so that no case is taken for it.
        self._store.keep(Case(conversation, conversation, {"channel": channel, "ts": ts, "shown": text}))

    def _channel_of(self, sheet: Sheet) -> str | None:
        """The channel of a sheet's rota, else of the queue of that."""
        own = self._settings.rotas.get(sheet.rota or "*")
        if own is not None or sheet.rota is None:
            return own
        try:
            queue = self._client.rotas.get(sheet.rota).queue
        except NotFound:
            queue = None
        of_its_queue = None if queue is None else self._settings.channels.get(of_queue(queue))
        return of_its_queue or self._settings.rotas.get("*")

    def _page(self, sheet: Sheet) -> tuple[str, list[Block]]:
        called = self._people.called
        comes = " and ".join(called(one) for one in sheet.incoming) or "nobody yet"
        line = (
            f"*Shift change* · {pages.escaped(sheet.rota or 'on request')} · {pages.escaped(called(sheet.outgoing))} → "
            f"{pages.escaped(comes)} · until {_moment(sheet.ends_at)}\n{pages.escaped(self._state(sheet))}"
        )
        # As plain text nothing that a customer wrote becomes a link, or calls a channel.
        # What is critical and nobody has comes before what somebody holds.
        told = [f"Critical, waiting in the queue: {one.headline}"[: pages.BLOCK_CHARS] for one in _critical(sheet)]
        told += [self._told(item) for item in sheet.items[:MOST_ITEMS]]
        more = len(sheet.items) - MOST_ITEMS
        told += [f"And {more} more, in the console."] if more > 0 else []
        waiting = sheet.aware_count - len(_critical(sheet))
        told += [f"{waiting} more wait in the queue."] if waiting else []
        buttons = list(self._buttons(sheet))
        blocks = [pages.section(line), *map(pages.plain_section, told), {"type": "actions", "elements": buttons}]
        return "\n".join([line, *map(pages.escaped, told)])[: pages.FALLBACK_CHARS], blocks

    def _state(self, sheet: Sheet) -> str:
        if sheet.state is SheetState.TAKEN_OVER:
            return "Taken over."
        if sheet.signed_at is None:
            items = len(sheet.items)
            return (
                f"To be signed: {items} {'case' if items == 1 else 'cases'}."
                if items
                else "To be signed: nothing open."
            )
        signed = f"Signed by {self._people.called(sheet.signed_by or sheet.outgoing)}."
        return f"{signed} Not read back yet: {sheet.red}." if sheet.red else signed

    def _told(self, item: SheetItem) -> str:
        """An item in a line or two: what it is, how it stands, and which parts nobody has said."""
        who = f" by {self._people.called(item.taken_over_by)}" if item.taken_over_by else ""
        state = "" if item.state is ItemState.OPEN else f" ({item.state.value.replace('_', ' ')}{who})"
        absent = f"\nNot said: {', '.join(_absent(item))}" if _lacks(item) else ""
        return f"{item.headline}{state}{absent}"[: pages.BLOCK_CHARS]

    def _buttons(self, sheet: Sheet) -> Iterator[Block]:
        is_open = sheet.signed_at is None or any(item.state in NOT_UNDER_WAY for item in sheet.items)
        if sheet.state is not SheetState.TAKEN_OVER and is_open:
            words = "Sign off" if sheet.signed_at is None else "Sign off again"
            yield {**pages.button(words, SIGN, {"sheet": str(sheet.id)}), "style": "primary"}
        yield pages.link("Open the sheet", self._link(str(sheet.id)))

    def _link(self, sheet_id: str) -> str:
        return f"{self._settings.console.rstrip('/')}/console/shifts/{sheet_id}"


def _critical(sheet: Sheet) -> list[SheetItem]:
    """The critical cases that nobody has taken over yet."""
    return [item for item in sheet.aware if item.is_critical_and_waits][:MOST_CRITICAL]


def _lacking(sheet: Sheet) -> Iterator[str]:
    """What nobody has said of the items that would be signed, a line for each of them."""
    for item in sheet.items:
        if _lacks(item):
            yield f"{item.headline}: {', '.join(_absent(item))}"


def _lacks(item: SheetItem) -> bool:
    return item.state in NOT_UNDER_WAY and bool(_absent(item))


def _absent(item: SheetItem) -> list[str]:
    # The last part is what whoever comes says, who has not come yet.
    return [part.title for part in item.parts if not part.given and part.name is not PartName.SYNTHESIS]


def _moment(at: datetime) -> str:
    """A time that Slack shows to each reader in their own zone."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{at:%Y-%m-%d %H:%M} UTC>"
