"""Writing: what the worker does with a requested handoff. Running it twice, or killing it anywhere, changes nothing.

Short transactions with the slow part between them: begin an attempt and read; write and embed the brief outside any
transaction; lock, look again, complete. What these transactions do is in ``handoffs.attempts``.
"""

import logging
from datetime import UTC, datetime
from uuid import UUID

from warmline_memory import handoffs, logs
from warmline_memory.briefs import BriefRequest, BriefSource, editing, templates, work_types, write
from warmline_memory.errors import NotFound
from warmline_memory.language import dates
from warmline_memory.platform import Platform
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief
from warmline_schemas.memories import Role
from warmline_schemas.templates import Template

log = logging.getLogger(__name__)


def load_models() -> None:
    """Load what every brief needs, by writing one of nothing: the encoder, its weights, the examples of templates.

    It takes some seconds, which would otherwise be those of the first handoff, and of its lease.
    """
    now = datetime.now(UTC)
    said = [SourceMemory(UUID(int=0), Role.USER, "message", "Please cancel my order.", 0.5, now)]
    request = BriefRequest(source_agent="agent", to="agent", reason="none", namespace="none")
    work_types.detect(said, templates.BUILT_IN.values())
    write(BriefSource(memories=said, request=request, cut_at=now, account="## Notes\n- The order is cancelled"))


def write_brief(platform: Platform, tenant_id: UUID, handoff_id: UUID) -> None:
    """Write the brief of a requested handoff and make it ready or a draft, or say on its row why that failed.

    A handoff that is not due (done, or in another attempt's hands) is left alone.
    """
    database, settings = platform.database, platform.settings
    with database.transaction(tenant_id=tenant_id) as db:
        attempt = handoffs.attempts.begin(db, handoff_id, settings)
    if attempt is None:
        return
    try:
        # No transaction is open here: a language model may take a minute, and so long no connection is held.
        brief = _write(attempt, platform)
        embeddings = platform.embed([brief.text]) if attempt.goes_on(brief) else None
        with database.transaction(tenant_id=tenant_id) as db:
            handoffs.attempts.complete(db, attempt, brief, embeddings)
    # Whatever it was, the handoff says why it is late; a fault that stays ends in its failure, which people see.
    except Exception as error:
        log.exception("Attempt %d at handoff %s failed", attempt.number, handoff_id)
        with database.transaction(tenant_id=tenant_id) as db:
            wait = handoffs.attempts.record_failure(db, attempt, logs.described(error), settings)
        if wait is not None:
            platform.queue.nudge(tenant_id, handoff_id, delay_seconds=wait)


def _write(attempt: handoffs.attempts.Attempt, platform: Platform) -> Brief:
    """Write the brief, and put into it what a reviewer wrote in the draft before it."""
    material = attempt.material
    source = BriefSource(
        memories=material.memories,
        request=material.request,
        before=material.before,
        edited=material.edited,
        account=material.account,
        cut_at=material.cut_at,
        max_words=platform.settings.brief_words,
        template=_template(attempt),
        pii=frozenset(attempt.preferences.pii),
        language=attempt.preferences.language,
        zone=dates.zone_of(material.time_zone, attempt.preferences.time_zone),
    )
    brief = platform.summarise(source, attempt.preferences)
    if material.previous is None or not editing.has_edits(material.previous):
        return brief
    return editing.keep_edits(brief, material.previous, source.template, source.request, source.language)


def _template(attempt: handoffs.attempts.Attempt) -> Template:
    """The template that was asked for, or else the one that the memories speak for. Raises ``NotFound``."""
    material = attempt.material
    name = attempt.template or work_types.detect(
        material.memories, attempt.templates.values(), material.template_before
    )
    template = attempt.templates.get(name)
    if template is None:
        raise NotFound(noun="template", id=name)
    return template
