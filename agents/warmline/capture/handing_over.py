"""Handing over: what is said and done in a session to hand itself over is no part of its work."""

import re
from collections.abc import Iterator, Sequence

from warmline.capture.actions import SHELL
from warmline.capture.events import Event, Said, Speaker, Used

OURS = re.compile(r"^(?:\S*/)?warmline\s+(?:handoffs?|resume|capture|hooks?)\b")
DECIDING = re.compile(r"\bhandoffs?\s+(?:review|confirm|cancel)\b")


def work_of(events: Sequence[Event]) -> list[Event]:
    """The events without the account, the draft and what the person decided about it.

    Of a turn that runs our command all that the model says from there on is left out; of one that does nothing but
    decide about a draft, such as *Confirm it*, the person's words are too.
    """
    return [event for turn in _turns(events) for event in _work_of_turn(turn)]


def _turns(events: Sequence[Event]) -> Iterator[list[Event]]:
    turn: list[Event] = []
    for event in events:
        if isinstance(event, Said) and event.by is Speaker.PERSON and turn:
            yield turn
            turn = []
        turn.append(event)
    yield turn


def _work_of_turn(turn: list[Event]) -> list[Event]:
    ours = [at for at, event in enumerate(turn) if _is_ours(event)]
    if not ours:
        return turn
    used = [event for event in turn if isinstance(event, Used)]
    if all(_is_ours(event) and DECIDING.search(_command(event)) for event in used):
        return []
    later = [event for event in turn[ours[0] :] if isinstance(event, Used) and not _is_ours(event)]
    return [*turn[: ours[0]], *later]


def _is_ours(event: Event) -> bool:
    return isinstance(event, Used) and event.name == SHELL and OURS.match(_command(event)) is not None


def _command(event: Used) -> str:
    return str(event.arguments.get("command", "")).strip()
