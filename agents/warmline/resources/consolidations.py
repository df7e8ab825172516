"""Consolidations over the wire: let one memory stand for its near-duplicates, and undo it."""

from collections.abc import Iterator

from warmline.transport import Id, Transport, at, build
from warmline_schemas.consolidations import Consolidate, Consolidation, Consolidations as Consolidated
from warmline_schemas.wire import Page

PATH = "/v1/consolidations"


class Consolidations:
    """``client.consolidations``. Every method raises the tree of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def make(
        self,
        namespace: str,
        *,
        similarity: float | None = None,
        before: Id | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Consolidated:
        """Let one memory stand for others that say the same. ``dry_run`` only says what would be made.

        ``similarity`` is the least cosine, 0.5 to 1. The answer's ``next_before`` is the ``before`` that goes on with
        older memories, where there are any.
        """
        request = build(Consolidate, namespace=namespace, similarity=similarity, before=before, dry_run=dry_run)
        return self._transport.post(Consolidated, PATH, request, idempotency_key, wait=60.0)

    def get(self, consolidation_id: Id) -> Consolidation:
        """Read one consolidation."""
        return self._transport.get(Consolidation, at(PATH, consolidation_id))

    def list(self, *, namespace: str | None = None, page_size: int | None = None) -> Iterator[Consolidation]:
        """Iterate over consolidations, undone ones too, newest first."""
        return self._transport.pages(Page[Consolidation], PATH, {"namespace": namespace, "limit": page_size})

    def undo(self, consolidation_id: Id) -> None:
        """Let its memories stand for themselves again, for good."""
        self._transport.delete(at(PATH, consolidation_id))
