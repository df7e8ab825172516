"""Threads: each case for people is a thread, whose first message shows how it stands, and whose buttons do the work."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from warmline.bridges.cases import BRIEF_SECONDS, Cases
from warmline.bridges.desk import read_json
from warmline.bridges.marks import Marks
from warmline.bridges.people import People
from warmline.bridges.slack import pages
from warmline.bridges.slack.calls import Blocks, SlackApi
from warmline.bridges.slack.gate import CONFIRM, SIGN, SIGN_ANYWAY
from warmline.bridges.slack.pages import CONSULT, FORMS, REPLY, RESOLVE, RETURN, TAKE, TO, TRANSFER, TYPED
from warmline.bridges.slack.settings import SlackSettings
from warmline.bridges.slack.sheets import Sheets
from warmline.bridges.slack.whispers import Whispers
from warmline.bridges.store import BEGAN, FROM_DESK, Case, Item, Store
from warmline.client import Warmline
from warmline.errors import (
    ConversationOwned,
    Forbidden,
    HandoffAccepted,
    HandoffClaimed,
    HandoffInProgress,
    HandoffStateForbids,
    InvalidRequest,
    NotFound,
    NotHeld,
    OperatorBusy,
    ReadBackContradicts,
    ReadBackRequired,
    SessionEnded,
    StaleToken,
)
from warmline_schemas.events import Event, EventType
from warmline_schemas.handoffs import HandoffMode, HandoffState, HandoffWithBrief
from warmline_schemas.targets import TargetKind, kind_of

OF_MESSAGES = (EventType.MESSAGE_RECEIVED, EventType.MESSAGE_CREATED, EventType.MESSAGE_UNDELIVERED)
OF_HANDOFFS = (
    EventType.HANDOFF_READY,
    EventType.HANDOFF_FAILED,
    EventType.HANDOFF_RETARGETED,
    EventType.HANDOFF_ESCALATED,
    EventType.HANDOFF_CLAIMED,
    EventType.HANDOFF_RELEASED,
    EventType.HANDOFF_LAPSED,
    EventType.HANDOFF_ACCEPTED,
    EventType.HANDOFF_BREACHED,
    EventType.HANDOFF_CLOSED,
    EventType.HANDOFF_REOPENED,
    EventType.HANDOFF_CANCELLED,
)
CUSTOMER = "customer"
"""Who wrote, as events name the customer."""
LATE = {
    "accept": "Nobody has taken it over in time.",
    "first_reply": "Nobody has replied in time.",
    "resolve": "It was not resolved in time.",
}
TAKEN = (HandoffClaimed, HandoffAccepted, HandoffInProgress, HandoffStateForbids, StaleToken, NotHeld)
"""Somebody else was faster, or the case has gone on."""
REFUSED = (ConversationOwned, Forbidden, InvalidRequest, NotFound, OperatorBusy, ReadBackRequired, SessionEnded)
"""What is refused for a reason that whoever asked can read."""
# Seconds. Clocks of two machines differ by less.
BEFORE = 3600.0


@dataclass(frozen=True)
class Deed:
    """What somebody in Slack wants done with a case."""

    case: Case
    person: str
    """As ``human:NAME``."""
    typed: Mapping[str, str]
    key: str
    """By which the platform knows the same deed again."""
    is_confirmed: bool = False

    @property
    def handoff(self) -> str:
        """The handoff."""
        return self.case.conversation


class NotTheirs(Exception):
    """Somebody wants to do what only whoever has a case can do. The sentence says who that is."""


class Threads:
    """Does what Slack and Warmline send. Each case is worked on by one thread at a time."""

    told: ClassVar[Collection[EventType]] = (*OF_HANDOFFS, *OF_MESSAGES, *Sheets.told)

    def __init__(
        self, settings: SlackSettings, client: Warmline, api: SlackApi, people: People, cases: Cases, store: Store
    ) -> None:
        self._settings = settings
        self._client = client
        self._api = api
        self._people = people
        self._cases = cases
        self._store = store
        self._marks = Marks(store, settings.settle_seconds)
        self._whispers = Whispers(api, people)
        self._sheets = Sheets(settings, client, api, people, store, self._marks, self._whispers)

    def work(self, item: Item) -> None:
        """Do one thing. Raises ``Later`` and ``Refused``, and the errors of the SDK."""
        if item.source != FROM_DESK:
            self._tell(Event.model_validate(item.body), item.conversation)
        elif item.body.get("type") == "view_submission":
            view = item.body["view"]
            self._wanted(item.body, view["callback_id"], view.get("private_metadata", ""), pages.typed_in(view))
        else:
            action = item.body["actions"][0]
            self._pressed(item.body, action["action_id"], action.get("value", ""))

    def conversation_of(self, event: Event) -> str | None:
        """Return the handoff whose thread an event belongs to; None where it belongs to none."""
        if event.type in Sheets.told:
            return self._sheets.conversation_of(event)
        chain, handoff = str(event.chain_id), str(event.handoff_id)
        if event.type in OF_MESSAGES:
            # What is said while a thread is begun is told behind that, and so in it.
            return self._store.going_on(chain) or self._store.conversation_of(chain)[1]
        if self._store.case(handoff) is not None:
            return handoff
        # What was over before there was a bridge is not read anew.
        is_new = event.at.timestamp() >= (self._store.place(BEGAN) or 0.0) - BEFORE
        if not is_new or not event.queue or not self._settings.channel_of(event.queue):
            return None
        self._store.goes_on(chain, handoff)
        return handoff

    def missed(self, since: float) -> Iterator[Mapping[str, Any]]:  # noqa: ARG002 (Slack keeps nothing that was missed)
        """Return nothing: who pressed a button while no bridge ran was told so by Slack, and presses it again."""
        return iter(())

    def _tell(self, event: Event, handoff_id: str) -> None:
        if event.type in Sheets.told:
            return self._sheets.tell(event, handoff_id)
        if event.type in OF_MESSAGES:
            case = self._thread_of(str(event.chain_id), handoff_id)
            if case is not None:
                self._tell_message(case, event)
            return None
        self._show(handoff_id)
        case = self._store.case(handoff_id)
        if event.type is EventType.HANDOFF_BREACHED and case is not None:
            self._say(case, f"event:{event.id}", LATE.get(event.facts.get("promise", ""), "It is late."))
        return None

    def _thread_of(self, chain: str, handoff_id: str) -> Case | None:
        """The thread of a handoff, or the one that its chain has, where that handoff has none, such as for advice."""
        for one in (handoff_id, self._store.conversation_of(chain)[1]):
            case = None if one is None else self._store.case(one)
            if case is not None and not case.facts.get("over"):
                return case
        return None

    def _tell_message(self, case: Case, event: Event) -> None:
        """Say in the thread what is said in the case, or that something was."""
        if event.type is EventType.MESSAGE_UNDELIVERED:
            return self._say(case, f"event:{event.id}", "A reply has not reached the customer yet.")
        actor = event.actor or ""
        is_customers = actor == CUSTOMER
        # A bot's answers are between it and the customer.
        if not is_customers and kind_of(actor) is not TargetKind.HUMAN:
            return None
        who = "The customer" if is_customers else self._people.called(actor)
        did = "wrote" if is_customers else "corrected a reply" if event.facts.get("corrects") else "replied"
        text = f"*{pages.escaped(who)}* {did}"
        if self._settings.words:
            try:
                said = self._client.memories.get(event.facts["message_id"]).content
            except NotFound:
                return None
            text = f"{text}:\n{pages.escaped(said)[: pages.BLOCK_CHARS]}"
        self._say(case, f"event:{event.id}", text)
        # What they answer when they are asked whether it is right stands in the brief from then on.
        return self._show(case.conversation) if is_customers else None

    def _show(self, handoff_id: str) -> None:
        """Let the thread's first message show how a case stands; begin a thread where it waits for people of one."""
        case = self._store.case(handoff_id)
        try:
            handoff = self._cases.handoff(handoff_id)
        except NotFound:
            return self._forget(case)
        channel = self._settings.channel_of(handoff.to)
        is_there = case is not None and (handoff.state not in pages.WAITING or case.facts["channel"] == channel)
        if case is not None and (is_there or channel is None):
            return self._renew(case, handoff)
        if channel is None or handoff.state not in pages.WAITING or handoff.mode is HandoffMode.CONSULT:
            return None
        if case is not None:
            self._api.update(case.facts["channel"], case.facts["ts"], *_gone_on(channel))
        return self._begin(handoff, channel)

    def _begin(self, handoff: HandoffWithBrief, channel: str) -> None:
        text, blocks = self._page(handoff)
        mark = f"thread:{handoff.id}:{channel}"
        ts = self._marks.once(
            mark,
            lambda: self._api.post(channel, text, mark, blocks=blocks),
            lambda: self._api.find(channel, mark),
        )
        facts = {"channel": channel, "ts": ts, "shown": _digest(text, blocks)}
        self._store.keep(Case(str(handoff.id), str(handoff.chain_id), facts))

    def _renew(self, case: Case, handoff: HandoffWithBrief) -> None:
        text, blocks = self._page(handoff)
        digest = _digest(text, blocks)
        if case.facts.get("shown") != digest:
            self._api.update(case.facts["channel"], case.facts["ts"], text, blocks)
        is_over = handoff.state in pages.OVER
        kept = {name: one for name, one in case.facts.items() if name != "held" or not is_over}
        self._store.keep(Case(case.conversation, case.chain, {**kept, "shown": digest, "over": is_over}))

    def _forget(self, case: Case | None) -> None:
        if case is not None:
            text = "This case was forgotten."
            self._api.update(case.facts["channel"], case.facts["ts"], text, [pages.section(text)])

    def _page(self, handoff: HandoffWithBrief) -> tuple[str, Blocks]:
        holder = self._people.called(handoff.holder) if handoff.holder else None
        target = self._people.called(handoff.to)
        return pages.shown(handoff, self._cases.note(handoff), holder, target, self._cases.link(handoff))

    def _say(self, case: Case, mark: str, text: str) -> None:
        """Say something in a thread, once."""
        channel, thread = case.facts["channel"], case.facts["ts"]
        self._marks.once(
            mark,
            lambda: self._api.post(channel, text, mark, thread=thread),
            lambda: self._api.find(channel, mark, thread=thread),
        )

    def _pressed(self, body: Mapping[str, Any], name: str, carried: str) -> None:
        """Open the form of a button, or do what needs none."""
        facts = read_json(carried.encode()) or {}
        if name in (SIGN, SIGN_ANYWAY):
            return self._sheets.sign(body, str(facts.get("sheet")), all_the_same=name == SIGN_ANYWAY)
        if name == CONFIRM:
            return self._wanted(body, TAKE, carried, {TYPED: str(facts.get("typed", ""))}, is_confirmed=True)
        case = self._store.case(str(facts.get("handoff")))
        if name not in FORMS or case is None or self._whispers.person(body, case) is None:
            return None
        form = pages.form(name, {"handoff": case.conversation}, str(facts.get("typed", "")))
        return self._api.open_form(body["trigger_id"], form)

    def _wanted(
        self, body: Mapping[str, Any], name: str, carried: str, typed: Mapping[str, str], *, is_confirmed: bool = False
    ) -> None:
        """Do what somebody wants, or tell them why it was not done."""
        facts, user = read_json(carried.encode()) or {}, body["user"]["id"]
        case = self._store.case(str(facts.get("handoff")))
        person = None if case is None else self._whispers.person(body, case)
        if case is None or person is None or name not in FORMS:
            return
        if name != TAKE and TYPED not in typed:
            self._whispers.say(case, user, "Nothing was done: nothing was written.")
            return
        # The same form or button twice, also after a kill, has the same key; what was corrected has another one.
        key = f"slack:{name}:{case.conversation}:{person}:{_digest(_which(body), sorted(typed.items()), is_confirmed)}"
        deed = Deed(case, person, typed, key, is_confirmed)
        try:
            self._deeds()[name](deed)
        except ReadBackContradicts as error:
            found = error.facts.get("contradictions", [])
            text, blocks = pages.contradicted(case.conversation, typed.get(TYPED, ""), found)
            self._whispers.say(case, user, text, blocks)
        except TAKEN:
            self._whispers.say(case, user, self._who_has(case.conversation))
        except (*REFUSED, NotTheirs) as error:
            self._whispers.say(case, user, f"That was not done. {pages.escaped(str(error))}")
        self._show(case.conversation)

    def _deeds(self) -> Mapping[str, Callable[[Deed], object]]:
        return {
            TAKE: self._take,
            REPLY: self._reply,
            CONSULT: self._consult,
            TRANSFER: self._transfer,
            RETURN: self._return,
            RESOLVE: self._resolve,
        }

    def _take(self, deed: Deed) -> None:
        started = self._client.handoffs.accept(
            deed.handoff,
            agent=deed.person,
            lean=True,
            wait=BRIEF_SECONDS,
            read_back=deed.typed.get(TYPED),
            confirm_read_back=deed.is_confirmed or None,
            idempotency_key=deed.key,
        )
        if started.claim is not None:
            # Kept before anything else happens: the token is told once.
            held = {"agent": deed.person, "token": started.claim.token}
            deed.case.facts["held"] = held
            self._store.keep(deed.case)

    def _reply(self, deed: Deed) -> None:
        text, handoff = deed.typed[TYPED], self._of_holder(deed)
        token = _token(deed)
        if token is not None:
            self._client.handoffs.reply(handoff.id, token=token, content=text, idempotency_key=deed.key)
            return
        # They took it over in the console, which has the token.
        self._client.chains.send(handoff.chain_id, text, external_id=deed.key, agent=deed.person, deliver=True)

    def _consult(self, deed: Deed) -> None:
        handoff = self._of_holder(deed)
        self._client.handoffs.request(
            handoff.target_session_id or "",
            to=deed.typed[TO],
            reason=deed.typed[TYPED],
            mode=HandoffMode.CONSULT,
            idempotency_key=deed.key,
        )

    def _transfer(self, deed: Deed) -> None:
        token, typed = self._token_of_holder(deed), deed.typed
        self._client.handoffs.transfer(deed.handoff, token=token, to=typed[TO], reason=typed[TYPED])

    def _return(self, deed: Deed) -> None:
        token = self._token_of_holder(deed)
        self._client.handoffs.give_back(deed.handoff, token=token, instruction=deed.typed[TYPED])

    def _resolve(self, deed: Deed) -> None:
        self._client.handoffs.resolve(deed.handoff, token=self._token_of_holder(deed), note=deed.typed[TYPED])

    def _of_holder(self, deed: Deed) -> HandoffWithBrief:
        """The handoff. Raises ``NotTheirs`` unless the one who wants something of it has it."""
        handoff = self._cases.handoff(deed.handoff)
        if handoff.holder != deed.person or handoff.state is not HandoffState.ACCEPTED:
            raise NotTheirs(self._who_has(deed.handoff))
        return handoff

    def _token_of_holder(self, deed: Deed) -> int:
        token, handoff = _token(deed), self._of_holder(deed)
        if token is None:
            raise NotTheirs(f"You took it over in the console: end it there, at {self._cases.link(handoff)}")
        return token

    def _who_has(self, handoff_id: str) -> str:
        handoff = self._cases.handoff(handoff_id)
        if handoff.state in pages.OVER:
            return "It is over by now."
        if handoff.holder:
            return f"{self._people.called(handoff.holder)} has it."
        return f"Nobody has it: it waits for {self._people.called(handoff.to)}."


def _token(deed: Deed) -> int | None:
    """The token with which somebody took a case over in Slack; None where they did not."""
    held = deed.case.facts.get("held") or {}
    return int(held["token"]) if held.get("agent") == deed.person else None


def _which(body: Mapping[str, Any]) -> str:
    """Which form or button it was."""
    view = body.get("view") or {}
    return str(view.get("id") or body.get("trigger_id"))


def _gone_on(channel: str) -> tuple[str, Blocks]:
    text = f"It went on to <#{channel}>."
    return text, [pages.section(text)]


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
