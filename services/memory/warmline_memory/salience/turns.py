"""What the room reads and answers: turns, their statements, and the weights of a statement."""

from dataclasses import dataclass
from enum import StrEnum


class Speaker(StrEnum):
    """Whose words a turn holds. A person who helps speaks as an agent does."""

    CUSTOMER = "customer"
    AGENT = "agent"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said before the other went on, or a note."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence or clause of a turn: ``text`` is ``turns[turn].text[start:end]``."""

    turn: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Weights:
    """How likely a statement is each of these, 0 to 1. They do not exclude one another."""

    keep: float
    """A receiver needs it."""
    wish: float
    """The customer asks for something to be done."""
    offer: float
    """The agent proposes something that can be accepted."""
    consent: float
    """An offer, a proposal or a question for permission is accepted."""
    refusal: float
    """An offer, a proposal or a question for permission is declined."""
    promise: float
    """The speaker commits to do something for the other side."""
    rule: float
    """It must hold for whoever comes next: an allergy, a prohibition, what to do if."""
    question: float
    """It asks for information."""
    filler: float
    """Nothing is lost without it: a greeting, thanks, small talk."""
    feeling: float
    """The words show anger, worry or joy."""
    urgency: float
    """It is dangerous, or there is little time."""
    change: float
    """The customer wants something else than what they asked for before."""
