"""Minimal briefs: what people get where no brief could be written, so that no customer waits because of that."""

from collections.abc import Sequence

from warmline_memory.briefs import rendering, wording
from warmline_memory.briefs.sources import BriefRequest, BriefSource
from warmline_memory.briefs.wording import Wording
from warmline_memory.language.words import clip
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import (
    Brief,
    BriefLine,
    BriefQuality,
    BriefSection,
    Finding,
    FindingCode,
    Origin,
    SectionName,
)
from warmline_schemas.memories import Role

WRITTEN_BY = "minimal"
LAST_CHARS, LAST_WORDS = 400, 40
"""Of the customer's last message the end is shown. It is so short that whatever made the brief fail takes no time."""


def write_minimal(source: BriefSource, problem: str, conversation: str) -> Brief:
    """A brief of the request's goal and reason, the customer's last words, and where the conversation can be read.

    ``problem`` says why there is no other; the brief's quality is 0 for it. It never raises for what was said.
    """
    words = wording.of(source.language)
    wanted = BriefSection(name=SectionName.ASK, title=words.title(SectionName.ASK), lines=_wanted(source.request))
    where = BriefLine(label="conversation", text=conversation, memory_ids=[], origin=Origin.REQUEST)
    found = BriefSection(name=SectionName.SITUATION, title=words.title(SectionName.SITUATION), lines=[where])
    said = BriefSection(name=SectionName.SAID, title=words.title(SectionName.SAID), lines=_last(source.memories))
    sections = [section for section in (wanted, found, said) if section.lines]
    request = source.request
    headline = BriefLine(
        text=f"{request.source_agent} → {request.to}: {clip(request.reason, 24)}", memory_ids=[], origin=Origin.REQUEST
    )
    text = rendering.to_text(headline, sections, words)
    return Brief(
        headline=headline,
        sections=sections,
        actions=[],
        text=text,
        words=len(text.split()),
        memories_read=len(source.memories),
        written_by=WRITTEN_BY,
        template=source.template.name,
        language=words.language,
        cut_at=source.cut_at,
        quality=BriefQuality(score=0, bar=0, passed=False, findings=[_unwritten(problem, words)]),
    )


def _unwritten(problem: str, words: Wording) -> Finding:
    for_agent, for_reader = (
        words.finding(FindingCode.UNWRITTEN, for_agent=is_agent, problem=problem) for is_agent in (True, False)
    )
    return Finding(code=FindingCode.UNWRITTEN, message=for_agent, for_reader=for_reader, weighs=1.0)


def _wanted(request: BriefRequest) -> list[BriefLine]:
    given = (("goal", request.goal), ("reason", request.reason))
    return [
        BriefLine(label=label, text=clip(text, 60), memory_ids=[], origin=Origin.REQUEST)
        for label, text in given
        if text
    ]


def _last(memories: Sequence[SourceMemory]) -> list[BriefLine]:
    """The customer's last words, without secrets; nothing where they cannot be read."""
    said = next((one for one in reversed(memories) if one.role is Role.USER), None)
    if said is None:
        return []
    # A whole word may be the end of a secret whose name was cut off, so the message is cut at a line or not shown.
    end = said.content[-LAST_CHARS:]
    end = end if len(said.content) <= LAST_CHARS else end.partition("\n")[2]
    try:
        shown = clip(scrubbing.scrub(end), LAST_WORDS)
    # Whatever is wrong with these words made the brief fail, and must not make this one fail too.
    except Exception:
        return []
    line = BriefLine(text=shown, memory_ids=[said.id], origin=Origin.QUOTE, speaker="user", said_at=said.event_time)
    return [line] if shown else []
