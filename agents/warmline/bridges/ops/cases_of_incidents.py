"""Cases of incidents: one begins when its source tells of it, goes to whoever is on call, and ends on both sides."""

import hashlib
import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from warmline.bridges.cases import LOST, Cases, Held
from warmline.bridges.desk import Later
from warmline.bridges.ops.incidents import Detail, Incident, Source, Status
from warmline.bridges.people import People
from warmline.bridges.store import FROM_DESK, Case, Item, Store
from warmline.client import Warmline
from warmline.errors import HandoffStateForbids, NotFound, SessionEnded
from warmline_schemas.claims import Owner
from warmline_schemas.events import Event, EventType
from warmline_schemas.handoffs import ClosedAs, HandoffMode
from warmline_schemas.targets import ReasonCode, TargetKind, kind_of

logger = logging.getLogger("warmline.bridges")

# Of an incident whose details are a thousand alerts so many are kept; the source has them all.
MOST_DETAILS = 50
# Seconds until something is tried again that somebody changed at this moment.
AGAIN = 1.0
FACT, NOTE = "fact", "message"
"""The kinds of memories."""


class CasesOfIncidents:
    """Does what a source and Warmline send. Each incident is worked on by one thread at a time."""

    told: ClassVar[Collection[EventType]] = (EventType.HANDOFF_ACCEPTED, EventType.HANDOFF_CLOSED)

    def __init__(
        self, source: Source, client: Warmline, cases: Cases, people: People, store: Store, *, agent: str
    ) -> None:
        self._source = source
        self._client = client
        self._cases = cases
        self._people = people
        self._store = store
        self._agent = agent

    def work(self, item: Item) -> None:
        """Do one thing. Raises ``Later`` and ``Refused``, and the errors of the SDK."""
        if item.source == FROM_DESK:
            for incident in self._source.heard(item.body):
                self._hear(incident)
        else:
            self._tell(Event.model_validate(item.body), item.conversation)

    def conversation_of(self, event: Event) -> str | None:
        """Return the incident that an event is about; None where it is about none."""
        return self._store.conversation_of(str(event.chain_id))[1]

    def missed(self, since: float) -> Iterator[Mapping[str, Any]]:  # noqa: ARG002 (sources send again what was missed)
        """Return nothing: both sources send again what nobody took."""
        return iter(())

    def _hear(self, incident: Incident) -> None:
        case = self._store.case(incident.id)
        if case is not None and incident.at < case.facts["at"]:
            # Late, and overtaken by what is known.
            return
        # An acknowledgement of what is over is of before, and was on its way when it ended here.
        if case is None or not _has_begun(case) or (case.facts["over"] and incident.status is Status.TRIGGERED):
            case = self._begin(incident, case)
        if case is None or case.facts["over"]:
            return
        self._remember(case, incident)
        if incident.status is not None and self._is_another(incident.status, Status(case.facts["status"])):
            self._follow(case, incident, incident.status)
        self._keep(case, at=incident.at, handle={**case.facts["handle"], **incident.handle})

    def _is_another(self, status: Status, known: Status) -> bool:
        """Whether an incident has another status than is known. Not every source knows that somebody has it."""
        is_silent = not self._source.knows_who_has_it and known is Status.ACKNOWLEDGED
        return status is not known and not (is_silent and status is Status.TRIGGERED)

    def _begin(self, incident: Incident, before: Case | None) -> Case | None:
        """Begin the case of an incident; of one that is over nothing is kept but that it was."""
        earlier = None if before is None else before.chain if _has_begun(before) else before.facts["earlier"]
        facts = {"at": incident.at, "status": Status.TRIGGERED, "over": False, "told": {}, "handle": {}, "ack": None}
        if incident.status is Status.RESOLVED:
            self._store.keep(Case(incident.id, "", {**facts, "status": Status.RESOLVED, "over": True}))
            return None
        if incident.status is None:
            return None
        key = f"{self._source.name}:{incident.id}:{incident.at}"
        about = {"bridge": self._source.name, "conversation": incident.id}
        namespace = f"{self._source.name}/{_slug(incident.service)}"
        session = self._client.sessions.start(namespace, self._agent, about, idempotency_key=f"{key}:start")
        case = Case(incident.id, str(session.chain_id), facts)
        # Known before it is handed over: whoever is fast has it before the platform's answer is here.
        self._store.keep(replace(case, facts={**facts, "begun": False, "earlier": earlier}))
        if earlier:
            self._say(session.id, incident, Detail("again", f"It was open before, as case {earlier}."))
        self._tell_facts(case, session.id, incident)
        self._client.handoffs.request(
            session.id,
            to=incident.queue,
            reason=incident.title[:2_000],
            mode="warm",
            urgency=incident.urgency,
            reason_code=ReasonCode.TECHNICAL_SYSTEM_ERROR,
            idempotency_key=f"{key}:over",
        )
        self._store.keep(case)
        return case

    def _remember(self, case: Case, incident: Incident) -> None:
        """Keep what is new of an incident with whoever has it."""
        owner = self._cases.owner(case.chain)
        if owner.session_id is not None:
            self._tell_facts(case, owner.session_id, incident)

    def _tell_facts(self, case: Case, session_id: UUID, incident: Incident) -> None:
        told = case.facts["told"]
        for name, value in incident.facts.items():
            if value and told.get(name) != value:
                self._say(session_id, incident, Detail(name, f"{name}: {value}"), slot=(name, value[:1_000]))
                told[name] = value
        for detail in incident.details[:MOST_DETAILS]:
            self._say(session_id, incident, detail)

    def _say(
        self, session_id: UUID, incident: Incident, detail: Detail, *, slot: tuple[str, str] | None = None
    ) -> None:
        # A fact has a value at a time; what a source says has an id of its own, and is said once.
        which = f"{detail.id}:{incident.at}" if slot else detail.id
        try:
            self._client.memories.remember(
                detail.text[:20_000],
                session_id=session_id,
                agent=self._agent,
                role="agent",
                kind=FACT if slot else NOTE,
                slot=slot,
                external_id=f"{self._source.name}:{_digest(incident.id, which)}",
                event_time=datetime.fromtimestamp(incident.at, UTC),
            )
        except SessionEnded as error:
            raise Later(f"the case is just going on to somebody else: {error}", AGAIN) from error

    def _follow(self, case: Case, incident: Incident, status: Status) -> None:
        """Follow an incident into a status that it was given at its source."""
        who = None if incident.by is None else self._people.agent_of(incident.by)
        over = False
        if status is Status.ACKNOWLEDGED and who is not None:
            self._take(case, who)
        elif status is Status.RESOLVED:
            over = self._end(case, who)
        self._keep(case, status=status, over=over)

    def _take(self, case: Case, who: str) -> None:
        """Let who acknowledged an incident at its source have its case."""
        waiting = self._cases.owner(case.chain).waiting_handoff_id
        held = None if waiting is None else self._cases.take(str(waiting), who)
        if held is not None:
            # Kept before anything else happens: the token is told once.
            self._keep(case, held=asdict(held))

    def _end(self, case: Case, who: str | None) -> bool:
        """End the case of an incident that was resolved at its source; whether it has ended.

        Who took it over in the console writes down what it was, and ends it there.
        """
        owner = self._cases.owner(case.chain)
        if owner.waiting_handoff_id is not None:
            self._call_off(owner.waiting_handoff_id)
            owner = self._cases.owner(case.chain)
        held = case.facts.get("held")
        if held is not None and held["agent"] == owner.agent:
            note = f"Resolved at {self._source.called}{f' by {self._people.called(who)}' if who else ''}"
            return self._resolve(Held(**held), note)
        if owner.session_id is None or _is_persons(owner):
            return owner.session_id is None
        self._client.sessions.end(owner.session_id, outcome="resolved")
        return True

    def _call_off(self, handoff_id: UUID) -> None:
        try:
            self._client.handoffs.cancel(handoff_id, reason=f"Resolved at {self._source.called}")
        except HandoffStateForbids as error:
            raise Later(f"somebody is just taking it over: {error}", AGAIN) from error

    def _resolve(self, held: Held, note: str) -> bool:
        try:
            self._client.handoffs.resolve(held.handoff, token=held.token, note=note)
        except LOST as lost:
            logger.info("handoff %s is not held any more: %s", held.handoff, lost)
        return True

    def _tell(self, event: Event, incident_id: str) -> None:
        """Let the source know what people did in Warmline."""
        case, actor = self._store.case(incident_id), event.actor or ""
        if case is None or case.chain != str(event.chain_id) or kind_of(actor) is not TargetKind.HUMAN:
            return
        if not _has_begun(case):
            raise Later("the incident that it is about comes first", AGAIN)
        who, status = self._people.called(actor), Status(case.facts["status"])
        if event.type is EventType.HANDOFF_ACCEPTED and status is Status.TRIGGERED:
            ack = self._source.acknowledge(incident_id, case.facts["handle"], who)
            self._keep(case, status=Status.ACKNOWLEDGED, ack=ack)
        if event.type is EventType.HANDOFF_CLOSED and event.facts.get("closed_as") == ClosedAs.RESOLVED:
            self._close(case, str(event.handoff_id), who, is_known=status is Status.RESOLVED)

    def _close(self, case: Case, handoff_id: str, who: str, *, is_known: bool) -> None:
        try:
            handoff = self._cases.handoff(handoff_id)
        except NotFound:
            # It was forgotten meanwhile, with its note.
            handoff = None
        if handoff is not None and handoff.mode is HandoffMode.CONSULT:
            # That was advice: the case goes on.
            return
        if not is_known:
            note = (handoff and handoff.resolution) or ""
            self._source.resolve(case.conversation, case.facts["ack"], who, note)
        self._keep(case, status=Status.RESOLVED, over=True)

    def _keep(self, case: Case, **facts: Any) -> None:
        case.facts.update(facts)
        self._store.keep(case)


def _has_begun(case: Case) -> bool:
    """Whether the case of an incident was handed over; else what began it was broken off, and is done again."""
    return bool(case.facts.get("begun", True))


def _is_persons(owner: Owner) -> bool:
    return owner.agent is not None and kind_of(owner.agent) is TargetKind.HUMAN


def _slug(service: str) -> str:
    """A service as a part of a namespace."""
    kept = "".join(one if one.isascii() and (one.isalnum() or one in "_.-") else "-" for one in service.lower())
    return kept.strip("-.")[:100] or "incidents"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
