"""The security log: one JSON object a line of what a security team follows, for whatever collects logs.

It has every entry of every tenant's audit, with its number and its hash, and what never gets there because it was
refused: wrong keys and passwords, missing rights, limits. No line holds contents, secrets or namespaces.
"""

import json
import logging
import os
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from uuid import UUID

from warmline_memory.errors import SetupError
from warmline_memory.logs import Spates
from warmline_schemas.audit import AuditEntry

LOGGER = "warmline.security"
_log = logging.getLogger(LOGGER)
_spates = Spates()


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


def of_refusal(what: str, why: str, *, address: str | None, operator_id: UUID | None = None) -> None:
    """Log what was refused: ``what`` was asked, such as a route, and ``why`` in a word, such as ``forbidden``.
    ``operator_id`` is whose account it was about, where that is known.

    Of many alike from one address a few are logged, and the next one after a while says how many were ``left_out``:
    who has no key could else fill a disk.
    """
    operator = operator_id and str(operator_id)
    left_out = _spates.passes((what, why, address, operator))
    if left_out is not None:
        now = datetime.now(UTC)
        _write(
            now, what=what, outcome="refused", why=why, address=address, operator_id=operator, left_out=left_out or None
        )


def keep(path: str) -> None:
    """Write the log to a file from now on, which only its owner can read, or without a path to stderr.

    It goes past the general log, which leaves out lines that are alike. Raises ``SetupError`` where the file cannot be
    written.
    """
    try:
        handler = _PrivateFile(path) if path else logging.StreamHandler()
    except OSError as error:
        raise SetupError(
            what=f"The security log cannot be written to {path} ({error.strerror}).",
            fix="Set WARMLINE_SECURITY_LOG to a file in a folder that exists and that the service may write to.",
        ) from error
    handler.setFormatter(logging.Formatter("%(message)s"))
    for before in _log.handlers[:]:
        _log.removeHandler(before)
        before.close()
    _log.addHandler(handler)
    _log.propagate = False
    _log.setLevel(logging.INFO)


class _PrivateFile(WatchedFileHandler):
    """A file for its owner alone, which is opened anew where a program that rotates logs has moved it away."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="ascii", opener=lambda path, flags: os.open(path, flags, 0o600))


def _write(at: datetime, **facts: object) -> None:
    known = {name: fact for name, fact in facts.items() if fact is not None}
    _log.info("%s", json.dumps({"at": at.isoformat(), **known}, ensure_ascii=True))
