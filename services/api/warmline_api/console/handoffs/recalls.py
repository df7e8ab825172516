"""Recalls: why a handoff's warm start brings these memories, and a box to ask its namespace, every score in parts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.desk import turns_of
from warmline_api.console.handoffs.bars import bars_of
from warmline_api.console.languages import _
from warmline_api.console.shell import Signed, Visitor
from warmline_memory import customers, handoffs, recall as recalling, storage, tenancy
from warmline_memory.handoffs import Choice
from warmline_memory.storage import Transaction, tables
from warmline_schemas.handoffs import AcceptHandoff, Handoff, HandoffState
from warmline_schemas.recall import Recall, Recollection
from warmline_schemas.tenancy import PiiClass

router = APIRouter()

MOST_ASKED = 1_000
TOP_K: int = AcceptHandoff.model_fields["top_k"].default
"""How many memories come with a warm start where its receiver does not say another number."""


@router.get("/handoffs/{handoff_id}/why")
def show_why(
    handoff_id: UUID,
    visitor: Signed,
    q: Annotated[str, Query(max_length=MOST_ASKED)] = "",
    top_k: Annotated[int, Query(ge=1, le=50)] = TOP_K,
    chain_only: bool = False,
) -> Response:
    """The memories of the warm start with why each was chosen; and what a question finds in the namespace."""
    with visitor.transaction() as db:
        visitor.check_sees(db, tables.Handoff, handoff_id)
        row = handoffs.find(db, handoff_id)
        tenancy.record_read(db, "memories", handoff_id, row.namespace)
        handoff, choice = storage.handoff(row), _choice(db, row, top_k)
        pii = tenancy.signed_in(db).preferences.pii
        names = customers.names_of(db, [handoff.namespace])
    found = _recalled(visitor, handoff, q.strip(), top_k, chain_only) if q.strip() else None
    return shell.page(
        visitor,
        "handoffs/why.html",
        title=_("Why these memories"),
        handoff=handoff,
        customer=names.get(handoff.namespace, handoff.namespace),
        choice=choice,
        chosen=_with_turns(choice, pii) if choice else [],
        top_k=top_k,
        q=q.strip(),
        chain_only=chain_only,
        found=found,
        hits=_hits(found, pii) if found else [],
    )


def _choice(db: Transaction, row: tables.Handoff, top_k: int) -> Choice | None:
    """What a start from the brief brings now, or brought when it was accepted; None while there is no brief."""
    brief = None if row.state == HandoffState.REQUESTED else storage.brief(row)
    if brief is None:
        return None
    return handoffs.choose(db, row, brief, top_k, row.accepted_at)


def _recalled(visitor: Visitor, handoff: Handoff, query: str, top_k: int, chain_only: bool) -> Recollection:
    """The answer to a question, explained; it counts as no use of what it finds."""
    platform = visitor.platform
    ask = Recall(
        namespace=handoff.namespace,
        query=query,
        top_k=top_k,
        chain_id=handoff.chain_id if chain_only else None,
        reinforce=False,
        explain=True,
    )
    # Embedded before the transaction, as in every recall. ``reinforce`` is off: an operator who is curious must not
    # change what the next agent is given.
    embedding = platform.embed_query(query)
    with visitor.transaction() as db:
        found = recalling.recall(db, ask, embedding, platform.cached_namespaces)
    return found.shown()


def _with_turns(choice: Choice, pii: list[PiiClass]) -> list[Any]:
    turns = turns_of([one.memory for one in choice.chosen], pii)
    return list(zip(choice.chosen, turns, strict=True))


def _hits(found: Recollection, pii: list[PiiClass]) -> list[Any]:
    turns = turns_of([hit.memory for hit in found.results], pii)
    best = found.results[0].score if found.results else 0.0
    return [(hit, turn, bars_of(hit, best)) for hit, turn in zip(found.results, turns, strict=True)]
