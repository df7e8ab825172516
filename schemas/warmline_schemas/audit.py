"""The audit: who did what, in entries that are chained by their hashes, and how a chain is verified.

Each entry holds the hash of the one before it, so that nobody changes, removes or inserts one without every hash after
it being wrong. Whoever keeps the newest hash elsewhere, such as in the security log, also sees a chain that was made
anew as a whole.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer

FIRST = "0" * 64
"""What stands in the place of a hash before the first entry."""
COVERED = {"id", "number", "actor", "verb", "namespace_hash", "details", "previous_hash"}
"""What an entry's hash covers beside its tenant and its time. A field that is added later is not covered, so that
entries of before still verify."""


class ActorKind(StrEnum):
    """What sort of actor it was."""

    KEY = "key"
    OPERATOR = "operator"
    SYSTEM = "system"


class Actor(Answer):
    """Who did something. `kind` and `id` say who it was for good; `name` what it was called then.

    An agent is no actor: a key acts as an agent, and what its programs say of themselves is not what they are.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "key",
                    "id": "01978f6e-7c1a-7000-8000-0000000000ab",
                    "name": "support-desk",
                    "address": "192.0.2.7",
                }
            ]
        }
    )

    kind: ActorKind = Field(
        description="An API key (`key`), a person at the console (`operator`), or the platform itself (`system`)."
    )
    id: UUID | None = Field(description="The id of the API key or of the operator; null for the platform itself.")
    name: str = Field(
        description="The key's name, `human:NAME` of an operator, or the part of the platform, such as `worker`."
    )
    address: str | None = Field(
        default=None, description="The network address that the request came from; null where there was no request."
    )

    @property
    def key_id(self) -> UUID | None:
        """The id of the API key, where it was one."""
        return self.id if self.kind is ActorKind.KEY else None

    def __str__(self) -> str:
        """For a line of a list, such as ``key support-desk``."""
        return f"{self.kind.value} {self.name}"


class AuditEntry(Answer):
    """Who did what, and when. An entry has no content of memories, and is never changed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-000000000009",
                    "number": 1,
                    "at": "2026-03-01T10:00:00Z",
                    "actor": {
                        "kind": "key",
                        "id": "01978f6e-7c1a-7000-8000-0000000000ab",
                        "name": "support-desk",
                        "address": "192.0.2.7",
                    },
                    "verb": "forget",
                    "namespace": "user-dave",
                    "namespace_salt": "9f86d081884c7d659a2feaa0c55ad015",
                    "namespace_hash": "b6d5f6ed2d0e5b7c0ec1ad0da3b1cf9e1ed6dc5fdb1a2d1db1c8a1b1ad1b2c3d",
                    "details": {"filter": {"kinds": ["message"]}, "memories": 12, "briefs": 1, "brief_lines": 3},
                    "previous_hash": FIRST,
                    "hash": "5a1f8f0e7c6f4b1f2f0c5c1d9e3b7a6d8c4e2f1a0b9d8c7e6f5a4b3c2d1e0f9a",
                }
            ]
        }
    )

    id: UUID = Field(description="The entry's id; ids grow with time.")
    number: int = Field(description="Its place in the tenant's chain, from 1 on and without a gap.")
    at: datetime = Field(description="When it was done.")
    actor: Actor = Field(description="Who did it.")
    verb: str = Field(description="What was done, such as `forget`, `make-key` or `sign-in`.")
    namespace: str | None = Field(
        description="The namespace that it was done to; null where there was none, and once that was erased."
    )
    namespace_salt: str | None = Field(
        description="32 hexadecimal digits that were drawn for the entry; null where `namespace` is."
    )
    namespace_hash: str | None = Field(
        description=(
            "The SHA-256 of the salt and the namespace. It is what the entry's hash covers, so that a namespace can be"
            " erased from an entry and the chain still verifies. Null where there was no namespace."
        )
    )
    details: dict[str, Any] = Field(description="The filter, and how many rows of each sort; never their content.")
    previous_hash: str = Field(description="The hash of the entry before it; 64 zeros for the first one.")
    hash: str = Field(description="The SHA-256 of the entry with the hash before it, as 64 hexadecimal digits.")


class AuditVerdict(Answer):
    """What verifying a chain found."""

    entries: int = Field(description="How many entries were read.")
    oldest: int | None = Field(description="The number of the oldest entry that is kept; null where there is none.")
    newest: int | None = Field(description="The number of the newest entry; null where there is none.")
    head: str = Field(description="The newest entry's hash. Keep it elsewhere, and ask for it the next time.")
    problems: list[str] = Field(description="What is wrong, a sentence each, the newest entry first; empty if nothing.")

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def namespace_hash(salt: str, namespace: str) -> str:
    """The SHA-256 of a namespace with its entry's salt (32 hexadecimal digits), as 64 hexadecimal digits."""
    return _sha256(salt + namespace)


def entry_hash(tenant_id: UUID, entry: AuditEntry) -> str:
    """The hash that an entry must have: the SHA-256 of its canonical JSON (RFC 8785 for what entries hold: keys in
    order, no blanks, UTF-8), times in UTC with microseconds. The namespace stands in it by its hash."""
    covered = entry.model_dump(mode="json", include=COVERED)
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    line = {**covered, "tenant_id": str(tenant_id), "at": at}
    return _sha256(json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


def verify(tenant_id: UUID, newest_first: Iterable[AuditEntry], *, head: str | None = None) -> AuditVerdict:
    """Verify a chain, entry by entry from the newest to the oldest that is kept.

    ``head`` is a hash that was the newest one at some time: it must still be in the chain.
    """
    verification = Verification(tenant_id, head=head)
    for entry in newest_first:
        verification.read(entry)
    return verification.verdict()


class Verification:
    """Verifies a chain as its entries arrive, from the newest to the oldest that is kept. ``verify`` says the rest."""

    def __init__(self, tenant_id: UUID, *, head: str | None = None) -> None:
        self._tenant_id = tenant_id
        self._head = head
        self._sought = head not in (None, FIRST)
        self._entries = 0
        self._newest: AuditEntry | None = None
        self._later: AuditEntry | None = None
        self._problems: list[str] = []

    def read(self, entry: AuditEntry) -> None:
        """Read the next entry, which is the one before those that were read."""
        self._newest, self._entries = self._newest or entry, self._entries + 1
        self._problems += _problems(self._tenant_id, entry, self._later)
        self._sought = self._sought and entry.hash != self._head
        self._later = entry

    def verdict(self) -> AuditVerdict:
        """Say what was found, once all entries were read."""
        problems, oldest, newest = list(self._problems), self._later, self._newest
        if oldest is not None and oldest.number == 1 and oldest.previous_hash != FIRST:
            problems.append("Entry 1 names an entry before it.")
        if self._sought:
            problems.append(f"No entry has the hash {self._head}: entries were removed, or the chain was made anew.")
        return AuditVerdict(
            entries=self._entries,
            oldest=None if oldest is None else oldest.number,
            newest=None if newest is None else newest.number,
            head=newest.hash if newest else FIRST,
            problems=problems,
        )


def _problems(tenant_id: UUID, entry: AuditEntry, later: AuditEntry | None) -> Iterable[str]:
    if entry.hash != entry_hash(tenant_id, entry):
        yield f"Entry {entry.number} was changed: its hash is not that of what it says."
    if (
        entry.namespace is not None
        and namespace_hash(entry.namespace_salt or "", entry.namespace) != entry.namespace_hash
    ):
        yield f"Entry {entry.number} names another namespace than it did."
    if later is not None and (later.number, later.previous_hash) != (entry.number + 1, entry.hash):
        yield f"Between the entries {entry.number} and {later.number} something was removed, inserted or changed."


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
