# Written by `python -m tests.sync_client` from asynchronous/client.py: change that one.
"""The client: the object through which a program uses Warmline."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, Unpack, overload

import warmline_schemas as shapes
from warmline.calls import AnyOf, Id, build
from warmline.errors import WarmlineError
from warmline.local import find_endpoint
from warmline.outbox import Outbox
from warmline.threads import opening
from warmline.transport import HttpClient, Transport
from warmline.unsent import OutboxLimits

if TYPE_CHECKING:
    import warmline_schemas.audit
    import warmline_schemas.keys
    import warmline_schemas.problems
    import warmline_schemas.tenancy
    import warmline_schemas.wire
    from warmline.live import LiveSession
    from warmline.memory import PatternMemory
    from warmline.resources import (
        Acceptance,
        Attachments,
        Chains,
        Consolidations,
        Customers,
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
        SavedReplies,
        Sessions,
        Shifts,
        StartMode,
        Templates,
        Webhooks,
    )
    from warmline.takeover import LeanTakeover, Takeover
    from warmline_schemas.audit import AuditEntry, AuditVerdict
    from warmline_schemas.keys import WhoAmI
    from warmline_schemas.operators import OperatorRole
    from warmline_schemas.problems import Health
    from warmline_schemas.recall import Weights
    from warmline_schemas.sessions import LeanStart, Session, WarmStart
    from warmline_schemas.tenancy import (
        AgentClocks,
        HideAtWrite,
        PeopleMode,
        PiiClass,
        Preferences,
        Retention,
        SummariserName,
        Usage,
    )

logger = logging.getLogger("warmline")

# The parts of a client, which are loaded when they are used first. The shapes of all of them take longer to build than
# a small program runs.
PARTS = {
    "sessions": ("resources", "Sessions"),
    "memories": ("resources", "Memories"),
    "consolidations": ("resources", "Consolidations"),
    "namespaces": ("resources", "Namespaces"),
    "handoffs": ("resources", "Handoffs"),
    "chains": ("resources", "Chains"),
    "customers": ("resources", "Customers"),
    "attachments": ("resources", "Attachments"),
    "queues": ("resources", "Queues"),
    "operators": ("resources", "Operators"),
    "keys": ("resources", "Keys"),
    "events": ("resources", "Events"),
    "flags": ("resources", "Flags"),
    "analytics": ("resources", "Figures"),
    "webhooks": ("resources", "Webhooks"),
    "templates": ("resources", "Templates"),
    "saved_replies": ("resources", "SavedReplies"),
    "rotas": ("resources", "Rotas"),
    "shifts": ("resources", "Shifts"),
    "memory": ("memory", "PatternMemory"),
}


class Warmline:
    """A connection to Warmline. Threads can share it. Close it after use, or use it as a context manager.

        with Warmline() as client, client.session(agent="tier1-bot", namespace="user-dave") as session:
            session.remember("Charged $299, the plan is $199 a month", role="user", importance=0.9)
            handoff = session.hand_off(to="billing-specialist", reason="Customer disputes an overcharge")

    Where ``base_url`` or ``api_key`` is left out, it is read from ``WARMLINE_URL`` or ``WARMLINE_API_KEY``, and else
    from the local stack that is running. Raises ``NotConfigured`` where it is found nowhere.

    - ``timeout``: seconds, for each of connecting, sending and reading.
    - ``max_retries``: how often a call is sent again after a lost connection, or an answer of 429, 502, 503 or 504.
      Every command has an idempotency key, so that it is never carried out twice.
    - ``backoff``: seconds. Before the first retry the client waits a random time up to this long, and up to twice as
      long before each further one. Where the platform sends ``Retry-After``, it waits at least that long.
    - ``http_client``: an ``httpx.Client`` of your own, such as one that goes through a proxy or trusts another
      certificate. It is left open.
    - ``outbox``: how much ``client.outbox`` holds, and when it sends.
    """

    sessions: "Sessions"
    """Sessions: start, get, list, end, chain."""
    memories: "Memories"
    """Memories: remember, recall, get, list, revise, give_feedback, forget, forget_matching."""
    consolidations: "Consolidations"
    """Consolidations: make, get, list, undo."""
    namespaces: "Namespaces"
    """Namespaces: export, import, forget."""
    handoffs: "Handoffs"
    """Handoffs: request, wait, get, list, brief, draft, edit, renew, confirm, accept, cancel, retry; and for the holder
    of one claim, heartbeat, release, offer, decline, ask, answer, inquiries, transfer, give_back, snooze, resolve.
    """
    chains: "Chains"
    """Chains: tree, compare, owner, send, note_typing, report_delivery, give_back."""
    customers: "Customers"
    """Customers: make, list, get, revise, send."""
    attachments: "Attachments"
    """Attachments: upload, get, read, list."""
    queues: "Queues"
    """Queues: list, get, write, delete, standing, waiting, claim_next, standing_of."""
    operators: "Operators"
    """Operators: create, list, get, revise, heartbeat."""
    keys: "Keys"
    """API keys: list, make, rotate, revoke."""
    events: "Events"
    """Events: list, stream."""
    flags: "Flags"
    """Flags on briefs: add, list, take_back, cases, export_to."""
    analytics: "Figures"
    """Figures about handoffs: ``analytics()`` returns them, and ``analytics.csv()`` returns them as CSV."""
    webhooks: "Webhooks"
    """Webhooks: add, list, get, revise, remove, rotate, ping; deliveries, delivery, replay, replay_failed."""
    templates: "Templates"
    """Templates: list, get, write, delete."""
    saved_replies: "SavedReplies"
    """Saved replies: list, get, write, delete."""
    rotas: "Rotas"
    """Rotas: list, get, write, delete, on."""
    shifts: "Shifts"
    """Shift changes: list, make, get, sign, acknowledge, acknowledge_item, decline_item."""
    memory: "PatternMemory"
    """``store`` and ``recall`` with the arguments of the session-handoff pattern."""
    outbox: Outbox
    """Memories that are kept in the background: remember, flush."""

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float = 10.0,
        max_retries: int = 3,
        *,
        backoff: float = 0.2,
        http_client: HttpClient | None = None,
        outbox: OutboxLimits | None = None,
    ) -> None:
        endpoint = find_endpoint(base_url, api_key)
        self.url = endpoint.url
        self._transport = Transport(
            endpoint, timeout=timeout, max_retries=max_retries, backoff=backoff, http_client=http_client
        )
        self.outbox = Outbox(endpoint, self._transport, outbox or OutboxLimits())

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name not in PARTS:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            room, part = PARTS[name]
            made = getattr(_loaded(room), part)(self._transport)
            # The next time it is found without this method.
            setattr(self, name, made)
            return made

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *PARTS]

    @overload
    def session(self, *, agent: str, namespace: str, metadata: Mapping[str, Any] | None = None) -> "LiveSession": ...

    @overload
    def session(self, *, id: Id, metadata: Mapping[str, Any] | None = None) -> "LiveSession": ...

    def session(
        self,
        *,
        agent: str | None = None,
        namespace: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        id: Id | None = None,
    ) -> "LiveSession":
        """Start a session to work in. A ``with`` block ends the session, unless it was handed off.

        With ``id``, go on in a session that is there, such as on another device; one that its client ended is opened
        again. Raises ``SessionEnded`` where its work went elsewhere, such as by a handoff.
        """
        return opening(self._start(agent, namespace, metadata) if id is None else self._resume(id, metadata))

    @overload
    def accept(
        self, handoff_id: Id, *, agent: str, lean: Literal[False] = False, **options: "Unpack[Acceptance]"
    ) -> "Takeover": ...

    @overload
    def accept(self, handoff_id: Id, *, agent: str, lean: bool, **options: "Unpack[Acceptance]") -> "LeanTakeover": ...

    def accept(
        self,
        handoff_id: Id,
        *,
        agent: str,
        mode: "StartMode" = "continue",
        token: int | None = None,
        read_back: str | None = None,
        confirm_read_back: bool | None = None,
        metadata: Mapping[str, Any] | None = None,
        top_k: int | None = None,
        token_budget: int | None = None,
        lean: bool = False,
        wait: float = 30.0,
        idempotency_key: str | None = None,
    ) -> "LeanTakeover | Takeover":
        """Take a handoff over: start the target's session, with the brief and the memories that matter.

        - ``mode``: ``continue`` takes the work over, which is possible once. ``branch`` starts another session beside
          that one. ``rollback`` starts again from this brief, and ends the session that speaks for the chain now.
        - ``token``: the token of the claim, where there is one.
        - ``read_back``: one line that says what the handoff is about. It is checked against the brief.
        - ``wait``: how many seconds to wait for a brief that is still being written.
        - ``top_k``, ``token_budget``: how many memories come at most (default 10), and how many tokens the prompt has
          at most (default 2,000).
        - ``lean``: the prompt comes without what it is made of, which is ten times as long.
        """
        options: Acceptance = {
            "mode": mode,
            "token": token,
            "read_back": read_back,
            "confirm_read_back": confirm_read_back,
            "metadata": metadata,
            "top_k": top_k,
            "token_budget": token_budget,
            "wait": wait,
            "idempotency_key": idempotency_key,
        }
        if lean:
            return opening(self._prompted(self.handoffs.accept(handoff_id, agent=agent, lean=lean, **options)))
        return opening(self._taken_over(self.handoffs.accept(handoff_id, agent=agent, **options)))

    def preferences(self) -> "Preferences":
        """Read the tenant's preferences."""
        return self._transport.get(shapes.tenancy.Preferences, "/v1/preferences")

    def revise_preferences(
        self,
        *,
        weights: "Weights | Mapping[str, float] | None" = None,
        reinforce: bool | None = None,
        consolidate: bool | None = None,
        pii: "Iterable[PiiClass | str] | None" = None,
        secrets_at_write: "HideAtWrite | str | None" = None,
        hide_secrets_in_recall: bool | None = None,
        summariser: "SummariserName | str | None" = None,
        four_eyes_on_drafts: bool | None = None,
        retention: "Retention | Mapping[str, int] | None" = None,
        key_days: int | None = None,
        idle_minutes: int | None = None,
        sign_in_hours: int | None = None,
        password_sign_in: bool | None = None,
        second_factor_for: "Iterable[OperatorRole | str] | None" = None,
        reason_codes: Iterable[str] | None = None,
        hop_budget: int | None = None,
        people_target: str | None = None,
        people_mode: "PeopleMode | str | None" = None,
        agent_accept_seconds: int | None = None,
        agent_stalled_seconds: int | None = None,
        clocks_of_agents: "Mapping[str, AgentClocks | Mapping[str, int]] | None" = None,
        reopen_hours: int | None = None,
        quiet_minutes: int | None = None,
        delivery_seconds: int | None = None,
        customer_recap: bool | None = None,
        ask_rating: bool | None = None,
        panel_origins: Iterable[str] | None = None,
        mails_name_cases: bool | None = None,
        language: str | None = None,
        time_zone: str | None = None,
        if_unchanged: "Preferences | str | None" = None,
    ) -> "Preferences":
        """Change the tenant's preferences, which hold for all its keys. Fields that are left out stay.

        ``weights`` and lists replace the old ones. ``pii`` are the classes of personal data that briefs and prompts
        hide, such as ``["email", "phone"]``. ``secrets_at_write`` says which memories lose their secrets when they are
        kept (``never``, ``captured``, ``always``), and ``hide_secrets_in_recall`` whether recalls show none. With
        ``four_eyes_on_drafts`` whoever edited a draft does not confirm it. ``retention`` says for how many days what is
        kept stays, such as ``{"conversations": 90}``; what is older is forgotten within seconds. A key whose maker does
        not say when it ends is valid for ``key_days``. Operators sign in to the console again after ``sign_in_hours``,
        or ``idle_minutes`` without a page; without ``password_sign_in`` through the tenant's provider alone, and with a
        second factor where their role is in ``second_factor_for``. Chains that go in circles, or have more handoffs
        than ``hop_budget``, go to ``people_target``; so does what an agent does not accept within
        ``agent_accept_seconds``, or leaves for ``agent_stalled_seconds`` (0 for any time), for which
        ``clocks_of_agents`` has other numbers by name, such as ``{"batch-bot": {"accept_seconds": 0}}``. Handoffs to
        people that name no mode have ``people_mode`` (``warm`` or ``cold``). What a customer writes within
        ``reopen_hours`` after the end of a case opens it again. A person who answers in another channel speaks for
        ``quiet_minutes`` (0 until they give it back). A reply that no channel has delivered within
        ``delivery_seconds`` is an alarm (0 for never). With ``customer_recap`` customers are told what is handed over
        to people, and asked whether it is right; with ``ask_rating`` they are asked, once their case is resolved, for
        a number from 1 to 5. Pages from ``panel_origins`` may show the console's side panel in a frame.
        With ``mails_name_cases`` e-mails to operators say whose case it
        is. Headings and labels of briefs are in ``language``, such as
        ``"de"``; ``tomorrow`` is read in ``time_zone``, such as ``"Europe/Berlin"``.
        """
        changes = build(
            shapes.tenancy.RevisePreferences,
            weights=weights,
            reinforce=reinforce,
            consolidate=consolidate,
            pii=None if pii is None else list(pii),
            secrets_at_write=secrets_at_write,
            hide_secrets_in_recall=hide_secrets_in_recall,
            summariser=summariser,
            four_eyes_on_drafts=four_eyes_on_drafts,
            retention=retention,
            key_days=key_days,
            idle_minutes=idle_minutes,
            sign_in_hours=sign_in_hours,
            password_sign_in=password_sign_in,
            second_factor_for=None if second_factor_for is None else list(second_factor_for),
            reason_codes=None if reason_codes is None else list(reason_codes),
            hop_budget=hop_budget,
            people_target=people_target,
            people_mode=people_mode,
            agent_accept_seconds=agent_accept_seconds,
            agent_stalled_seconds=agent_stalled_seconds,
            clocks_of_agents=clocks_of_agents,
            reopen_hours=reopen_hours,
            quiet_minutes=quiet_minutes,
            delivery_seconds=delivery_seconds,
            customer_recap=customer_recap,
            ask_rating=ask_rating,
            panel_origins=None if panel_origins is None else list(panel_origins),
            mails_name_cases=mails_name_cases,
            language=language,
            time_zone=time_zone,
        )
        return self._transport.patch(shapes.tenancy.Preferences, "/v1/preferences", changes, if_unchanged)

    def audit(
        self,
        *,
        verb: AnyOf[str] | None = None,
        namespace: AnyOf[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        page_size: int | None = None,
    ) -> "Iterator[AuditEntry]":
        """Iterate over the audit, newest first: who did what, and when, at ``since`` or later, and before ``until``."""
        params = {"verb": verb, "namespace": namespace, "since": since, "until": until, "limit": page_size}
        return self._transport.pages(shapes.wire.Page[shapes.audit.AuditEntry], "/v1/audit", params)

    def verify_audit(self, *, head: str | None = None) -> "AuditVerdict":
        """Read the whole audit and verify here, not on the server, that nothing was changed, removed or inserted.

        ``head`` is the hash of an earlier verdict, or of the security log: an entry must still have it.
        """
        me = self.whoami()
        verification = shapes.audit.Verification(me.tenant_id, head=head)
        for entry in self.audit(page_size=500):
            verification.read(entry)
        return verification.verdict()

    def usage(self, *, since: datetime | None = None, until: datetime | None = None) -> "Usage":
        """Read how much the tenant's briefs used language models, by day (UTC) and model. ``until`` is not included."""
        return self._transport.get(shapes.tenancy.Usage, "/v1/usage", {"since": since, "until": until})

    def whoami(self) -> "WhoAmI":
        """Read to which tenant the API key belongs."""
        return self._transport.get(shapes.keys.WhoAmI, "/v1/whoami")

    def health(self) -> "Health":
        """Read whether the platform works."""
        return self._transport.get(shapes.problems.Health, "/health/ready")

    def close(self) -> None:
        """Wait until the outbox is empty, and close the connections. Raises what ``outbox.flush`` raises."""
        try:
            self.outbox.close()
        finally:
            self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except WarmlineError as failure:
            # The exception of the block is the cause that the caller must see; this one is only logged.
            if error is None:
                raise
            logger.warning("The outbox could not be emptied: %s", failure)

    def _start(self, agent: str | None, namespace: str | None, metadata: Mapping[str, Any] | None) -> "LiveSession":
        return self._live(self.sessions.start(namespace or "", agent, metadata))

    def _resume(self, session_id: Id, metadata: Mapping[str, Any] | None) -> "LiveSession":
        return self._live(self.sessions.resume(session_id, metadata))

    def _live(self, session: "Session") -> "LiveSession":
        opened: LiveSession = _loaded("live").LiveSession(self._transport, self.outbox, session)
        return opened

    def _prompted(self, start: "LeanStart") -> "LeanTakeover":
        opened: LeanTakeover = _loaded("takeover").LeanTakeover.of(self._transport, self.outbox, start)
        return opened

    def _taken_over(self, start: "WarmStart") -> "Takeover":
        opened: Takeover = _loaded("takeover").Takeover.whole(self._transport, self.outbox, start)
        return opened


Dakera = Warmline
"""The same class, under the name that programs written for the session-handoff pattern import."""


def _loaded(room: str) -> Any:
    """Return a module of this package, which is loaded when it is needed first."""
    return import_module(f"{__package__}.{room}")
