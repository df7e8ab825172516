"""The client: one object through which an agent starts, remembers, recalls, hands off and takes over."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx

from warmline.endpoint import find_endpoint
from warmline.live_session import LiveSession
from warmline.pattern_memory import PatternMemory
from warmline.resources import (
    Chains,
    Consolidations,
    Events,
    Figures,
    Flags,
    Handoffs,
    Keys,
    Memories,
    Namespaces,
    Operators,
    Queues,
    Rotas,
    Sessions,
    Shifts,
    StartMode,
    Templates,
    Webhooks,
)
from warmline.takeover import Takeover
from warmline.transport import Id, Transport, build
from warmline_schemas.audits import AuditEntry
from warmline_schemas.handoffs import AcceptMode
from warmline_schemas.preferences import PiiClass, Preferences, RevisePreferences, SummariserName
from warmline_schemas.recall import Weights
from warmline_schemas.service import Health, WhoAmI
from warmline_schemas.usage import Usage
from warmline_schemas.wire import Page


class Warmline:
    """A connection to Warmline. Safe to share between threads; close it, or use it as a context manager.

        with Warmline() as client, client.session(agent="tier1-bot", namespace="user-dave") as session:
            session.remember("Charged $299, the plan is $199 a month", role="user", importance=0.9)
            handoff = session.hand_off(to="billing-specialist", reason="Customer disputes an overcharge")

    Where ``base_url`` or ``api_key`` is left out, ``WARMLINE_URL`` and ``WARMLINE_API_KEY`` say it, and else the local
    stack that is running. Raises ``NotConfigured`` where neither does.

    ``timeout`` is in seconds, for each of connecting, sending and reading. A call that meets a lost connection, 429,
    502, 503 or 504 is sent again up to ``max_retries`` times, after a random wait of up to ``backoff`` seconds that
    doubles each time, or after what ``Retry-After`` asks for. Every command carries an idempotency key, so that
    sending it again never does it twice. ``http`` is an ``httpx`` transport of your own, such as one through a proxy.
    """

    sessions: Sessions
    """Sessions: start, get, list, end, chain."""
    memories: Memories
    """Memories: remember, recall, get, list, revise, give_feedback, forget, forget_matching."""
    consolidations: Consolidations
    """Consolidations: make, get, list, undo."""
    namespaces: Namespaces
    """Namespaces: export, import, forget."""
    handoffs: Handoffs
    """Handoffs: request, wait, get, list, brief, draft, edit, renew, confirm, accept, cancel, retry; at the desk claim,
    heartbeat, release, offer, decline, ask, answer, inquiries, transfer, give_back, snooze, resolve."""
    chains: Chains
    """Chains: tree, compare, owner."""
    queues: Queues
    """Queues: list, get, write, delete, standing, waiting, claim_next, standing_of."""
    operators: Operators
    """Operators: create, list, get, revise, heartbeat."""
    keys: Keys
    """API keys: list, make, revoke."""
    events: Events
    """Events: list, stream."""
    flags: Flags
    """Flags on briefs: add, list, take_back, cases, export_to."""
    analytics: Figures
    """How the handoffs went: ``analytics()`` as figures, ``analytics.csv()`` as a table."""
    webhooks: Webhooks
    """Webhooks: add, list, get, revise, remove, rotate, ping; deliveries, delivery, replay, replay_failed."""
    templates: Templates
    """Templates: list, get, write, delete."""
    rotas: Rotas
    """Rotas: list, get, write, delete, on."""
    shifts: Shifts
    """Shift changes: list, make, get, sign, acknowledge, acknowledge_item, decline_item."""
    memory: PatternMemory
    """``store`` and ``recall`` as the session-handoff pattern writes them."""

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 10.0,
        max_retries: int = 3,
        *,
        backoff: float = 0.2,
        http: httpx.BaseTransport | None = None,
    ) -> None:
        endpoint = find_endpoint(base_url, api_key)
        self.url = endpoint.url
        self._transport = Transport(endpoint, timeout=timeout, max_retries=max_retries, backoff=backoff, http=http)
        self.sessions = Sessions(self._transport)
        self.memories = Memories(self._transport)
        self.consolidations = Consolidations(self._transport)
        self.namespaces = Namespaces(self._transport)
        self.handoffs = Handoffs(self._transport)
        self.chains = Chains(self._transport)
        self.queues = Queues(self._transport)
        self.operators = Operators(self._transport)
        self.keys = Keys(self._transport)
        self.events = Events(self._transport)
        self.flags = Flags(self._transport)
        self.analytics = Figures(self._transport)
        self.webhooks = Webhooks(self._transport)
        self.templates = Templates(self._transport)
        self.rotas = Rotas(self._transport)
        self.shifts = Shifts(self._transport)
        self.memory = PatternMemory(self._transport)

    def session(self, *, agent: str, namespace: str, metadata: Mapping[str, Any] | None = None) -> LiveSession:
        """Start a session to work in; a ``with`` block ends it, unless it was handed off."""
        return LiveSession(self._transport, self.sessions.start(namespace, agent, metadata))

    def accept(
        self,
        handoff_id: Id,
        *,
        agent: str,
        mode: StartMode = AcceptMode.CONTINUE,
        token: int | None = None,
        read_back: str | None = None,
        confirm_read_back: bool | None = None,
        metadata: Mapping[str, Any] | None = None,
        top_k: int | None = None,
        token_budget: int | None = None,
        wait: float = 30.0,
    ) -> Takeover:
        """Take a handoff over: start the target's session with the brief and the memories that matter.

        ``token`` is that of a claim, where there is one; ``read_back`` is checked against the brief. Where the brief is
        still being written it is waited for, ``wait`` seconds at most. ``continue`` takes the work over, once;
        ``branch`` starts beside it; ``rollback`` starts again from this brief and ends what owns the conversation now.
        At most ``top_k`` memories and a prompt of ``token_budget`` tokens come (10 and 2,000).
        """
        start = self.handoffs.accept(
            handoff_id,
            agent=agent,
            mode=mode,
            token=token,
            read_back=read_back,
            confirm_read_back=confirm_read_back,
            metadata=metadata,
            top_k=top_k,
            token_budget=token_budget,
            wait=wait,
        )
        return Takeover.of(self._transport, start)

    def preferences(self) -> Preferences:
        """Read what the tenant wants done otherwise than by default."""
        return self._transport.get(Preferences, "/v1/preferences")

    def revise_preferences(
        self,
        *,
        weights: Weights | Mapping[str, float] | None = None,
        reinforce: bool | None = None,
        consolidate: bool | None = None,
        pii: Iterable[PiiClass | str] | None = None,
        summariser: SummariserName | str | None = None,
        reason_codes: Iterable[str] | None = None,
        hop_budget: int | None = None,
        people_target: str | None = None,
    ) -> Preferences:
        """Change the tenant's preferences, for all its keys. What is left out stays; ``weights`` and lists replace the
        old ones.

        ``pii`` are the classes of personal data that briefs and prompts hide, such as ``["email", "phone"]``. Chains
        that circle, or are longer than ``hop_budget``, go to ``people_target``.
        """
        changes = build(
            RevisePreferences,
            weights=weights,
            reinforce=reinforce,
            consolidate=consolidate,
            pii=None if pii is None else list(pii),
            summariser=summariser,
            reason_codes=None if reason_codes is None else list(reason_codes),
            hop_budget=hop_budget,
            people_target=people_target,
        )
        return self._transport.patch(Preferences, "/v1/preferences", changes)

    def audit(
        self, *, verb: str | None = None, namespace: str | None = None, page_size: int | None = None
    ) -> Iterator[AuditEntry]:
        """Iterate over who forgot, exported and imported what, newest first."""
        params = {"verb": verb, "namespace": namespace, "limit": page_size}
        return self._transport.pages(Page[AuditEntry], "/v1/audit", params)

    def usage(self, *, since: datetime | None = None, until: datetime | None = None) -> Usage:
        """Read what the tenant's briefs took of language models, by day (UTC) and model: ``until`` is not included."""
        period = {"since": since and since.isoformat(), "until": until and until.isoformat()}
        return self._transport.get(Usage, "/v1/usage", period)

    def whoami(self) -> WhoAmI:
        """Read whose key this is."""
        return self._transport.get(WhoAmI, "/v1/whoami")

    def health(self) -> Health:
        """Read whether the platform can do its work."""
        return self._transport.get(Health, "/health/ready")

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
