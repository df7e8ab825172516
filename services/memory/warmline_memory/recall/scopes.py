"""Scopes: which memories a recall asks about, as conditions on the table of memories."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import REAL, ColumnElement, cast, or_

from warmline_memory.recall.columns import ROW
from warmline_schemas.recall import Recall
from warmline_schemas.wire import Metadata


@dataclass(frozen=True)
class Scope:
    """Which memories of a tenant's namespace a recall asks about."""

    tenant_id: UUID
    namespace: str
    part: list[ColumnElement[bool]]
    """Conditions with an index of their own, which leave few enough memories to scan all of them: one session, chain or
    slot. None where the recall asks about the whole namespace."""
    filters: list[ColumnElement[bool]]
    """Conditions that a memory must meet to be answered. Memories that do not meet them still lend context to their
    neighbours, so they are scanned too."""


def of(ask: Recall, tenant_id: UUID, any_of: Sequence[Metadata] = ()) -> Scope:
    """The scope of a request; ``any_of`` are metadata of which a memory has one."""
    one_of = [or_(*(ROW.metadata.contains(members) for members in any_of))] if any_of else []
    return Scope(tenant_id, ask.namespace, _part(ask), [*_filters(ask), *one_of])


def _part(ask: Recall) -> list[ColumnElement[bool]]:
    given = {ROW.session_id: ask.session_id, ROW.chain_id: ask.chain_id, ROW.slot_name: ask.slot}
    return [column == value for column, value in given.items() if value is not None]


def _filters(ask: Recall) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if ask.min_importance > 0:
        # Stored in single precision: 0.7 itself would be above what was stored of it.
        filters.append(ROW.importance >= cast(ask.min_importance, REAL))
    if ask.kinds is not None:
        filters.append(ROW.kind.in_(ask.kinds))
    if ask.agent is not None:
        filters.append(ROW.agent == ask.agent)
    if ask.since is not None:
        filters.append(ROW.event_time >= ask.since)
    if ask.until is not None:
        filters.append(ROW.event_time < ask.until)
    if ask.branch is not None:
        branch = ROW.metadata["branch"].astext
        filters.append(or_(branch.is_(None), branch == ask.branch))
    if ask.metadata:
        filters.append(ROW.metadata.contains(ask.metadata))
    return filters
