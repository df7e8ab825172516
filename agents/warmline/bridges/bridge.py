"""The bridge: what goes on between a desk and Warmline, one thing after the other in each conversation."""

import json
import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from warmline.bridges.cases import Cases, Held
from warmline.bridges.desk import (
    OPENING,
    CannotLook,
    Desk,
    Gate,
    Handover,
    Heard,
    Later,
    Message,
    Moved,
    Ours,
    Refused,
    Seen,
    State,
)
from warmline.bridges.marks import SETTLING, Marks
from warmline.bridges.store import BEGAN, FROM_DESK, KEPT_DAYS, OVERLAP, Case, Item, Store
from warmline.errors import NotFound, TimedOut
from warmline_schemas.customers.messages import correction_in
from warmline_schemas.events import Event, EventType
from warmline_schemas.memories import Memory
from warmline_schemas.targets import TargetKind, kind_of

logger = logging.getLogger("warmline.bridges")

TOLD = (
    EventType.MESSAGE_CREATED,
    EventType.HANDOFF_READY,
    EventType.HANDOFF_FAILED,
    EventType.HANDOFF_RETARGETED,
    EventType.HANDOFF_ESCALATED,
    EventType.HANDOFF_ACCEPTED,
    EventType.HANDOFF_REOPENED,
    EventType.HANDOFF_CLOSED,
    EventType.HANDOFF_CANCELLED,
)
"""What a bridge wants to hear from Warmline."""
# Seconds that a bot's answer waits for what a person said at the desk.
HEARING = 0.5

MESSAGE, NOTE = "warmline:", "warmline-note:"
"""What marks begin with, before the id of the message or of the handoff."""
LOOK = "look"
"""A step of a handover that is done once: what is seen later can be of the next one."""
SOMEBODY = "human:desk"
"""Who did something at the desk, where it does not say who."""
ENDED = {"resolved", "ended"}
"""What a handoff is closed as where the case has ended with it."""


class Overtaken(Refused):
    """A person was faster than an answer of the bot."""


class Bridge:
    """Does what the two sides send. Each conversation is worked on by one thread at a time."""

    told: ClassVar[Collection[EventType]] = TOLD

    def __init__(self, desk: Desk, gate: Gate, cases: Cases, store: Store, *, settling: float = SETTLING) -> None:
        self._desk = desk
        self._gate = gate
        self._cases = cases
        self._store = store
        self._marks = Marks(store, settling)

    def work(self, item: Item) -> None:
        """Do one thing. Raises ``Later`` and ``Refused``, and the errors of the SDK."""
        if item.source == FROM_DESK:
            for heard in self._desk.heard(item.body):
                self._hear(heard)
        else:
            self._tell(Event.model_validate(item.body), item)

    def missed(self, since: float) -> Iterator[Mapping[str, Any]]:
        """Return what the desk sent since a time, as it sent it. Raises ``CannotLook``."""
        return self._desk.missed(since)

    def conversation_of(self, event: Event) -> str | None:
        """Return the conversation of this desk that an event is about; None where it is about none."""
        if event.chain_id is None:
            return None
        chain = str(event.chain_id)
        is_known, conversation = self._store.conversation_of(chain)
        if is_known:
            return conversation
        # A chain of this bridge begins after the bridge; clocks of two machines differ by less than an hour.
        if event.at.timestamp() < (self._store.place(BEGAN) or 0.0) - 3600:
            return None
        conversation = self._cases.conversation_of(event.chain_id)
        self._store.note_chain(chain, conversation)
        return conversation

    def _hear(self, heard: Heard) -> None:
        if isinstance(heard, Ours):
            self._came_back(heard)
        elif isinstance(heard, Message):
            self._bring(heard)
        else:
            self._move(heard)

    def _came_back(self, heard: Ours) -> None:
        """What we said is at the desk: that is known now even where its answer was lost."""
        self._marks.came_back(heard.mark, heard.id)
        message = heard.mark.removeprefix(MESSAGE)
        case = self._store.case(heard.conversation)
        if case is not None and heard.delivery is not None and message != heard.mark:
            self._cases.report(case.chain, message, heard.delivery, problem=heard.problem, id=heard.id)

    def _bring(self, message: Message) -> None:
        case = self._case(message.conversation, message.customer, message.name)
        message = _in_order(message, case)
        # Whom it reaches depends on who has the case: what the desk gave back to the bot, the bot must hear.
        if message.seen.state is State.PENDING:
            self._see(case, message.seen)
        known = _is_after_return(message, case)
        takes_over = message.agent is not None and known is not False
        if message.agent is not None and takes_over:
            try:
                self._take(case, message.agent)
            except TimedOut as late:
                # The brief is not written yet. What is said must not wait for that, and the next words take it over.
                logger.warning("conversation %s: %s", case.conversation, late)
        try:
            received = self._cases.bring(case.chain, message, self._desk.load, takes_over=known)
        except NotFound:
            # The case was forgotten. What is said now is the first of another one.
            chain = self._cases.find_or_start(case.conversation, message.customer, message.name, after=case.chain)
            case = Case(case.conversation, chain)
            self._store.keep(case)
            received = self._cases.bring(chain, message, self._desk.load, takes_over=known)
        if str(received.chain_id) != case.chain:
            case = Case(case.conversation, str(received.chain_id), {"seen": case.facts.get("seen")})
        if message.place > (case.facts.get("last") or {"place": -1})["place"]:
            case.facts["last"] = {"place": message.place, "at": message.at.isoformat()}
        self._store.keep(case)
        self._see(case, message.seen)
        if takes_over and message.seen.state is State.PENDING:
            self._open_for_person(case)

    def _open_for_person(self, case: Case) -> None:
        """Open a conversation in which a person answered although it was a bot's.

        People look for what is theirs among what is open, and from there it can be given back.
        """
        try:
            # Who answers often resolves at once: that must stay.
            is_still = self._desk.seen(case.conversation).state is State.PENDING
        except (CannotLook, Refused) as error:
            return logger.debug("conversation %s is not looked at: %s", case.conversation, error)
        return self._move_desk(case, State.OPEN) if is_still else None

    def _case(self, conversation: str, customer: str, name: str | None) -> Case:
        case = self._store.case(conversation)
        if case is None:
            case = Case(conversation, self._cases.find_or_start(conversation, customer, name))
            self._store.keep(case)
        return case

    def _move(self, moved: Moved) -> None:
        case = self._store.case(moved.conversation)
        if case is None:
            # A conversation becomes a case with its first message; what was long ago is none.
            return
        person, held = moved.seen.person, _held(case)
        if moved.is_assigned and person is not None:
            self._take(case, person)
            if held is not None and held.agent != person and held == _held(case):
                self._hold(case, self._cases.pass_on(held, person) or held)
        self._see(case, moved.seen)

    def _see(self, case: Case, seen: Seen) -> None:
        """Follow the conversation into a state, unless a later one is known."""
        known = case.facts.get("seen") or {"state": None, "at": 0.0}
        if seen.at < known["at"]:
            return
        if seen.state != known["state"]:
            was = State(known["state"]) if known["state"] else seen.was
            if _is_given_back(seen.state, was):
                # Noted first: to follow can take long, and what a person said before can come meanwhile.
                self._note_back(case, seen.newest)
            self._follow(case, seen, was)
        case.facts["seen"] = {"state": seen.state, "at": seen.at, "delivers": seen.delivers}
        if seen.state is not State.PENDING:
            case.facts.pop("given_back", None)
        self._store.keep(case)

    def _follow(self, case: Case, seen: Seen, was: State | None) -> None:
        held = _held(case)
        # Who did it, the desk does not say: whoever has the conversation, as far as is known.
        person = (held and held.agent) or seen.person or SOMEBODY
        if seen.state is State.RESOLVED:
            self._cases.resolve(case.chain, held, person)
            self._hold(case, None)
        elif _is_given_back(seen.state, was):
            self._cases.give_back(case.chain, person)
            self._hold(case, None)
        elif seen.state is State.OPEN and was is State.RESOLVED:
            self._cases.reopen(case.chain, person, key=f"reopen:{case.conversation}:{seen.at}")
        elif seen.state is State.OPEN:
            why = "The conversation was opened for people at the desk"
            self._cases.hand_over(case.chain, why, key=f"open:{case.conversation}:{seen.at}")

    def _note_back(self, case: Case, newest: int | None) -> None:
        """Note behind which message a bot got the conversation: what a person said up to there takes nothing over."""
        if "given_back" not in case.facts:
            last = (case.facts.get("last") or {"place": -1})["place"]
            case.facts["given_back"] = last if newest is None else newest
            self._store.keep(case)

    def _take(self, case: Case, person: str) -> None:
        """Let a person at the desk have what waits for people, unless they are passing it on themselves.

        Until somebody takes it they speak, and the desk tells of them.
        """
        waiting = self._cases.owner(case.chain).waiting_handoff_id
        if waiting is None or self._cases.handoff(str(waiting)).source_agent == person:
            return
        held = self._cases.take(str(waiting), person)
        if held is not None:
            self._hold(case, held)

    def _hold(self, case: Case, held: Held | None) -> None:
        """Note what a person at the desk holds, before anything else happens: the token is told once."""
        case.facts["held"] = None if held is None else asdict(held)
        self._store.keep(case)

    def _tell(self, event: Event, item: Item) -> None:
        case = self._store.case(item.conversation)
        if case is None:
            case = Case(item.conversation, str(event.chain_id))
            self._store.keep(case)
        if event.type is EventType.MESSAGE_CREATED:
            self._deliver(case, str(event.chain_id), str(event.facts["message_id"]))
        elif event.type in {EventType.HANDOFF_CLOSED, EventType.HANDOFF_CANCELLED}:
            self._end(case, event)
        elif event.type in {EventType.HANDOFF_ACCEPTED, EventType.HANDOFF_REOPENED}:
            self._assign(case, event)
        else:
            self._hand_over(case, str(event.handoff_id), item)

    def _end(self, case: Case, event: Event) -> None:
        """Follow at the desk what ended in Warmline, unless the case goes on by now."""
        held = _held(case)
        if held is not None and held.handoff == str(event.handoff_id):
            self._hold(case, None)
        owner = self._cases.owner(case.chain)
        if owner.waiting_handoff_id is not None:
            return
        if event.type is EventType.HANDOFF_CANCELLED:
            is_bots = owner.agent is not None and kind_of(owner.agent) is TargetKind.AGENT
            self._move_desk(case, State.PENDING if is_bots else None)
        elif owner.session_id is None and event.facts.get("closed_as") in ENDED:
            self._move_desk(case, State.RESOLVED)

    def _move_desk(self, case: Case, state: State | None) -> None:
        known = (case.facts.get("seen") or {}).get("state")
        if state is not None and known != state:
            self._desk.move(case.conversation, state)
            self._look(case, state)

    def _look(self, case: Case, ours: State) -> None:
        """Look at a conversation that we just moved.

        A desk tells how a conversation is by then: that it was moved is never heard where somebody undid it at once.
        """
        try:
            seen = self._desk.seen(case.conversation)
        except (CannotLook, Refused) as error:
            if ours is State.PENDING:
                self._note_back(case, None)
            return logger.debug("conversation %s is not looked at: %s", case.conversation, error)
        if ours is State.PENDING:
            self._note_back(case, seen.newest)
        known = case.facts.get("seen") or {"at": 0.0}
        case.facts["seen"] = {**known, "state": ours}
        return self._see(case, seen)

    def _assign(self, case: Case, event: Event) -> None:
        """Give the conversation to who took the work over in the console, or has it again."""
        person, held = event.facts.get("to") or event.actor or "", _held(case)
        if kind_of(person) is not TargetKind.HUMAN or (held is not None and held.agent == person):
            return
        try:
            self._desk.assign(case.conversation, person)
        except Refused as refusal:
            logger.info("conversation %s: %s", case.conversation, refusal)

    def _deliver(self, case: Case, chain: str, message: str) -> None:
        """Bring the customer what was said to them, and report how far it got."""
        said, mark = self._cases.reply(message), f"{MESSAGE}{message}"
        # What was corrected or taken back before it was brought is not said any more: a correction is, behind it.
        if said is None or (not self._marks.knows(mark) and self._cases.is_corrected(said)):
            return
        try:
            id = self._once(mark, case, lambda: self._say(case, chain, said, mark))
        except Refused as refusal:
            self._cases.report(chain, message, "failed", problem=str(refusal)[:500])
            if isinstance(refusal, Overtaken):
                return
            raise
        state = "delivered" if (case.facts.get("seen") or {}).get("delivers") else "sent"
        self._cases.report(chain, message, state, id=id)

    def _once(self, mark: str, case: Case, say: Callable[[], str]) -> str:
        return self._marks.once(mark, say, lambda: self._desk.find(case.conversation, mark))

    def _say(self, case: Case, chain: str, said: Memory, mark: str) -> str:
        # Asked at the last moment, and before each attempt: two must not speak.
        if kind_of(said.agent or "") is TargetKind.AGENT:
            self._hear_first(case.conversation)
        why_not = self._cases.may_not_say(chain, said)
        if why_not is not None:
            raise Overtaken(why_not)
        file = self._cases.file_of(said)
        if file is not None:
            return self._desk.send_file(case.conversation, *file, mark)
        return self._desk.say(case.conversation, self._words(said), mark)

    def _words(self, said: Memory) -> str:
        """What the customer reads of a reply. A desk does not let a bot change what it said: a correction says that it
        is one, where they have what it corrects."""
        correction = correction_in(said.metadata)
        if correction is None:
            return said.content
        was_brought = self._marks.knows(f"{MESSAGE}{correction.of}") or self._cases.was_brought(str(correction.of))
        return f"{correction.lead}\n{said.content}" if was_brought else said.content

    def _hear_first(self, conversation: str) -> None:
        """Let a bot's answer wait until what people said at the desk is heard, also what was not sent to us."""
        # What was said before there was a bridge concerns no case; what was done longer ago the store has forgotten.
        since = max((self._store.place(BEGAN) or 0.0) - OVERLAP, time.time() - KEPT_DAYS * 86_400)
        is_heard = True
        try:
            for body in self._desk.said_by_people(conversation, since):
                taken = self._gate.take({}, body)
                if taken is not None:
                    self._store.add(taken.key, FROM_DESK, taken.conversation, json.dumps(body))
                    is_heard = is_heard and self._store.is_done(taken.key)
        except (CannotLook, Refused) as error:
            logger.debug("conversation %s is not looked at: %s", conversation, error)
        if not is_heard:
            raise Later("what a person said at the desk comes first", HEARING)

    def _hand_over(self, case: Case, handoff_id: str, item: Item) -> None:
        """Give the conversation to the people of the desk, with the brief as a note; or back to the bot."""
        handoff = self._cases.handoff(handoff_id)
        if self._cases.is_for_bot(handoff):
            self._cases.take_back(handoff_id)
        owner = self._cases.owner(case.chain)
        if owner.waiting_handoff_id is not None and str(owner.waiting_handoff_id) != handoff_id:
            # Whoever had this one has given it back, or passed it on.
            return
        if self._cases.is_with_an_agent(handoff, owner):
            self._move_desk(case, State.PENDING)
        handover = self._cases.told(handoff)
        if handover is not None:
            self._give_to_people(case, handover, item)

    def _give_to_people(self, case: Case, handover: Handover, item: Item) -> None:
        steps = set(item.steps)
        if (case.facts.get("seen") or {}).get("state") == State.OPEN:
            # Opened once more, it would stay open where somebody gave it back in this moment.
            steps.add(OPENING)

        def did(step: str) -> None:
            steps.add(step)
            self._store.stepped(item, steps)

        mark = f"{NOTE}{handover.id}"
        try:
            self._once(mark, case, lambda: self._desk.note(case.conversation, handover.note, mark))
        except Refused as refusal:
            # The customer must not wait for people because of a note.
            logger.warning("conversation %s has no note of handoff %s: %s", case.conversation, handover.id, refusal)
        self._desk.hand_over(case.conversation, handover, steps, did)
        if LOOK not in steps:
            self._look(case, State.OPEN)
            did(LOOK)
        # A person who answered before anything was handed over has it.
        owner = self._cases.owner(case.chain)
        if owner.agent and kind_of(owner.agent) is TargetKind.HUMAN:
            self._take(case, owner.agent)


def _in_order(message: Message, case: Case) -> Message:
    """The message with a time after that of the last one, where it was said later.

    A desk can tell whole seconds where it is asked, and more where it tells by itself: both come of one conversation.
    """
    last = case.facts.get("last")
    if last is None or message.place <= last["place"]:
        return message
    return replace(message, at=max(message.at, datetime.fromisoformat(last["at"]) + timedelta(milliseconds=1)))


def _is_given_back(state: State, was: State | None) -> bool:
    """Whether a bot got a conversation that people had."""
    return state is State.PENDING and was in {State.OPEN, State.SNOOZED}


def _is_after_return(message: Message, case: Case) -> bool | None:
    """Whether something was said after the conversation was given back to a bot; None where that is not noted."""
    returned = case.facts.get("given_back")
    return None if returned is None else bool(message.place > returned)


def _held(case: Case) -> Held | None:
    """What a person at the desk holds of a case."""
    held = case.facts.get("held")
    return Held(**held) if held else None
