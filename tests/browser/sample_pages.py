"""Every page of the console, and where it is in the sample tenant."""

from collections.abc import Callable
from uuid import UUID

from warmline import Warmline
from warmline_schemas.handoffs import Handoff, HandoffState

SIGNED_OUT = "sign-in"


def _first(client: Warmline, fits: Callable[[Handoff], object], **filters: str) -> Handoff:
    return next(handoff for handoff in client.handoffs.list(**filters) if fits(handoff))


def _waiting(client: Warmline) -> Handoff:
    return _first(client, lambda one: one.source_agent == "tier1-bot" and one.hop == 1, state=HandoffState.READY)


def _held(client: Warmline) -> Handoff:
    return _first(client, lambda one: one.holder == "human:ines.weber", state=HandoffState.ACCEPTED)


def _circled(client: Warmline) -> Handoff:
    return _first(client, lambda one: one.hop >= 4)


def _source_session(handoff: Handoff) -> UUID:
    return handoff.source_session_id


def _a_proof(client: Warmline) -> UUID:
    brief = client.handoffs.brief(_waiting(client).id)
    return next(line.memory_ids[0] for section in brief.sections for line in section.lines if line.memory_ids)


PAGES: dict[str, Callable[[Warmline], str]] = {
    SIGNED_OUT: lambda _: "/console/sign-in",
    "queue": lambda _: "/console/",
    "queue-all": lambda _: "/console/?to=all",
    "search": lambda _: "/console/search?q=refund",
    "mine": lambda _: "/console/mine",
    "handoff-waiting": lambda client: f"/console/handoffs/{_waiting(client).id}",
    "handoff-held": lambda client: f"/console/handoffs/{_held(client).id}",
    "why-these-memories": lambda client: f"/console/handoffs/{_waiting(client).id}/why",
    "conversation": lambda client: f"/console/conversations/{_held(client).chain_id}",
    "memory": lambda client: f"/console/memories/{_a_proof(client)}",
    "chain": lambda client: f"/console/chains/{_circled(client).chain_id}",
    "drafts": lambda _: "/console/drafts",
    "draft": lambda client: f"/console/drafts/{_first(client, bool, state=HandoffState.DRAFTED).id}",
    "failed": lambda _: "/console/failed",
    "shifts": lambda _: "/console/shifts",
    "shift": lambda client: f"/console/shifts/{next(client.shifts.list()).id}",
    "rota": lambda client: f"/console/shifts/rotas/{client.rotas.list()[0].name}",
    "rota-form": lambda client: f"/console/shifts/rotas/{client.rotas.list()[0].name}/edit",
    "analytics": lambda _: "/console/analytics",
    "deliveries": lambda _: "/console/deliveries",
    "delivery": lambda client: f"/console/deliveries/{next(client.webhooks.deliveries()).id}",
    "settings": lambda _: "/console/settings",
    "settings-sign-ins": lambda _: "/console/settings/sign-ins",
    "settings-second-factor": lambda _: "/console/settings/second-factor",
    "settings-keys": lambda _: "/console/settings/keys",
    "settings-operators": lambda _: "/console/settings/operators",
    "settings-operator": lambda client: f"/console/settings/operators/{next(client.operators.list()).id}",
    "settings-queues": lambda _: "/console/settings/queues",
    "settings-queue": lambda _: "/console/settings/queues/billing",
    "saved-replies": lambda client: f"/console/handoffs/{_held(client).id}/saved-replies",
    "settings-saved-replies": lambda _: "/console/settings/saved-replies",
    "settings-saved-reply": lambda _: "/console/settings/saved-replies/refund-started",
    "settings-preferences": lambda _: "/console/settings/preferences",
    "problem": lambda _: "/console/nowhere",
}
"""By the name of its picture."""

LISTS = (
    "",
    "?to=all",
    "mine",
    "search",
    "drafts",
    "failed",
    "shifts",
    "shifts/new-rota",
    "analytics",
    "deliveries",
    "settings/queues",
)
"""What a new tenant finds empty."""
