"""Keeping: the events of a transcript become memories of a session, each once, whoever sends them and how often."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warmline.capture import git
from warmline.capture.events import Event, Said, Transcript
from warmline.client import Warmline
from warmline.errors import SessionEnded
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import Session, SessionState

TRANSCRIPT = "transcript"
"""The member of a session's metadata that says which transcript it is of, such as `claude-code:2f1c…`."""
GIT = "git"
MOST_AT_ONCE, MOST_BYTES = 200, 1_000_000
"""So many events, or so many bytes of them, are sent in one request."""


@dataclass(frozen=True)
class Place:
    """Where sessions of a folder's coding agents are kept."""

    folder: Path
    namespace: str
    agent: str


def place_of(folder: Path, tool: str, namespace: str | None = None, agent: str | None = None) -> Place:
    """Work out where a folder's sessions belong: the namespace is `code/` and the name of its project."""
    name = re.sub(r"[^A-Za-z0-9_.+-]", "-", git.project(folder))
    return Place(folder, namespace or f"code/{name}", agent or tool)


class Keeper:
    """Sends the events of one transcript to its session, and starts that where there is none.

    A session that was handed over takes nothing more. What comes afterwards goes to another session of the transcript.
    """

    def __init__(self, client: Warmline, place: Place, transcript: Transcript) -> None:
        self._client, self._place = client, place
        self._name = f"{transcript.tool}:{transcript.id}"
        self._tool = transcript.tool
        # Whoever works on another branch of the code does not see what is kept here unless they ask.
        self._branch = git.branch_of(place.folder)
        self._session: Session | None = None
        self._known: set[str] = set()
        self._sessions: list[Session] = []
        self._look()

    @property
    def session(self) -> Session | None:
        """The open session of the transcript, if there is one."""
        return self._session

    def keep(self, transcript: Transcript) -> int:
        """Send what is new, and say how many events that were. Raises the errors of ``warmline.errors``.

        What the person went back from since it was kept is forgotten, unless it was handed over already.
        """
        self._forget(transcript.taken_back)
        new = [event for event in transcript.events if event.id not in self._known]
        for part in _parts(new):
            try:
                self._send(part)
            except SessionEnded:
                # It was handed over since it was looked up.
                self._look()
                self._send([event for event in part if event.id not in self._known])
        return len(new)

    def note_git(self, transcript: Transcript) -> None:
        """Note in the session where the code is."""
        facts = git.facts(self._place.folder, transcript.started)
        if facts is not None and self._session is not None:
            self._session = self._client.sessions.resume(self._session.id, {GIT: facts.as_metadata()})

    def started(self) -> Session:
        """The open session of the transcript, started where there is none."""
        if self._session is None:
            # Two processes that start at the same time get one session: the key is the same. A transcript that is
            # captured into another namespace as well has another one there.
            namespace = hashlib.sha256(self._place.namespace.encode()).hexdigest()[:16]
            key = f"capture/{namespace}/{self._name}/{len(self._sessions) + 1}"
            self._session = self._client.sessions.start(
                self._place.namespace, self._place.agent, {TRANSCRIPT: self._name}, idempotency_key=key
            )
        return self._session

    def _look(self) -> None:
        found = self._client.sessions.list(namespace=self._place.namespace, metadata={TRANSCRIPT: self._name})
        self._sessions = list(found)
        self._session = next((one for one in self._sessions if one.state is SessionState.OPEN), None)
        for session in self._sessions:
            memories = self._client.memories.list(session_id=session.id, page_size=200)
            self._known |= {event_id_of(one) for one in memories if one.external_id}

    def _send(self, events: Sequence[Event]) -> None:
        if events:
            messages = [message for event in events for message in as_messages(event, self._tool, self._branch)]
            self._client.sessions.remember_messages(self.started().id, messages)
            self._known |= {event.id for event in events}

    def _forget(self, event_ids: set[str]) -> None:
        gone = self._known & event_ids
        if gone and self._session is not None:
            for memory in list(self._client.memories.list(session_id=self._session.id, page_size=200)):
                if event_id_of(memory) in gone:
                    self._client.memories.forget(memory.id)
        self._known -= gone


def event_id_of(memory: Memory) -> str:
    """The id of the event that a memory keeps; empty where it keeps none."""
    return (memory.external_id or "").removeprefix("tool:")


def as_messages(event: Event, tool: str, branch: str | None = None) -> list[dict[str, Any]]:
    """An event in the shape that sessions take. `captured` has secrets hidden before anything is stored."""
    about: Mapping[str, Any] = {
        "metadata": {"captured": tool, **({"branch": branch} if branch else {})},
        **({"event_time": event.at.isoformat()} if event.at else {}),
    }
    if isinstance(event, Said):
        return [{"role": event.by.value, "content": event.text, "external_id": event.id, **about}]
    call = {"type": "function_call", "call_id": event.id, "name": event.name, "arguments": dict(event.arguments)}
    result = {"type": "function_call_output", "call_id": event.id, "output": event.result, "outcome": event.outcome}
    return [{**call, **about}, {**result, **about}]


def _parts(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Cut events into parts that fit a request."""
    part: list[Event] = []
    size = 0
    for event in events:
        bytes_of = len(json.dumps(as_messages(event, ""), default=str))
        if part and (len(part) >= MOST_AT_ONCE or size + bytes_of > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(event)
        size += bytes_of
    if part:
        yield part
