"""A bot that answers through the platform, as the program of an integrator would."""

import threading
from contextlib import suppress
from typing import Protocol

from warmline import ConversationOwned, HandoffInProgress, SessionEnded, Warmline

AGENT = "tier1-bot"


class Place(Protocol):
    """Where a platform is, and a key to it."""

    @property
    def url(self) -> str: ...

    @property
    def key(self) -> str: ...


class Bot:
    """A bot: it answers each message of a customer once, if it may, and hands over when somebody wants a person."""

    def __init__(self, place: Place) -> None:
        self._client = Warmline(place.url, place.key)
        self._stream = self._client.events.stream(after=0, types=["message.received"])
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        for event in self._stream:
            facts = getattr(event, "facts", {})
            if getattr(event, "actor", None) == "customer":
                self._answer(str(event.chain_id), facts["message_id"], facts["session_id"])  # type: ignore[union-attr]

    def _answer(self, chain: str, message: str, session: str) -> None:
        said = self._client.memories.get(message).content
        # In each of these somebody else has the case by now.
        with suppress(ConversationOwned, HandoffInProgress, SessionEnded):
            if "person" in said and self._client.chains.owner(chain, agent=AGENT).may_reply:
                self._client.handoffs.request(
                    session,
                    to="queue:billing",
                    reason="The customer wants a person",
                    mode="warm",
                    urgency="high",
                    idempotency_key=f"over-{message}",
                )
                return
            text = f"You said: {said}"
            self._client.chains.send(chain, text, external_id=f"a-{message}", agent=AGENT, deliver=True)

    def __enter__(self) -> "Bot":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._thread.join()
        self._client.close()
