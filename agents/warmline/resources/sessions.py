# Written by `python -m tests.sync_client` from asynchronous/resources/sessions.py: change that one.
"""The sessions API: start, read and end sessions, keep messages in one, and read the chain to which it belongs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from warmline.calls import AnyOf, Id, build, path_to, plain
from warmline.started import StartedSession
from warmline.transport import Transport
from warmline_schemas.messages import KeepMessages, KeptMessages
from warmline_schemas.sessions import Chain, EndSession, ResumeSession, Session, SessionState, StartSession
from warmline_schemas.wire import Page

PATH = "/v1/sessions"

# Seconds for each message, on top of the time-out: as for each memory of a batch.
EMBEDDING_SECONDS = 0.1


class Sessions:
    """``client.sessions``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def start(
        self,
        namespace: str,
        agent: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> StartedSession:
        """Start a session and a new chain. ``client.session`` does the same, and returns a session to work in.

        Where ``agent`` is left out, ``metadata["agent"]`` is the agent. ``["session_id"]`` of the answer is the id.
        """
        metadata = dict(metadata or {})
        worker = agent or metadata.get("agent")
        request = build(StartSession, namespace=namespace, agent=worker, metadata=metadata)
        return self._transport.post(StartedSession, PATH, request, idempotency_key)

    def get(self, session_id: Id) -> Session:
        """Read one session."""
        return self._transport.get(Session, path_to(PATH, session_id))

    def list(
        self,
        *,
        namespace: AnyOf[str] | None = None,
        agent: AnyOf[str] | None = None,
        state: SessionState | str | None = None,
        chain_id: AnyOf[Id] | None = None,
        channel: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        page_size: int | None = None,
    ) -> Iterator[Session]:
        """Iterate over sessions, newest first. Further pages are read when they are needed.

        ``metadata``: only those that have all of these members; ``channel`` is short for the member of that name.
        ``since``, ``until``: those that began at ``since`` or later, and before ``until``.
        """
        params = {
            "namespace": namespace,
            "agent": agent,
            "state": state,
            "chain_id": chain_id,
            "channel": channel,
            "metadata": json.dumps(metadata) if metadata else None,
            "since": since,
            "until": until,
            "limit": page_size,
        }
        return self._transport.pages(Page[Session], PATH, params)

    def remember_messages(
        self, session_id: Id, messages: Iterable[Any], *, idempotency_key: str | None = None
    ) -> KeptMessages:
        """Keep up to 1,000 messages and tool calls in an open session. Either all are kept, or none.

        Each is a dict or an object of the provider's SDK, in the shape of OpenAI (chat completions or responses) or of
        Anthropic. What was sent before, under the same ``external_id`` or as the same call, is not stored again.
        """
        request = build(KeepMessages, messages=[plain(message) for message in messages])
        # The platform embeds all of them before it answers.
        wait = EMBEDDING_SECONDS * len(request.messages)
        path = path_to(PATH, session_id, "messages")
        return self._transport.post(KeptMessages, path, request, idempotency_key, wait)

    def resume(self, session_id: Id, metadata: Mapping[str, Any] | None = None) -> Session:
        """Go on in a session, such as on another device; one that its client ended is opened again.

        ``metadata`` are members to add to the session's. Raises ``SessionEnded`` where its work went elsewhere, such as
        by a handoff. ``client.session(id=…)`` does the same, and returns a session to work in.
        """
        request = build(ResumeSession, metadata=metadata)
        return self._transport.post(Session, path_to(PATH, session_id, "resume"), request)

    def end(self, session_id: Id, *, outcome: str | None = None, metadata: Mapping[str, Any] | None = None) -> Session:
        """End a session. To end it again changes nothing.

        ``outcome`` is a word of your own, such as ``solved``; ``metadata`` are members to add to the session's.
        """
        request = build(EndSession, outcome=outcome, metadata=metadata)
        return self._transport.post(Session, path_to(PATH, session_id, "end"), request)

    def chain(self, session_id: Id) -> Chain:
        """Read all sessions and handoffs of the session's chain, oldest first."""
        return self._transport.get(Chain, path_to(PATH, session_id, "chain"))
