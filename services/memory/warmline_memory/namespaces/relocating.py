"""Relocating: the lines of an export as rows of the place that they are imported to."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from warmline_memory import attachments, memories
from warmline_memory.language import terms
from warmline_memory.storage import tables
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import Brief, BriefAction, BriefLine
from warmline_schemas.customers.attachments import AttachmentState
from warmline_schemas.handoffs import Contradiction, HandoffState, ReadBack
from warmline_schemas.memories import Remember
from warmline_schemas.namespaces import (
    AttachmentLine,
    ConsolidationLine,
    HandoffLine,
    HeaderLine,
    MemoryLine,
    SessionLine,
)
from warmline_schemas.sessions import EndReason

Citing = TypeVar("Citing", BriefLine, BriefAction, Contradiction)
Row = dict[str, Any]

WAS_UNDER_WAY = "it was under way when its namespace was exported"


@dataclass(frozen=True)
class Relocation:
    """From the place that a header names to a namespace of a tenant. Where both are the same, ids stay."""

    header: HeaderLine
    tenant_id: UUID
    namespace: str

    def id(self, old: UUID) -> UUID:
        """The id that a row has in its new place: always the same, and in the order of time as before.

        The first 48 bits, the milliseconds of a UUID of version 7 (RFC 9562, 5.7), are kept; the rest is a hash.
        """
        if (self.header.tenant_id, self.header.namespace) == (self.tenant_id, self.namespace):
            return old
        place = self.tenant_id.bytes + self.namespace.encode() + b"\x00" + old.bytes
        number = int.from_bytes(old.bytes[:6] + sha256(place).digest()[:10])
        return UUID(int=number & ~(0xF000 << 64) & ~(0b11 << 62) | 0x7000 << 64 | 0b10 << 62)

    def ids(self, old: Sequence[UUID]) -> list[UUID]:
        """The new ids of several rows, in order."""
        return [self.id(one) for one in old]

    def session(self, line: SessionLine) -> Row:
        """A session, which arrives ended."""
        return {
            **_fields(line, "agent", "owns_conversation", "memory_count", "started_at", "outcome"),
            "id": self.id(line.id),
            "namespace": self.namespace,
            "chain_id": self.id(line.chain_id),
            "custom": line.metadata,
            "ended_at": line.ended_at or self.header.exported_at,
            "ended_reason": line.ended_reason or EndReason.CLIENT,
        }

    def handoff(self, line: HandoffLine) -> Row:
        """A handoff, which arrives cancelled where it was under way, and closed where its target still worked."""
        under_way = line.state in tables.UNDER_WAY
        state = HandoffState.CLOSED if line.state is HandoffState.ACCEPTED else line.state
        return {
            **_fields(line, "mode", "source_agent", "reason", "goal", "hop", "cut_ordinal"),
            **_fields(line, "requested_at", "ready_at", "accepted_at", "first_reply_at"),
            **_fields(line, "reason_code", "urgency", "language", "redirected_from", "resolution", "edited_by"),
            "id": self.id(line.id),
            "namespace": self.namespace,
            "chain_id": self.id(line.chain_id),
            "state": HandoffState.CANCELLED if under_way else state,
            "problem": WAS_UNDER_WAY if under_way else line.problem,
            "closed_at": line.closed_at or self.header.exported_at,
            "closed_as": line.closed_as if line.state is HandoffState.CLOSED else None,
            "target": line.to,
            "source_session_id": self.id(line.source_session_id),
            "target_session_id": line.target_session_id and self.id(line.target_session_id),
            "returns_id": line.returns_id and self.id(line.returns_id),
            "read_back": line.read_back and self._read_back(line.read_back).model_dump(mode="json"),
            "account": self._account(line.account),
            "brief": line.brief and self._brief(line.brief).model_dump(mode="json"),
            "custom": line.metadata,
        }

    def memory(self, line: MemoryLine) -> Row:
        """A memory, all but its embedding."""
        session_id = line.session_id and self.id(line.session_id)
        slot = None if line.slot is None else line.slot.model_dump(mode="json")
        return {
            **_fields(line, "ordinal", "agent", "kind", "role", "external_id", "content"),
            **_fields(
                line,
                "importance",
                "importance_estimated",
                "pinned",
                "event_time",
                "created_at",
                "expires_at",
                "times_seen",
                "last_seen_at",
            ),
            **_fields(line, "times_recalled", "last_recalled_at", "found_useful", "found_wrong"),
            "id": self.id(line.id),
            "namespace": self.namespace,
            "session_id": session_id,
            "chain_id": line.chain_id and self.id(line.chain_id),
            "handoff_id": line.handoff_id and self.id(line.handoff_id),
            "slot": slot,
            "action": line.action and line.action.model_dump(mode="json"),
            "custom": line.metadata,
            "fingerprint": self._fingerprint(line, session_id) if line.merges_repeats else None,
            "terms": terms.stored(memories.searched(line.content, slot), self.tenant_id, self.namespace),
        }

    def supersessions(self, line: MemoryLine) -> list[tuple[UUID, UUID]]:
        """Which memory is superseded by which, as the line of either says it."""
        own = self.id(line.id)
        corrected = [(self.id(old), own) for old in line.supersedes]
        return corrected + [(own, self.id(new)) for new in line.superseded_by]

    def consolidation(self, line: ConsolidationLine) -> Row:
        """A consolidation, without the memories that it merged."""
        return {
            **_fields(line, "similarity", "made_at", "undone_at"),
            "id": self.id(line.id),
            "namespace": self.namespace,
            "kept_id": self.id(line.kept_id),
        }

    def attachment(self, line: AttachmentLine) -> Row:
        """An attachment that waits for the scanner, and is what its bytes say. Raises ``ValueError`` for bytes that are
        not those of the line."""
        content = None if line.content is None else base64.b64decode(line.content, validate=True)
        if content is not None and (len(content) != line.size or sha256(content).hexdigest() != line.sha256):
            raise ValueError("content: these are not the bytes of which `size` and `sha256` tell")
        found = None if content is None else attachments.recognised(line.name, content)
        return {
            **_fields(line, "external_id", "size", "created_at"),
            "id": self.id(line.id),
            "namespace": self.namespace,
            "chain_id": self.id(line.chain_id),
            "memory_id": self.id(line.memory_id),
            "name": line.name if found is None else found.name,
            "type": line.media_type if found is None else found.type,
            "width": found and found.width,
            "height": found and found.height,
            "sha256": bytes.fromhex(line.sha256),
            "content": content,
            # Where no scanner is set up, the worker finds that out at once.
            "state": AttachmentState.REFUSED if found is None else AttachmentState.WAITING,
            "problem": (line.problem or "a scanner refused it") if found is None else None,
            "check_due_at": None if found is None else datetime.now(UTC),
        }

    def _brief(self, brief: Brief) -> Brief:
        sections = [
            section.model_copy(update={"lines": [self._citing(line) for line in section.lines]})
            for section in brief.sections
        ]
        actions = [self._citing(action) for action in brief.actions]
        headline = self._citing(brief.headline)
        return brief.model_copy(update={"headline": headline, "sections": sections, "actions": actions})

    def _account(self, account: Account | str | None) -> Row | str | None:
        if not isinstance(account, Account):
            return account
        entries = [
            entry.model_copy(update={"turns": [self.id(turn) for turn in entry.turns]}) for entry in account.entries
        ]
        return Account(entries=entries).model_dump(mode="json", exclude_none=True)

    def _read_back(self, said: ReadBack) -> ReadBack:
        return said.model_copy(update={"contradictions": [self._citing(one) for one in said.contradictions]})

    def _citing(self, part: Citing) -> Citing:
        return part.model_copy(update={"memory_ids": self.ids(part.memory_ids)})

    def _fingerprint(self, line: MemoryLine, session_id: UUID | None) -> bytes | None:
        said = Remember(
            content=line.content,
            session_id=session_id,
            namespace=self.namespace,
            kind=line.kind,
            slot=line.slot,
            metadata=line.metadata,
        )
        return memories.fingerprint(said)


def _fields(line: object, *names: str) -> Row:
    return {name: getattr(line, name) for name in names}
