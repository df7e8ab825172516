"""Writing: what the worker does with a requested handoff. Running it twice, or killing it anywhere, changes nothing.

Short transactions with the slow part between them: begin an attempt; read; write and embed the brief outside any
transaction; lock, look again, complete. What these transactions do is in ``handoffs.attempts``.

Which handoffs are due is read from their rows. A nudge only makes that sooner.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import text

from warmline_memory import channels, handoffs, logs, summarising, tracing
from warmline_memory.briefs import BriefSource, write_minimal
from warmline_memory.embedding import Ready, until_embedded
from warmline_memory.errors import Busy, OutOfTime, Unavailable
from warmline_memory.language import dates
from warmline_memory.platform import Platform
from warmline_memory.storage.database import Role
from warmline_memory.summarising import Assignment, Stopped, Unwanted
from warmline_schemas.briefs import Brief
from warmline_schemas.tenancy import SummariserName

log = logging.getLogger(__name__)

Result = TypeVar("Result")

PART_OF_LEASE = 0.9
"""The part of a lease that an attempt may take. It is over before another one may begin, so never two are made at
once."""
TRY_AGAIN_SECONDS = 1.0
"""How often it is tried to hand an attempt back that could not be made because the database is away."""

# A look costs as much with a million waiting handoffs as with one: it jumps from tenant to tenant in the index, and
# reads the first rows of each. DISTINCT or a window would read them all (docs/decisions/0022).
# Only what is requested is ever due.
_DUE = text("""
WITH RECURSIVE waiting AS (
  (SELECT tenant_id FROM handoffs WHERE due_at IS NOT NULL ORDER BY tenant_id LIMIT 1)
  UNION ALL
  SELECT (SELECT tenant_id FROM handoffs WHERE due_at IS NOT NULL
          AND tenant_id > waiting.tenant_id ORDER BY tenant_id LIMIT 1)
  FROM waiting WHERE tenant_id IS NOT NULL
)
SELECT waiting.tenant_id, due.id, row_number() OVER (PARTITION BY waiting.tenant_id ORDER BY due.due_at) AS turn,
  due.due_at
FROM waiting CROSS JOIN LATERAL (
  SELECT id, due_at FROM handoffs WHERE due_at <= now() AND tenant_id = waiting.tenant_id
  ORDER BY due_at LIMIT :most
) AS due
WHERE waiting.tenant_id IS NOT NULL
ORDER BY turn, due.due_at
LIMIT 1000
""")


@dataclass(frozen=True)
class Due:
    """A handoff that waits for its brief."""

    tenant_id: UUID
    handoff_id: UUID


class Writer(Protocol):
    """Writes the brief of an assignment within so many seconds. Whatever it raises is why there is none.

    Raises ``Stopped`` and ``Unwanted``, the latter where ``is_wanted`` has become false.
    """

    def __call__(self, assignment: Assignment, seconds: float, is_wanted: Callable[[], bool]) -> Brief: ...


def find_due(platform: Platform, under_way: Collection[Due], most: int) -> Sequence[Due]:
    """The handoffs that wait for a brief, at most so many of each tenant, and no tenant's second before all firsts.

    ``under_way`` is what this process works on: it counts as a tenant's turns, and is not in the answer.
    """
    turns: dict[UUID, int] = {}
    for one in under_way:
        turns[one.tenant_id] = turns.get(one.tenant_id, 0) + 1
    with platform.database.transaction(role=Role.SWEEP) as db:
        found = db.execute(_DUE, {"most": most + len(under_way)}).all()
    rows = [row for row in found if Due(row.tenant_id, row.id) not in under_way]
    rows.sort(key=lambda row: (turns.get(row.tenant_id, 0) + row.turn, row.due_at))
    return _capped([Due(row.tenant_id, row.id) for row in rows], turns, most)


def write_brief(platform: Platform, tenant_id: UUID, handoff_id: UUID, writer: Writer | None = None) -> None:
    """Write the brief of a requested handoff and make it ready or a draft, or say on its row why that failed.

    A handoff that is not due (done, or in another attempt's hands) is left alone. The brief is written in this thread,
    which nothing can end, unless a ``writer`` does it. Raises ``Busy`` and ``Unavailable`` where nothing has begun.
    """
    ends_at = time.monotonic() + PART_OF_LEASE * platform.settings.brief_lease_seconds
    with platform.database.transaction(tenant_id=tenant_id) as db:
        begun = handoffs.attempts.begin(db, handoff_id, platform.settings)
    if begun is None:
        return
    # The row says which trace it belongs to, and not the nudge: what no nudge announced is traced too.
    with tracing.span("write brief", parent=begun.traceparent, kind="CONSUMER") as work:
        work.attributes = {"warmline.handoff_id": str(handoff_id), "warmline.attempt": begun.number}
        if work.trace_id:
            logs.about(trace_id=work.trace_id)
        work.failed = not _try(platform, tenant_id, begun, writer or _in_this_thread(platform), ends_at)


def _try(platform: Platform, tenant_id: UUID, begun: handoffs.attempts.Begun, writer: Writer, ends_at: float) -> bool:
    """Make an attempt that has begun, or hand it back; whether there is a brief, or nobody waits for one any more."""
    try:
        return _make(platform, tenant_id, begun, writer, ends_at)
    except Unwanted:
        log.info("Handoff %s is not waited for any more; its brief is not written", begun.handoff_id)
        return True
    except Stopped:
        _hand_back(platform, tenant_id, begun, ends_at, None)
    except _DatabaseTrouble as error:
        log.warning("Handoff %s is tried again, at no cost of an attempt: %s", begun.handoff_id, error)
        _hand_back(platform, tenant_id, begun, ends_at, logs.described(error.__cause__ or error))
    return False


class _DatabaseTrouble(Exception):
    """The database could not do its part: it is away, its disk is full, or somebody else holds what is needed."""


def _make(platform: Platform, tenant_id: UUID, begun: handoffs.attempts.Begun, writer: Writer, ends_at: float) -> bool:
    """Make an attempt that has begun; whether there is a brief. What goes wrong is recorded. Raises ``Stopped``,
    ``Unwanted`` and ``_DatabaseTrouble``."""
    database = platform.database
    try:
        attempt = _of_database(lambda: _read(platform, tenant_id, begun))
        # No transaction is open here: a language model may take a minute, and so long no connection is held.
        brief = _write(platform, tenant_id, attempt, writer, ends_at)
        embeddings = platform.embed([brief.text]) if attempt.goes_on(brief) else None

        def complete(ready: Ready) -> None:
            with database.transaction(tenant_id=tenant_id) as db:
                if handoffs.attempts.complete(db, attempt, brief, embeddings):
                    channels.send_recap(db, attempt.handoff_id, ready)

        known = Ready() if embeddings is None else Ready([brief.text], embeddings)
        _of_database(lambda: until_embedded(platform.embed, complete, known))
        return True
    except (Stopped, Unwanted, _DatabaseTrouble):
        raise
    # Whatever it was, the handoff says why it is late; a fault that stays ends in its failure, which people see.
    except Exception as error:
        log.exception("Attempt %d at handoff %s failed", begun.number, begun.handoff_id)
        problem = logs.described(error)

        def record() -> None:
            with database.transaction(tenant_id=tenant_id) as db:
                handoffs.attempts.record_failure(db, begun, problem, platform.settings)

        _of_database(record)
        return False


def _of_database(does: Callable[[], Result]) -> Result:
    """What a transaction gives. Raises ``_DatabaseTrouble`` where the database, and not the handoff, is at fault, and
    ``OutOfTime``, which costs an attempt: else a handoff that always takes too long would be tried for ever."""
    try:
        return does()
    except OutOfTime:
        raise
    except (Busy, Unavailable) as error:
        raise _DatabaseTrouble(str(error)) from error


def _read(platform: Platform, tenant_id: UUID, begun: handoffs.attempts.Begun) -> handoffs.attempts.Attempt:
    with platform.database.transaction(tenant_id=tenant_id) as db:
        return handoffs.attempts.read(db, begun)


def _write(
    platform: Platform, tenant_id: UUID, attempt: handoffs.attempts.Attempt, writer: Writer, ends_at: float
) -> Brief:
    assignment = _assignment(attempt, platform)
    if attempt.is_last_resort:
        where = f"/console/conversations/{attempt.session_id}"
        return write_minimal(assignment.source, attempt.problem or handoffs.attempts.LOST, where)

    def is_wanted() -> bool:
        with platform.database.transaction(tenant_id=tenant_id) as db:
            return handoffs.attempts.is_wanted(db, attempt)

    return writer(assignment, ends_at - time.monotonic(), is_wanted)


def _hand_back(
    platform: Platform, tenant_id: UUID, begun: handoffs.attempts.Begun, ends_at: float, problem: str | None
) -> None:
    """Hand an attempt back, as soon as the database takes it; after the lease somebody else may have begun another."""
    while True:
        try:
            with platform.database.transaction(tenant_id=tenant_id) as db:
                wait = 0 if problem is None else platform.settings.brief_backoff_seconds
                handoffs.attempts.hand_back(db, begun, wait, problem)
            return
        except (Busy, Unavailable):
            if time.monotonic() > ends_at:
                log.warning("An attempt at handoff %s could not be handed back, and counts", begun.handoff_id)
                return
            time.sleep(TRY_AGAIN_SECONDS)


def _in_this_thread(platform: Platform) -> Writer:
    def write(assignment: Assignment, seconds: float, is_wanted: Callable[[], bool]) -> Brief:  # noqa: ARG001 (a port)
        return summarising.write(assignment, platform.summariser)

    return write


def _assignment(attempt: handoffs.attempts.Attempt, platform: Platform) -> Assignment:
    """What the brief of an attempt is written from, with what a reviewer wrote in the draft before it."""
    material = attempt.material
    source = BriefSource(
        memories=material.memories,
        request=material.request,
        before=material.before,
        edited=material.edited,
        account=material.account,
        cut_at=material.cut_at,
        max_words=platform.settings.brief_words,
        pii=frozenset(attempt.preferences.pii),
        language=attempt.preferences.language,
        zone=dates.zone_of(material.time_zone, attempt.preferences.time_zone),
        git=material.git,
    )
    return Assignment(
        source=source,
        templates=attempt.templates,
        template=attempt.template,
        template_before=material.template_before,
        previous=material.previous,
        with_model=attempt.preferences.summariser is SummariserName.LLM,
    )


def _capped(due: Sequence[Due], turns: Mapping[UUID, int], most: int) -> list[Due]:
    """Of each tenant as many as it may have at once beside what is under way."""
    left = {one.tenant_id: most - turns.get(one.tenant_id, 0) for one in due}
    kept = []
    for one in due:
        if left[one.tenant_id] > 0:
            left[one.tenant_id] -= 1
            kept.append(one)
    return kept
