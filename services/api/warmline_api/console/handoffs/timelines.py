"""Timelines: events as sentences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from warmline_api.console.languages import _, marked
from warmline_api.console.shell import target, words
from warmline_schemas.customers.messages import WITHDRAWN
from warmline_schemas.events import Event, EventType

PLATFORM = "Warmline"

DEEDS: Mapping[EventType, tuple[str, str]] = {
    EventType.SESSION_STARTED: (marked("began a session"), "dot"),
    EventType.SESSION_ENDED: (marked("ended the session"), "ring"),
    EventType.SESSION_RESUMED: (marked("opened the session again"), "ring"),
    EventType.HANDOFF_REQUESTED: (marked("asked for a handoff to {queue}"), "arrow"),
    EventType.HANDOFF_EDITED: (marked("changed the draft"), "draft"),
    EventType.HANDOFF_CONFIRMED: (marked("approved the draft"), "check"),
    EventType.HANDOFF_CANCELLED: (marked("called the handoff off"), "cross"),
    EventType.HANDOFF_OFFERED: (marked("offered it to {offered_to}"), "hand"),
    EventType.HANDOFF_DECLINED: (marked("declined it"), "cross"),
    EventType.HANDOFF_CLAIMED: (marked("reserved it"), "hand"),
    EventType.HANDOFF_RELEASED: (marked("put it back in {queue}"), "back"),
    EventType.HANDOFF_ACCEPTED: (marked("took it over"), "check"),
    EventType.HANDOFF_INFO_REQUESTED: (marked("asked for what is missing"), "question"),
    EventType.HANDOFF_INFO_GIVEN: (marked("answered the question"), "quote"),
    EventType.HANDOFF_RETARGETED: (marked("transferred it to {to}"), "arrow"),
    EventType.HANDOFF_ESCALATED: (marked("escalated it to level {level}"), "up"),
    EventType.HANDOFF_FIRST_REPLY: (marked("replied to the customer for the first time"), "quote"),
    EventType.MESSAGE_RECEIVED: (marked("wrote"), "quote"),
    EventType.MESSAGE_CREATED: (marked("replied"), "quote"),
    EventType.MESSAGE_DELIVERY: (marked("heard from the channel: {delivery}"), "arrow"),
    EventType.SPEAKER_CHANGED: (marked("let {speaker} speak to the customer"), "hand"),
    EventType.HANDOFF_SNOOZED: (marked("snoozed it"), "moon"),
    EventType.HANDOFF_WOKEN: (marked("ended the snooze"), "sun"),
    EventType.HANDOFF_CLOSED: (marked("closed it: {closed_as}"), "check"),
    EventType.HANDOFF_REOPENED: (marked("undid that it had gone on; {to} has it again"), "back"),
    EventType.HANDOFF_RATED: (marked("said how it was"), "quote"),
    EventType.BRIEF_FLAGGED: (marked("flagged a line of the brief"), "flag"),
}
"""What somebody did, and the sign of it. What stands in braces is a fact of the event."""
CORRECTED, WITHDREW = marked("corrected a reply"), marked("withdrew a reply")
FINDINGS: Mapping[EventType, tuple[str, str]] = {
    EventType.HANDOFF_DRAFTED: (marked("A draft was written; it waits for approval"), "draft"),
    EventType.HANDOFF_READY: (marked("The brief was written; it waits in {queue}"), "bell"),
    EventType.HANDOFF_FAILED: (marked("The brief could not be written"), "failed"),
    EventType.HANDOFF_NOBODY_THERE: (marked("Nobody was available in {queue}"), "pause"),
    EventType.HANDOFF_OFFERED: (marked("It was offered to {offered_to}"), "hand"),
    EventType.HANDOFF_OFFER_LAPSED: (marked("The offer was not answered in time"), "hourglass"),
    EventType.HANDOFF_LAPSED: (marked("The reservation of {actor} ran out"), "hourglass"),
    EventType.HANDOFF_INFO_OVERDUE: (marked("The question was not answered in time"), "hourglass"),
    EventType.HANDOFF_RETARGETED: (marked("It was sent on to {to}"), "arrow"),
    EventType.HANDOFF_REDIRECTED: (marked("It was sent to {queue} instead"), "back"),
    EventType.HANDOFF_ESCALATED: (marked("Escalated to level {level}"), "up"),
    EventType.HANDOFF_BREACHED: (marked("{promise} is late"), "clock"),
    EventType.HANDOFF_STALLED: (marked("Nothing has happened for too long"), "pause"),
    EventType.HANDOFF_WOKEN: (marked("The snooze ended"), "sun"),
    EventType.MESSAGE_UNDELIVERED: (marked("No channel has delivered a reply yet"), "failed"),
    EventType.ATTACHMENT_CHECKED: (marked("The scanner looked at a file: {found}"), "check"),
}
"""What happened by itself; a type that is among the deeds too, where nobody is named."""
TROUBLES = {
    EventType.HANDOFF_FAILED,
    EventType.HANDOFF_BREACHED,
    EventType.HANDOFF_STALLED,
    EventType.HANDOFF_LAPSED,
    EventType.HANDOFF_INFO_OVERDUE,
    EventType.HANDOFF_NOBODY_THERE,
    EventType.HANDOFF_REDIRECTED,
    EventType.MESSAGE_UNDELIVERED,
    EventType.BRIEF_FLAGGED,
}
PROMISES = {"accept": marked("Taking over"), "first_reply": marked("First reply"), "resolve": marked("Solving")}
CODES = {
    "ping_pong": marked("it had gone to and fro between the same two"),
    "hop_budget": marked("it had been handed over too often"),
    "wait": marked("it waits"),
    "callback": marked("the customer is promised a callback"),
    "next_level": marked("it goes one level up"),
    "back_to_source": marked("it goes back to who handed it over"),
}
"""What the codes of causes and policies mean."""
DETAILS = ("reason", "why", "policy", "problem")
"""The facts that are shown beside the sentence. What somebody wrote stays as they wrote it."""
OWN_WORDS = {"why", "policy"}
"""Those of them that the platform writes: codes, and sentences in which targets are named."""
MOST_CHARS = 200

Words = Callable[[str], str]
"""What people call a target; what they say instead of a sentence of the platform's."""


class _Facts(dict[str, str]):
    """What is known of an event; what is not is left open."""

    def __missing__(self, name: str) -> str:
        return "…"


@dataclass(frozen=True)
class Entry:
    """An event as its timeline shows it. ``who`` did it; empty where ``phrase`` is a whole sentence. ``details`` are
    what else is known, in words; ``until`` is when it ends."""

    event: Event
    who: str
    phrase: str
    sign: str
    is_trouble: bool
    details: Sequence[str]
    until: datetime | None


def in_words(event: Event, called: Words = target, worded: Words = str) -> Entry:
    """An event in words: `Ines Weber` `reserved it`."""
    # Some findings name an actor, such as the holder of a claim that has run out, who did nothing.
    is_finding = event.type in FINDINGS and (event.actor is None or event.type not in DEEDS)
    # An event of a type that a later version adds is still shown, by the words of its code.
    unknown = (words(event.type.partition(".")[2]), "dot")
    phrase, sign = (FINDINGS if is_finding else DEEDS).get(event.type, unknown)
    if event.facts.get("corrects"):
        phrase = CORRECTED
    elif event.facts.get("delivery") == WITHDRAWN:
        phrase = WITHDREW
    until = event.facts.get("until")
    return Entry(
        event=event,
        who="" if is_finding else called(event.actor) if event.actor else PLATFORM,
        phrase=_(phrase).format_map(_facts(event, called)),
        sign=sign,
        is_trouble=event.type in TROUBLES,
        details=[
            _detail(event.type, name, str(fact), worded)
            for name, fact in event.facts.items()
            if name in DETAILS and fact
        ],
        until=datetime.fromisoformat(str(until)) if until else None,
    )


def _detail(type: str, name: str, fact: str, worded: Words) -> str:
    if type == EventType.SESSION_ENDED:
        return words(fact)[:MOST_CHARS]
    if name not in OWN_WORDS:
        return fact[:MOST_CHARS]
    known = CODES.get(fact)
    return (_(known) if known else worded(fact))[:MOST_CHARS]


def _facts(event: Event, called: Words) -> _Facts:
    known = _Facts({name: words(str(fact)) for name, fact in event.facts.items() if fact is not None})
    known |= {name: called(str(event.facts[name])) for name in ("to", "offered_to", "speaker") if event.facts.get(name)}
    if "promise" in known:
        promise = PROMISES.get(str(event.facts["promise"]))
        known["promise"] = _(promise) if promise else known["promise"]
    known |= {
        "actor": called(event.actor or PLATFORM),
        "queue": called(event.queue) if event.queue else _("its target"),
    }
    return known
