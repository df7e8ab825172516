# Written by `python -m tests.sync_client` from asynchronous/resources/consolidations.py: change that one.
"""The consolidations API: let one memory stand for its near-duplicates, and undo this."""

from collections.abc import Iterator

from warmline.calls import AnyOf, Id, build, path_to
from warmline.transport import Transport
from warmline_schemas.memories import Consolidate, Consolidation, Consolidations as Consolidated
from warmline_schemas.wire import Page

PATH = "/v1/consolidations"


class Consolidations:
    """``client.consolidations``. Every method raises the errors of ``warmline.errors``."""

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
        """Let one memory stand for others with the same words. With ``dry_run`` nothing changes.

        ``similarity`` is the lowest cosine similarity, 0.5 to 1 (default 0.9). To go on with older memories, give the
        answer's ``next_before`` as ``before``; it is None where there are none.
        """
        request = build(Consolidate, namespace=namespace, similarity=similarity, before=before, dry_run=dry_run)
        # Up to 5,000 memories are compared pair by pair, which can take longer than a usual call: a minute is added.
        return self._transport.post(Consolidated, PATH, request, idempotency_key, wait=60.0)

    def get(self, consolidation_id: Id) -> Consolidation:
        """Read one consolidation."""
        return self._transport.get(Consolidation, path_to(PATH, consolidation_id))

    def list(self, *, namespace: AnyOf[str] | None = None, page_size: int | None = None) -> Iterator[Consolidation]:
        """Iterate over consolidations, newest first, undone ones included."""
        return self._transport.pages(Page[Consolidation], PATH, {"namespace": namespace, "limit": page_size})

    def undo(self, consolidation_id: Id) -> None:
        """Undo a consolidation for good: its memories come back into recall."""
        self._transport.delete(path_to(PATH, consolidation_id))
