"""Briefs that are put together line by line, where it matters what stands in them and not how they are written."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from warmline_memory.briefs import to_text
from warmline_schemas.briefs import Brief, BriefAction, BriefLine, BriefSection, SectionName

CUT_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def a_line(text: str, *cited: UUID | int, **fields: Any) -> BriefLine:
    """A line that cites these memories; a number stands for the id that has this value."""
    ids = [one if isinstance(one, UUID) else UUID(int=one) for one in cited]
    return BriefLine.model_validate({"text": text, "memory_ids": ids, **fields})


def a_section(name: SectionName, *lines: BriefLine) -> BriefSection:
    return BriefSection(name=name, title=name.value.replace("_", " ").capitalize(), lines=list(lines))


def a_brief_of(
    *sections: BriefSection, headline: BriefLine | None = None, actions: Sequence[BriefAction] = ()
) -> Brief:
    """A brief of two memories with these sections; its text is written from them."""
    head = headline or a_line("bot hands over to billing")
    text = to_text(head, list(sections))
    return Brief(
        headline=head,
        sections=list(sections),
        actions=list(actions),
        text=text,
        words=len(text.split()),
        memories_read=2,
        written_by="extractive",
        cut_at=CUT_AT,
    )
