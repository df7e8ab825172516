"""The sessions API: start, read and end sessions, and read the chain to which a session belongs."""

from collections.abc import Iterator, Mapping
from typing import Any

from warmline.transport import Id, Transport, build, path_to
from warmline_schemas.sessions import Chain, EndSession, Session, SessionState, StartSession
from warmline_schemas.wire import Page

PATH = "/v1/sessions"


class StartedSession(Session):
    """A session that can also be read like a dict: ``session["session_id"]`` is its id as text."""

    @property
    def session_id(self) -> str:
        """The session's id as text."""
        return str(self.id)

    def __getitem__(self, name: str) -> Any:
        if name == "session_id":
            return self.session_id
        # Only fields can be read, so that methods and private attributes are not members.
        if name not in type(self).model_fields:
            raise KeyError(name)
        return getattr(self, name)


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
        namespace: str | None = None,
        agent: str | None = None,
        state: SessionState | str | None = None,
        chain_id: Id | None = None,
        page_size: int | None = None,
    ) -> Iterator[Session]:
        """Iterate over sessions, newest first. Further pages are read when they are needed."""
        params = {
            "namespace": namespace,
            "agent": agent,
            "state": state,
            "chain_id": chain_id,
            "limit": page_size,
        }
        return self._transport.pages(Page[Session], PATH, params)

    def end(self, session_id: Id) -> Session:
        """End a session. To end it again changes nothing."""
        return self._transport.post(Session, path_to(PATH, session_id, "end"), EndSession())

    def chain(self, session_id: Id) -> Chain:
        """Read all sessions and handoffs of the session's chain, oldest first."""
        return self._transport.get(Chain, path_to(PATH, session_id, "chain"))
