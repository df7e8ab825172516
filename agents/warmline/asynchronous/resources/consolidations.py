"""The consolidations API: let one memory stand for its near-duplicates, and undo this."""

from collections.abc import AsyncIterator

from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import AnyOf, Id, build, path_to
from warmline_schemas.memories import Consolidate, Consolidation, Consolidations as Consolidated
from warmline_schemas.wire import Page

PATH = "/v1/consolidations"


class AsyncConsolidations:
    """``client.consolidations``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def make(
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
        return await self._transport.post(Consolidated, PATH, request, idempotency_key, wait=60.0)

    async def get(self, consolidation_id: Id) -> Consolidation:
        """Read one consolidation."""
        return await self._transport.get(Consolidation, path_to(PATH, consolidation_id))

    def list(
        self, *, namespace: AnyOf[str] | None = None, page_size: int | None = None
    ) -> AsyncIterator[Consolidation]:
        """Iterate over consolidations, newest first, undone ones included."""
        return self._transport.pages(Page[Consolidation], PATH, {"namespace": namespace, "limit": page_size})

    async def undo(self, consolidation_id: Id) -> None:
        """Undo a consolidation for good: its memories come back into recall."""
        await self._transport.delete(path_to(PATH, consolidation_id))
