"""Flags over the wire: what is wrong with briefs, and the same as cases to measure briefs by."""

from collections.abc import Iterator
from pathlib import Path

from warmline.transport import Id, Transport, at, build
from warmline_schemas.briefs import SectionName
from warmline_schemas.flags import Flag, FlagBrief, Verdict
from warmline_schemas.wire import Page

PATH = "/v1/flags"
HANDOFFS = "/v1/handoffs"


class Flags:
    """``client.flags``. Every method raises the tree of ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add(
        self,
        handoff_id: Id,
        *,
        by: str,
        verdict: Verdict | str,
        section: SectionName | str | None = None,
        line: str | None = None,
        should_be: str | None = None,
        note: str | None = None,
        idempotency_key: str | None = None,
    ) -> Flag:
        """Flag a line of a brief as ``wrong`` or ``superfluous``, or say what is ``missing``.

        ``line`` is the line as the brief has it, its text alone or with its label; ``should_be`` what should stand
        there, best the bare value.
        """
        request = build(FlagBrief, by=by, verdict=verdict, section=section, line=line, should_be=should_be, note=note)
        return self._transport.post(Flag, at(HANDOFFS, handoff_id, "flags"), request, idempotency_key)

    def list(
        self,
        *,
        handoff_id: Id | None = None,
        namespace: str | None = None,
        verdict: Verdict | str | None = None,
        section: SectionName | str | None = None,
        by: str | None = None,
        page_size: int | None = None,
    ) -> Iterator[Flag]:
        """Iterate over flags, newest first."""
        params = {
            "handoff_id": handoff_id and str(handoff_id),
            "namespace": namespace,
            "verdict": verdict,
            "section": section,
            "by": by,
            "limit": page_size,
        }
        return self._transport.pages(Page[Flag], PATH, params)

    def take_back(self, handoff_id: Id, flag_id: Id) -> None:
        """Take a flag back."""
        self._transport.delete(at(HANDOFFS, handoff_id, "flags", str(flag_id)))

    def cases(self, *, namespace: str | None = None) -> Iterator[str]:
        """Iterate over the flagged handoffs as cases, each a line of JSON: what was said, and what the brief should
        have made of it, without secrets and without what the tenant hides."""
        return self._transport.lines(f"{PATH}/cases", {"namespace": namespace})

    def export_to(self, file: Path, *, namespace: str | None = None) -> int:
        """Write the cases to a file; answers how many."""
        count = 0
        with file.open("w", encoding="utf-8", newline="\n") as out:
            for line in self.cases(namespace=namespace):
                out.write(line + "\n")
                count += 1
        return count
