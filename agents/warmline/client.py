"""The client: the object through which a program uses Warmline."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx

from warmline.live import LiveSession
from warmline.local import find_endpoint
from warmline.memory import PatternMemory
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
from warmline_schemas.audit import AuditEntry, AuditVerdict, verify
from warmline_schemas.handoffs import AcceptMode
from warmline_schemas.recall import Weights
from warmline_schemas.service import Health, WhoAmI
from warmline_schemas.tenancy import (
    HideAtWrite,
    PiiClass,
    Preferences,
    RevisePreferences,
    SummariserName,
    Usage,
)
from warmline_schemas.wire import Page


class Warmline:
    """A connection to Warmline. Threads can share it. Close it after use, or use it as a context manager.

        with Warmline() as client, client.session(agent="tier1-bot", namespace="user-dave") as session:
            session.remember("Charged $299, the plan is $199 a month", role="user", importance=0.9)
            handoff = session.hand_off(to="billing-specialist", reason="Customer disputes an overcharge")

    Where ``base_url`` or ``api_key`` is left out, it is read from ``WARMLINE_URL`` or ``WARMLINE_API_KEY``, and else
    from the local stack that is running. Raises ``NotConfigured`` where it is found nowhere.

    - ``timeout``: seconds, for each of connecting, sending and reading.
    - ``max_retries``: how often a call is sent again after a lost connection, or an answer of 429, 502, 503 or 504.
      Every
      command has an idempotency key, so that it is never carried out twice.
    - ``backoff``: seconds. Before the first retry the client waits a random time up to this long, and up to twice as
      long
      before each further one. Where the platform sends ``Retry-After``, it waits at least that long.
    - ``http``: an ``httpx`` transport of your own, such as one that goes through a proxy.
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
    """Handoffs: request, wait, get, list, brief, draft, edit, renew, confirm, accept, cancel, retry; and for the holder
    of one claim, heartbeat, release, offer, decline, ask, answer, inquiries, transfer, give_back, snooze, resolve.
    """
    chains: Chains
    """Chains: tree, compare, owner."""
    queues: Queues
    """Queues: list, get, write, delete, standing, waiting, claim_next, standing_of."""
    operators: Operators
    """Operators: create, list, get, revise, heartbeat."""
    keys: Keys
    """API keys: list, make, rotate, revoke."""
    events: Events
    """Events: list, stream."""
    flags: Flags
    """Flags on briefs: add, list, take_back, cases, export_to."""
    analytics: Figures
    """Figures about handoffs: ``analytics()`` returns them, and ``analytics.csv()`` returns them as CSV."""
    webhooks: Webhooks
    """Webhooks: add, list, get, revise, remove, rotate, ping; deliveries, delivery, replay, replay_failed."""
    templates: Templates
    """Templates: list, get, write, delete."""
    rotas: Rotas
    """Rotas: list, get, write, delete, on."""
    shifts: Shifts
    """Shift changes: list, make, get, sign, acknowledge, acknowledge_item, decline_item."""
    memory: PatternMemory
    """``store`` and ``recall`` with the arguments of the session-handoff pattern."""

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
        # The name is the one in the session-handoff pattern, whose examples must run unchanged.
        self.memory = PatternMemory(self._transport)

    def session(self, *, agent: str, namespace: str, metadata: Mapping[str, Any] | None = None) -> LiveSession:
        """Start a session to work in. A ``with`` block ends the session, unless it was handed off."""
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
        """Take a handoff over: start the target's session, with the brief and the memories that matter.

        - ``mode``: ``continue`` takes the work over, which is possible once. ``branch`` starts another session beside
          that one.
          ``rollback`` starts again from this brief, and ends the session that speaks for the chain now.
        - ``token``: the token of the claim, where there is one.
        - ``read_back``: one line that says what the handoff is about. It is checked against the brief.
        - ``wait``: how many seconds to wait for a brief that is still being written.
        - ``top_k``, ``token_budget``: how many memories come at most (default 10), and how many tokens the prompt has
          at most
          (default 2,000).
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
        """Read the tenant's preferences."""
        return self._transport.get(Preferences, "/v1/preferences")

    def revise_preferences(
        self,
        *,
        weights: Weights | Mapping[str, float] | None = None,
        reinforce: bool | None = None,
        consolidate: bool | None = None,
        pii: Iterable[PiiClass | str] | None = None,
        secrets_at_write: HideAtWrite | str | None = None,
        hide_secrets_in_recall: bool | None = None,
        summariser: SummariserName | str | None = None,
        four_eyes_on_drafts: bool | None = None,
        key_days: int | None = None,
        reason_codes: Iterable[str] | None = None,
        hop_budget: int | None = None,
        people_target: str | None = None,
        language: str | None = None,
        time_zone: str | None = None,
    ) -> Preferences:
        """Change the tenant's preferences, which hold for all its keys. Fields that are left out stay.

        ``weights`` and lists replace the old ones. ``pii`` are the classes of personal data that briefs and prompts
        hide, such as ``["email", "phone"]``. ``secrets_at_write`` says which memories lose their secrets when they are
        kept (``never``, ``captured``, ``always``), and ``hide_secrets_in_recall`` whether recalls show none. With
        ``four_eyes_on_drafts`` whoever edited a draft does not confirm it. A key whose maker does not say when it ends
        is valid for ``key_days``. Chains that go in circles, or have more handoffs than ``hop_budget``, go to
        ``people_target``. Headings and labels of briefs are in ``language``, such as ``"de"``; ``tomorrow`` is read in
        ``time_zone``, such as ``"Europe/Berlin"``.
        """
        changes = build(
            RevisePreferences,
            weights=weights,
            reinforce=reinforce,
            consolidate=consolidate,
            pii=None if pii is None else list(pii),
            secrets_at_write=secrets_at_write,
            hide_secrets_in_recall=hide_secrets_in_recall,
            summariser=summariser,
            four_eyes_on_drafts=four_eyes_on_drafts,
            key_days=key_days,
            reason_codes=None if reason_codes is None else list(reason_codes),
            hop_budget=hop_budget,
            people_target=people_target,
            language=language,
            time_zone=time_zone,
        )
        return self._transport.patch(Preferences, "/v1/preferences", changes)

    def audit(
        self, *, verb: str | None = None, namespace: str | None = None, page_size: int | None = None
    ) -> Iterator[AuditEntry]:
        """Iterate over the audit, newest first: who did what, and when."""
        params = {"verb": verb, "namespace": namespace, "limit": page_size}
        return self._transport.pages(Page[AuditEntry], "/v1/audit", params)

    def verify_audit(self, *, head: str | None = None) -> AuditVerdict:
        """Read the whole audit and verify here, not on the server, that nothing was changed, removed or inserted.

        ``head`` is the hash of an earlier verdict, or of the security log: an entry must still have it.
        """
        return verify(self.whoami().tenant_id, self.audit(page_size=500), head=head)

    def usage(self, *, since: datetime | None = None, until: datetime | None = None) -> Usage:
        """Read how much the tenant's briefs used language models, by day (UTC) and model. ``until`` is not included."""
        period = {"since": since and since.isoformat(), "until": until and until.isoformat()}
        return self._transport.get(Usage, "/v1/usage", period)

    def whoami(self) -> WhoAmI:
        """Read to which tenant the API key belongs."""
        return self._transport.get(WhoAmI, "/v1/whoami")

    def health(self) -> Health:
        """Read whether the platform works."""
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
