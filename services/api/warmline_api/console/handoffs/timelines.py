"""Timelines: events as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warmline_api.console.shell import target, words
from warmline_schemas.events import Event, EventType

PLATFORM = "Warmline"

PHRASES: Mapping[EventType, tuple[str, str]] = {
    EventType.SESSION_STARTED: ("began a session", "dot"),
    EventType.SESSION_ENDED: ("ended the session", "ring"),
    EventType.HANDOFF_REQUESTED: ("asked for a handoff to {queue}", "arrow"),
    EventType.HANDOFF_DRAFTED: ("wrote a draft, which waits for a review", "draft"),
    EventType.HANDOFF_EDITED: ("changed the draft", "draft"),
    EventType.HANDOFF_CONFIRMED: ("read the draft and confirmed it", "check"),
    EventType.HANDOFF_READY: ("finished the brief, which waits for {queue}", "bell"),
    EventType.HANDOFF_FAILED: ("could not write the brief", "failed"),
    EventType.HANDOFF_CANCELLED: ("called the handoff off", "cross"),
    EventType.HANDOFF_NOBODY_THERE: ("found nobody there at {queue}", "pause"),
    EventType.HANDOFF_OFFERED: ("offered it to {offered_to}", "hand"),
    EventType.HANDOFF_OFFER_LAPSED: ("let the offer lapse", "hourglass"),
    EventType.HANDOFF_DECLINED: ("declined it", "cross"),
    EventType.HANDOFF_CLAIMED: ("claimed it", "hand"),
    EventType.HANDOFF_RELEASED: ("gave it back to {queue}", "back"),
    EventType.HANDOFF_LAPSED: ("let the claim lapse", "hourglass"),
    EventType.HANDOFF_ACCEPTED: ("took the work over", "check"),
    EventType.HANDOFF_INFO_REQUESTED: ("asked the source for what is missing", "question"),
    EventType.HANDOFF_INFO_GIVEN: ("answered what was asked", "quote"),
    EventType.HANDOFF_INFO_OVERDUE: ("got no answer in time", "hourglass"),
    EventType.HANDOFF_RETARGETED: ("sent it on to {to}", "arrow"),
    EventType.HANDOFF_REDIRECTED: ("sent it to {queue} instead, for the chain went in circles", "back"),
    EventType.HANDOFF_ESCALATED: ("raised it to level {level}", "up"),
    EventType.HANDOFF_BREACHED: ("saw a promise broken", "clock"),
    EventType.HANDOFF_STALLED: ("saw nothing happen for too long", "pause"),
    EventType.HANDOFF_FIRST_REPLY: ("replied to the customer for the first time", "quote"),
    EventType.HANDOFF_SNOOZED: ("set it aside", "moon"),
    EventType.HANDOFF_WOKEN: ("took it up again", "sun"),
    EventType.HANDOFF_CLOSED: ("closed it: {closed_as}", "check"),
    EventType.BRIEF_FLAGGED: ("flagged a line of the brief", "flag"),
}
"""What somebody did, and the sign of it. What stands in braces is a fact of the event."""
BY_THE_PLATFORM = {
    EventType.HANDOFF_DRAFTED,
    EventType.HANDOFF_READY,
    EventType.HANDOFF_FAILED,
    EventType.HANDOFF_LAPSED,
    EventType.HANDOFF_OFFER_LAPSED,
    EventType.HANDOFF_NOBODY_THERE,
    EventType.HANDOFF_BREACHED,
    EventType.HANDOFF_STALLED,
}
"""Events that the platform causes, although some of them name an actor."""
TROUBLES = {
    EventType.HANDOFF_FAILED,
    EventType.HANDOFF_BREACHED,
    EventType.HANDOFF_STALLED,
    EventType.HANDOFF_LAPSED,
    EventType.HANDOFF_INFO_OVERDUE,
    EventType.HANDOFF_NOBODY_THERE,
    EventType.HANDOFF_REDIRECTED,
    EventType.BRIEF_FLAGGED,
}
DETAILS = ("reason", "why", "policy", "problem", "promise", "until")
"""The facts that are shown beside the sentence."""
MOST_CHARS = 200


class _Facts(dict[str, str]):
    """What is known of an event; what is not is left open."""

    def __missing__(self, name: str) -> str:
        return "…"


@dataclass(frozen=True)
class Entry:
    """An event as its timeline shows it: who did what; ``details`` are what else is known, by name."""

    event: Event
    who: str
    phrase: str
    sign: str
    is_trouble: bool
    details: Sequence[tuple[str, str]]


def in_words(event: Event) -> Entry:
    """An event in words: `ines` `claimed it`."""
    # An event of a type that a later version adds is still shown, by the words of its code.
    phrase, sign = PHRASES.get(event.type, (words(event.type.partition(".")[2]), "dot"))
    known = _Facts({name: words(str(fact)) for name, fact in event.facts.items() if fact is not None})
    known |= {name: target(str(event.facts[name])) for name in ("to", "offered_to") if event.facts.get(name)}
    known["queue"] = target(event.queue) if event.queue else "its target"
    # Some of these events have an actor, such as the holder of a claim that has lapsed. That agent did nothing: the
    # platform found it, and so the sentence is about the platform.
    by_itself = event.actor is None or event.type in BY_THE_PLATFORM
    return Entry(
        event=event,
        who=PLATFORM if by_itself else target(str(event.actor)),
        phrase=phrase.format_map(known),
        sign=sign,
        is_trouble=event.type in TROUBLES,
        details=[(name, str(event.facts[name])[:MOST_CHARS]) for name in DETAILS if event.facts.get(name)],
    )
