"""The security log: one JSON object a line of what a security team follows, for whatever collects logs.

It has every entry of every tenant's audit, with its number and its hash, and what never gets there because it was
refused: wrong keys and passwords, missing rights, limits. No line holds contents, secrets or namespaces.
"""

import json
import logging
from datetime import UTC, datetime
from uuid import UUID

from warmline_schemas.audit import AuditEntry

LOGGER = "warmline.security"
_log = logging.getLogger(LOGGER)


def of_entry(tenant_id: UUID, entry: AuditEntry) -> None:
    """Log an entry of the audit, once its transaction has committed."""
    actor = entry.actor
    _write(
        entry.at,
        what=entry.verb,
        outcome="done",
        tenant_id=str(tenant_id),
        actor_kind=actor.kind.value,
        actor_id=actor.id and str(actor.id),
        actor=actor.name,
        address=actor.address,
        entry=entry.number,
        hash=entry.hash,
    )


def of_refusal(what: str, why: str, *, address: str | None, **known: str | None) -> None:
    """Log what was refused: ``what`` was asked, such as a route, and ``why`` by the type of the problem."""
    _write(datetime.now(UTC), what=what, outcome="refused", why=why, address=address, **known)


def keep(path: str) -> None:
    """Write the log to a file of its own from now on, which only its owner can read; without a path it stands in the
    general log."""
    if path:
        handler = logging.FileHandler(path, delay=True)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _log.addHandler(handler)
        _log.propagate = False
    _log.setLevel(logging.INFO)


def _write(at: datetime, **facts: object) -> None:
    known = {name: fact for name, fact in facts.items() if fact is not None}
    _log.info("%s", json.dumps({"at": at.isoformat(), **known}, ensure_ascii=True))
