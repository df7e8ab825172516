"""The port of a help desk: what a desk tells a bridge, and what it does for one."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from warmline_schemas.customers.attachments import Attachment


class State(StrEnum):
    """The states of a conversation at a desk. In ``pending`` a bot speaks, in ``open`` people do."""

    PENDING = "pending"
    OPEN = "open"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Seen:
    """The state of a conversation, as something that came from the desk shows it."""

    state: State
    at: float
    """When the conversation was in it, in seconds since 1970: of two that come out of order the later one counts."""
    was: State | None = None
    """The state before, where the desk says so."""
    person: str | None = None
    """Who has the conversation at the desk, as ``human:NAME``."""
    delivers: bool = False
    """Whether what the desk takes for the customer has reached them with that."""
    newest: int | None = None
    """Where the newest message stood then, where the desk says so."""


@dataclass(frozen=True)
class File:
    """A file that a message brings, as it is at the desk."""

    id: str
    name: str
    kind: str
    """What the desk says of it, such as ``image``."""
    url: str
    """Where it is."""


@dataclass(frozen=True)
class Message:
    """Something that the customer said, or that a person said to them."""

    conversation: str
    id: str
    place: int
    """Where it stands among the desk's messages: what was said later has a higher number."""
    text: str
    at: datetime
    customer: str
    """The desk's own id of the customer."""
    agent: str | None
    """The person who said it, as ``human:NAME``; None for the customer."""
    seen: Seen
    metadata: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    """What the desk calls the customer."""
    files: Sequence[File] = ()


@dataclass(frozen=True)
class Ours:
    """Something of ours that the desk has: it brings back what we said, and says how far it got."""

    conversation: str
    mark: str
    id: str
    delivery: str | None = None
    """How far it got: ``sent``, ``delivered``, ``read`` or ``failed``; None where the desk does not say."""
    problem: str | None = None


@dataclass(frozen=True)
class Moved:
    """A conversation changed at the desk: its state, or who has it."""

    conversation: str
    seen: Seen
    is_assigned: bool = False
    """Whether somebody was given the conversation with this."""


Heard = Message | Ours | Moved

OPENING = "open"
"""The step of a handover that opens the conversation."""


@dataclass(frozen=True)
class Handover:
    """What a desk must know of work that goes to people."""

    id: str
    to: str
    urgency: str
    reason_code: str
    note: str
    """The brief, short, for the people at the desk alone."""
    facts: Mapping[str, str]
    """More of it by name, which a desk can show in fields of its own."""


class Later(Exception):
    """It cannot be done now, and must be tried again."""

    def __init__(self, why: str, seconds: float | None = None, *, was_sent: bool = False) -> None:
        super().__init__(why)
        self.seconds = seconds
        """How long to wait at least; None for the usual time."""
        self.was_sent = was_sent
        """Whether the desk may have done it all the same."""


class Refused(Exception):
    """The desk does not do this, and will not do it later either."""


class CannotLook(Exception):
    """The desk does not show us its history."""


class Desk(Protocol):
    """A help desk. What it is asked may raise ``Later`` and ``Refused``."""

    name: str
    """Its name and whose it is, such as ``chatwoot-1``: ids of the desk are unique behind it."""

    def heard(self, body: Mapping[str, Any]) -> Iterator[Heard]:
        """Read what the desk sent."""

    def missed(self, since: float) -> Iterator[Mapping[str, Any]]:
        """Return what happened since a time, as the desk would have sent it. Raises ``CannotLook``.

        Desks do not send again what nobody was there to take.
        """

    def said_by_people(self, conversation: str, since: float) -> Iterator[Mapping[str, Any]]:
        """Return what people said to the customer since a time, among the newest messages, as the desk would have
        sent it. Raises ``CannotLook``.
        """

    def seen(self, conversation: str) -> Seen:
        """Return the state of a conversation as it is now. Raises ``CannotLook``."""

    def say(self, conversation: str, text: str, mark: str) -> str:
        """Say something to the customer. ``mark`` comes back with it. Return the desk's id of the message."""

    def send_file(self, conversation: str, file: Attachment, content: bytes, mark: str) -> str:
        """Send the customer a file, as ``say`` does words."""

    def load(self, file: File) -> bytes:
        """Load a file of a message. Raises ``CannotLook`` where it cannot be had."""

    def note(self, conversation: str, text: str, mark: str) -> str:
        """Leave a note that only the people of the desk see. Return the desk's id of it."""

    def find(self, conversation: str, mark: str) -> str | None:
        """Return the id of what was said or noted with a mark; None where nothing was. Raises ``CannotLook``."""

    def hand_over(
        self, conversation: str, handover: Handover, done: Collection[str], did: Callable[[str], None]
    ) -> None:
        """Give a conversation to people, in steps: those that are ``done`` are left out, each other one is told to
        ``did`` once it is.
        """

    def assign(self, conversation: str, person: str) -> None:
        """Give a conversation to a person, as ``human:NAME``. Raises ``Refused`` where the desk has no such person."""

    def move(self, conversation: str, state: State) -> None:
        """Set the state of a conversation."""


@dataclass(frozen=True)
class Taken:
    """A webhook that is to be worked on."""

    key: str
    conversation: str


class Gate(Protocol):
    """What a desk's webhooks pass before they are taken in."""

    def check(self, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether there is such a path. Raises ``InvalidSignature``."""

    def read(self, body: bytes) -> Mapping[str, Any] | None:
        """Return what a webhook holds; None where it cannot be read."""

    def take(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Taken | None:
        """Return what a webhook is about; None where it is nothing for the bridge."""

    def answer(self, body: Mapping[str, Any], *, is_new: bool) -> Mapping[str, Any] | None:
        """Return what is answered to a webhook that was taken in; None for an empty answer."""


def read_json(body: bytes) -> Mapping[str, Any] | None:
    """Return the JSON object that a webhook is; None where it is none."""
    try:
        parsed = json.loads(body)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
