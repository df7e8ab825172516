"""Two bots: each answers what it may, one gives refunds to the other, and both give people what wants a person."""

import threading
from contextlib import suppress

from tests.builders.answering_bot import Place
from warmline import ConversationOwned, HandoffAccepted, HandoffInProgress, HandoffStateForbids, SessionEnded, Warmline
from warmline_schemas.events import Event, EventType

OVERTAKEN = (ConversationOwned, HandoffAccepted, HandoffInProgress, HandoffStateForbids, SessionEnded)
"""Somebody else has the case by now."""


class Bot:
    """A bot, until its block ends. ``colleague`` is who has to do with refunds, if not this bot itself."""

    def __init__(self, place: Place, agent: str, colleague: str | None = None) -> None:
        self._agent = agent
        self._colleague = colleague
        self._client = Warmline(place.url, place.key, timeout=60)
        self._stream = self._client.events.stream(after=0, types=[EventType.MESSAGE_RECEIVED, EventType.HANDOFF_READY])
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Bot":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._thread.join()
        self._client.close()

    def _run(self) -> None:
        for event in self._stream:
            if not isinstance(event, Event):
                continue
            with suppress(*OVERTAKEN):
                if event.type is EventType.HANDOFF_READY and event.queue == self._agent:
                    self._client.handoffs.accept(event.handoff_id or "", agent=self._agent, lean=True)
                elif event.actor == "customer":
                    self._answer(event)

    def _answer(self, event: Event) -> None:
        chain, message = event.chain_id or "", event.facts["message_id"]
        said = self._client.memories.get(message).content
        wanted = "queue:billing" if "person" in said else self._colleague if "refund" in said else None
        if wanted is None:
            text = f"{self._agent}: {said}"
            self._client.chains.send(chain, text, external_id=f"a-{message}", agent=self._agent, deliver=True)
        elif self._client.chains.owner(chain, agent=self._agent).may_reply:
            mode = "warm" if wanted.startswith("queue:") else "cold"
            session, key = event.facts["session_id"], f"over-{message}"
            self._client.handoffs.request(session, to=wanted, reason=said, mode=mode, idempotency_key=key)
