"""The flags API: say what is wrong with a brief, and export the flagged handoffs as test cases."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

from warmline.asynchronous.streams import AsyncStream
from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import AnyOf, Id, build, path_to
from warmline_schemas.briefs import SectionName
from warmline_schemas.flags import Flag, FlagBrief, FlagVerdict
from warmline_schemas.wire import Page

PATH = "/v1/flags"
HANDOFFS = "/v1/handoffs"


class AsyncFlags:
    """``client.flags``. Every method raises the errors of ``warmline.errors``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def add(
        self,
        handoff_id: Id,
        *,
        by: str,
        verdict: FlagVerdict | str,
        section: SectionName | str | None = None,
        line: str | None = None,
        should_be: str | None = None,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> Flag:
        """Flag a line of a brief as ``wrong`` or ``superfluous``, or say what is ``missing``.

        ``line`` is the line as the brief has it, with or without its label. ``should_be`` is what should be there, best
        only the value; it is needed for ``missing``.
        """
        request = build(FlagBrief, by=by, verdict=verdict, section=section, line=line, should_be=should_be, note=note)
        return await self._transport.post(Flag, path_to(HANDOFFS, handoff_id, "flags"), request, idempotency_key)

    def list(
        self,
        *,
        handoff_id: AnyOf[Id] | None = None,
        namespace: AnyOf[str] | None = None,
        verdict: AnyOf[FlagVerdict | str] | None = None,
        section: AnyOf[SectionName | str] | None = None,
        by: AnyOf[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[Flag]:
        """Iterate over flags, newest first: those that were made at ``since`` or later, and before ``until``."""
        params = {
            "handoff_id": handoff_id,
            "namespace": namespace,
            "verdict": verdict,
            "section": section,
            "by": by,
            "since": since,
            "until": until,
            "limit": page_size,
        }
        return self._transport.pages(Page[Flag], PATH, params)

    async def take_back(self, handoff_id: Id, flag_id: Id) -> None:
        """Delete a flag."""
        await self._transport.delete(path_to(HANDOFFS, handoff_id, "flags", str(flag_id)))

    def cases(self, *, namespace: str | None = None) -> AsyncStream[str]:
        """Iterate over the flagged handoffs as test cases, each one line of JSON: what was said, and what a brief must
        say.

        Secrets, and personal data that the tenant hides, are removed.
        """
        return AsyncStream(lambda stop: self._transport.lines(f"{PATH}/cases", {"namespace": namespace}, stop=stop))

    async def export_to(self, file: Path, *, namespace: str | None = None) -> int:
        """Write the test cases to a file, one a line. Return how many there are."""
        count = 0
        with file.open("w", encoding="utf-8", newline="\n") as out:
            async for line in self.cases(namespace=namespace):
                out.write(line + "\n")
                count += 1
        return count
