"""Conversations: what a visitor and their case say to each other, and how the case stands. The platform keeps it all.

A visitor's namespace has their id in it, so that the mapping from visitor to case is the platform's own: a restart
loses nothing, and no visitor can name another one's case.
"""

import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from warmline.asynchronous import AsyncWarmline
from warmline.errors import ConversationOwned, Forbidden, InvalidRequest, NotFound
from warmline.web_chat.bots import Who
from warmline_schemas.customers.messages import WITHDRAWN, ReceivedMessage, ReplyState, correction_in
from warmline_schemas.events import EventType
from warmline_schemas.memories import Memory, Role
from warmline_schemas.targets import TargetKind, kind_of, name_of

CHANNEL = "web-chat"
NAMED_BY = 4
"""By so many characters of their id operators tell visitors apart who have not said their name."""
WRITTEN, ANSWERED, REPLIED = "chat:in:", "chat:bot:", "chat:out:"
"""What external ids begin with: of what visitors write, what the bot answers, and of people's replies once sent."""
SAID = ("message", "attachment")
"""The kinds of what is said: words, and files."""
MOST_SHOWN = 500
"""How many messages a page begins with at most; the newest."""
NAME_SECONDS = 60.0
RECAP = "recap"
"""What the platform itself says has this in its metadata."""
AUTOMATIC = {
    "en": "Automatic message",
    "de": "Automatische Nachricht",
    "es": "Mensaje automático",
    "ar": "رسالة آلية",
    "ja": "自動メッセージ",
}
"""From whom that is, in the languages of the page: from nobody who works here, and not from the bot."""


@dataclass(frozen=True)
class Written:
    """What a visitor wrote, under the id that their browser gave it."""

    id: str
    text: str | None
    language: str
    file: tuple[str, bytes] | None = None
    """The name and the bytes of a file, in place of a text."""


@dataclass(frozen=True)
class Message:
    """A message as a browser shows it."""

    id: str
    who: Who
    name: str | None
    text: str
    language: str | None
    at: datetime
    written_as: str | None
    """The browser's id of what the visitor wrote."""
    is_reply: bool
    """Whether somebody waits to hear how far it got."""
    corrects: str | None
    """The message in whose place it stands, with other words."""
    file: dict[str, Any] | None
    """The name and the type of a file, where it is one."""
    is_sent: bool
    """Whether nobody needs to hear that it is on its way: they have, or it is the bot's."""


@dataclass(frozen=True)
class Case:
    """How a visitor's case stands."""

    who: Who | None = None
    """Who speaks; None while nobody does."""
    name: str | None = None
    waiting: bool = False
    """Whether a person is awaited."""
    estimated_seconds: float | None = None
    opens_at: datetime | None = None
    closed: bool = False


class Conversations:
    """The conversations of all visitors, in the namespaces ``prefix/VISITOR``; ``agent`` is the bot's name."""

    def __init__(self, client: AsyncWarmline, *, agent: str, prefix: str) -> None:
        self._client = client
        self._prefix = f"{prefix}/"
        self._names: dict[str, tuple[float, str | None]] = {}
        self.agent = agent

    def namespace(self, visitor: str) -> str:
        """Whose memories a visitor's are."""
        return f"{self._prefix}{visitor}"

    def visitor_in(self, namespace: str | None) -> str | None:
        """The visitor whose namespace this is; None where it is none of ours."""
        is_ours = namespace is not None and namespace.startswith(self._prefix)
        return namespace.removeprefix(self._prefix) if is_ours and namespace is not None else None

    async def newest_chain(self, visitor: str) -> UUID | None:
        """The chain of the visitor's case, which is the newest; None where they have not written yet."""
        chains = await self._chains(visitor)
        return chains[0] if chains else None

    async def receive(self, visitor: str, written: Written) -> ReceivedMessage:
        """Bring what a visitor wrote to their case, which begins with it where there is none."""
        chain = await self.newest_chain(visitor) or await self._begin(visitor, written.language)
        external_id, files = f"{WRITTEN}{written.id}", None
        if written.file is not None:
            name, content = written.file
            whose = self.namespace(visitor)
            kept = await self._client.attachments.upload(content, namespace=whose, name=name, external_id=external_id)
            files = [kept.id]
        return await self._client.chains.send(
            chain,
            written.text,
            external_id=external_id,
            attachments=files,
            metadata={"channel": CHANNEL, "language": written.language},
        )

    async def note_typing(self, visitor: str) -> None:
        """Let whoever has the visitor's case know that they are typing."""
        chain = await self.newest_chain(visitor)
        if chain is not None:
            await self._client.chains.note_typing(chain)

    async def file(self, visitor: str, message_id: UUID) -> bytes | None:
        """The bytes of a file that was said in the visitor's case; None where there is none. What colleagues keep for
        themselves is nobody's words, and is none."""
        try:
            memory = await self._client.memories.get(message_id)
            about = _file_of(memory)
            if memory.namespace != self.namespace(visitor) or about is None or memory.role is None:
                return None
            return await self._client.attachments.read(about["id"])
        except (NotFound, InvalidRequest):
            return None

    async def say(self, chain: UUID, text: str, *, answers: object, language: str) -> bool:
        """Say something as the bot: once, for what it answers; False where the bot does not speak any more."""
        metadata = {"channel": CHANNEL, "language": language}
        external_id = f"{ANSWERED}{answers}"
        try:
            await self._client.chains.send(
                chain, text, external_id=external_id, agent=self.agent, deliver=True, metadata=metadata
            )
        except ConversationOwned:
            # A person may have taken over while the bot was thinking.
            return False
        return True

    async def since(self, visitor: str, after: int) -> tuple[list[Message], int]:
        """What was said after the event of this number, and the number of the last one. From 0 on, it is all."""
        said: dict[UUID, EventType] = {}
        chains = await self._chains(visitor)
        if not chains:
            return [], after
        types = (EventType.MESSAGE_RECEIVED, EventType.MESSAGE_CREATED)
        begin = after
        async for event in self._client.events.list(after=after, chain_id=chains, types=types):
            said[UUID(event.facts["message_id"])] = event.type
            after = event.sequence
        memories = [one async for one in self._one_by_one(said)] if begin else await self._all(visitor, said)
        places = await self._places(memories)
        corrected = {of for of, _ in places.values()}
        shown = [
            await self._message(one, is_reply=self._is_reply(one, said), place=places.get(one.id))
            for one in memories
            # What was corrected is said in other words by what comes with it, or will come.
            if one.id not in corrected and WITHDRAWN not in one.metadata
        ]
        return shown if begin else sorted(shown, key=lambda one: one.at), after

    async def case(self, visitor: str) -> Case:
        """How the visitor's case stands now."""
        chain = await self.newest_chain(visitor)
        if chain is None:
            return Case()
        owner = await self._client.chains.owner(chain)
        who, name = await self._called(owner.agent) if owner.agent else (None, None)
        if owner.waiting_handoff_id is None:
            return Case(who, name, closed=owner.agent is None)
        handoff = await self._client.handoffs.get(owner.waiting_handoff_id)
        if kind_of(handoff.to) is TargetKind.AGENT:
            return Case(who, name)
        standing = await self._client.queues.standing_of(handoff.id)
        return Case(who, name, True, standing.estimated_seconds, standing.opens_at)

    async def report(self, visitor: str, message_ids: Iterable[str], state: ReplyState) -> None:
        """Report how far replies got. What is no reply of this visitor's case changes nothing."""
        chains = await self._chains(visitor)
        for message_id in message_ids:
            for chain in chains:
                try:
                    await self._client.chains.report_delivery(
                        chain, message_id, state, external_id=f"{REPLIED}{message_id}"
                    )
                    break
                except NotFound:
                    continue

    async def _chains(self, visitor: str) -> list[UUID]:
        """The visitor's chains, newest first."""
        sessions = self._client.sessions.list(namespace=self.namespace(visitor), page_size=200)
        return list(dict.fromkeys([one.chain_id async for one in sessions]))

    async def _begin(self, visitor: str, language: str) -> UUID:
        spoken, *subtags = language.split("-")
        # Operators see whom they answer. Whoever learns the visitor's name can give it to the customer.
        await self._client.customers.make(
            namespace=self.namespace(visitor),
            ids=[{"channel": CHANNEL, "id": visitor}],
            display_name=f"Visitor {visitor[-NAMED_BY:]}",
            language="-".join([spoken.lower(), *subtags]),
        )
        # Two first messages at once, or two processes, begin one case: by the key the second gets the first's session.
        key = f"web-chat-{self.namespace(visitor)}"
        metadata = {"channel": CHANNEL}
        begin = self._client.sessions.start
        began = await begin(self.namespace(visitor), self.agent, metadata, idempotency_key=key)
        try:
            await self._client.sessions.get(began.id)
        except NotFound:
            # The answer was remembered, and what it began has been forgotten since.
            began = await begin(self.namespace(visitor), self.agent, metadata)
        return began.chain_id

    async def _one_by_one(self, said: Iterable[UUID]) -> AsyncIterator[Memory]:
        for memory_id in said:
            try:
                yield await self._client.memories.get(memory_id)
            except NotFound:
                continue  # forgotten since

    async def _all(self, visitor: str, said: dict[UUID, EventType]) -> list[Memory]:
        """All that was said, in its order. A tenant may not keep events for as long as messages: then marks tell."""
        found: list[Memory] = []
        async for one in self._client.memories.list(namespace=self.namespace(visitor), kind=SAID, page_size=200):
            if one.id in said or one.role is Role.USER or (one.external_id or "").startswith((ANSWERED, REPLIED)):
                found.append(one)
            if len(found) == MOST_SHOWN:
                break
        return sorted(found, key=lambda one: (one.event_time, one.id))

    async def _places(self, said: Sequence[Memory]) -> dict[UUID, tuple[UUID, datetime]]:
        """By the ids of corrections among messages, in the order in which they were said: what each stands in the place
        of, and when the first words of that were said."""
        times = {one.id: one.event_time for one in said}
        places: dict[UUID, tuple[UUID, datetime]] = {}
        for one in said:
            correction = correction_in(one.metadata) if one.role is Role.AGENT else None
            if correction is not None:
                if correction.of not in times:
                    times |= {before.id: before.event_time async for before in self._one_by_one([correction.of])}
                times[one.id] = times.get(correction.of, one.event_time)
                places[one.id] = correction.of, times[one.id]
        return places

    @staticmethod
    def _is_reply(memory: Memory, said: dict[UUID, EventType]) -> bool:
        return said.get(memory.id) is EventType.MESSAGE_CREATED or (memory.external_id or "").startswith(REPLIED)

    async def _message(self, memory: Memory, *, is_reply: bool, place: tuple[UUID, datetime] | None) -> Message:
        who, name = await self._who(memory)
        known = memory.external_id or ""
        return Message(
            id=str(memory.id),
            who=who,
            name=name,
            text=memory.content,
            language=memory.metadata.get("language"),
            at=memory.event_time if place is None else place[1],
            written_as=known.removeprefix(WRITTEN) if known.startswith(WRITTEN) else None,
            is_reply=is_reply,
            corrects=None if place is None else str(place[0]),
            file=_file_of(memory),
            is_sent=known.startswith((REPLIED, ANSWERED)),
        )

    async def _who(self, memory: Memory) -> tuple[Who, str | None]:
        """Who said something, and what a visitor is told of them."""
        if memory.role is Role.USER:
            return "visitor", None
        if RECAP in memory.metadata:
            spoken = str(memory.metadata.get("language", "")).partition("-")[0]
            return "bot", AUTOMATIC.get(spoken, AUTOMATIC["en"])
        return await self._called(memory.agent or self.agent)

    async def _called(self, agent: str) -> tuple[Who, str | None]:
        """What a visitor is told of who speaks: of people their display name, and never their sign-in name."""
        if kind_of(agent) is not TargetKind.HUMAN:
            return "bot", None
        until, name = self._names.get(agent, (0.0, None))
        if until < time.monotonic():
            try:
                name = (await self._client.operators.get(name_of(agent))).display_name
            except (Forbidden, NotFound):
                # A key of the kind `bot` may not read who works here.
                name = None
            self._names[agent] = time.monotonic() + NAME_SECONDS, name
        return "person", name


def _file_of(memory: Memory) -> dict[str, Any] | None:
    """What a memory tells of a file that was uploaded."""
    about = memory.metadata.get("attachment") if memory.kind == "attachment" else None
    return about if isinstance(about, dict) and "id" in about else None
