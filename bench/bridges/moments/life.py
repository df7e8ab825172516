"""The moments of a case's life, and who has to see what its customer writes in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from warmline import Warmline
from warmline_schemas.events import Event
from warmline_schemas.handoffs import HandoffMode

BOT, ANA, BILLING, PEOPLE = "tier1-bot", "human:ana", "queue:billing", "queue:people"
BRIEF_SECONDS = 60.0
"""How long a brief may take on a busy machine: what is measured begins after it."""
BEFORE = "before"
"""The moment before there is a case."""


@dataclass(frozen=True)
class Place:
    """Where a message has to come to: to an agent who speaks, or to a target at which the case waits."""

    reached: str
    whose: str

    def is_it(self, client: Warmline, event: Event) -> bool:
        """Whether the platform told it so. Of several the first opens what had ended, and the others wait with it."""
        reached = str(event.facts["reached"])
        if self.reached != reached and (self.reached, reached) != ("reopened", "waiting"):
            return False
        if reached != "speaker":
            return event.queue == self.whose
        return client.sessions.get(event.facts["session_id"]).agent == self.whose


@dataclass(frozen=True)
class Case:
    """A case of one customer, whom a bot has just begun to talk with."""

    client: Warmline
    chain: str
    namespace: str

    def requested(self, mode: HandoffMode = HandoffMode.COLD) -> str:
        """Request that people get it; the id of the handoff."""
        asked = self.client.handoffs.request(self.chain, to=BILLING, reason="The lamp is broken", mode=mode)
        return str(asked.id)

    def ready(self) -> str:
        """The same, once its brief is written."""
        handoff = self.requested()
        self.client.handoffs.wait(handoff, timeout=BRIEF_SECONDS)
        return handoff

    def accepted(self) -> tuple[str, int]:
        """A handoff that Ana has accepted, and its token."""
        handoff = self.ready()
        started = self.client.handoffs.accept(handoff, agent=ANA, lean=True)
        assert started.claim is not None
        return handoff, started.claim.token


def _requested(case: Case) -> Place:
    # The bot goes on until a person accepts.
    case.requested(HandoffMode.WARM)
    return Place("speaker", BOT)


def _waiting(case: Case) -> Place:
    case.ready()
    return Place("waiting", BILLING)


def _claimed(case: Case) -> Place:
    case.client.handoffs.claim(case.ready(), agent=ANA)
    return Place("waiting", BILLING)


def _accepted(case: Case) -> Place:
    case.accepted()
    return Place("speaker", ANA)


def _snoozed(case: Case) -> Place:
    handoff, token = case.accepted()
    case.client.handoffs.snooze(handoff, token=token, until=datetime.now(UTC) + timedelta(hours=1))
    return Place("speaker", ANA)


def _transferred(case: Case) -> Place:
    handoff, token = case.accepted()
    onward = case.client.handoffs.transfer(handoff, token=token, to=PEOPLE, reason="Not a matter of billing")
    case.client.handoffs.wait(onward.id, timeout=BRIEF_SECONDS)
    return Place("waiting", PEOPLE)


def _resolved(case: Case) -> Place:
    handoff, token = case.accepted()
    case.client.handoffs.resolve(handoff, token=token, note="A new lamp is on its way")
    return Place("reopened", BILLING)


def _forgotten(case: Case) -> Place:
    case.client.namespaces.forget(case.namespace)
    return Place("speaker", BOT)


MOMENTS: Mapping[str, Callable[[Case], Place]] = {
    BEFORE: lambda _: Place("speaker", BOT),
    "requested": _requested,
    "waiting": _waiting,
    "claimed": _claimed,
    "accepted": _accepted,
    "snoozed": _snoozed,
    "transferred": _transferred,
    "resolved": _resolved,
    "forgotten": _forgotten,
}
"""What brings a case to each moment, and who has to see what is written then."""
