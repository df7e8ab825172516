"""Conditioning: what speaks of the target and of the goal moves up within its section, by a few places at most."""

from collections.abc import Sequence

from warmline_memory.briefs.sources import BriefRequest
from warmline_memory.briefs.topics import SAYS_NOTHING
from warmline_memory.language.words import content_words, label_of
from warmline_memory.reading.lines import Draft
from warmline_schemas.briefs import SectionName

MOST_PLACES = 3
AS_IT_STANDS = (SectionName.ASK, SectionName.MOOD)
"""Sections whose order is that of time: the customer's last words come first, whoever the target is."""
SAYS_NO_MATTER = SAYS_NOTHING | frozenset({"human", "next", "continue", "work", "resolve", "handle", "raise", "least"})


def ordered(drafts: Sequence[Draft], request: BriefRequest) -> list[Draft]:
    """Drafts in their order, but what shares a word with the target's name, its skill or the goal stands up to three
    places further up within its section: there it finds room sooner, too."""
    wanted = _wanted(request)
    if not wanted:
        return list(drafts)
    place: dict[SectionName, int] = {}
    keys: list[tuple[int, float]] = []
    sections = list(SectionName)
    for draft in drafts:
        rank = place.get(draft.section, 0)
        place[draft.section] = rank + 1
        lifted = MOST_PLACES + 0.5 if draft.section not in AS_IT_STANDS and _speaks_of(draft, wanted) else 0.0
        keys.append((sections.index(draft.section), rank - lifted))
    return [drafts[at] for at in sorted(range(len(drafts)), key=keys.__getitem__)]


def _wanted(request: BriefRequest) -> set[str]:
    target = label_of(request.to.partition(":")[2] or request.to).split()
    words = [*target, *content_words(request.goal or "")]
    return {_stem(word) for word in words if len(word) > 2 and word not in SAYS_NO_MATTER}


def _speaks_of(draft: Draft, wanted: set[str]) -> bool:
    words = content_words(f"{draft.label or ''} {draft.text} {draft.topic or ''}")
    return any(_stem(word) in wanted for word in words)


def _stem(word: str) -> str:
    return word.lower().removesuffix("s")
