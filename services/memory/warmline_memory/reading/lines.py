"""A line on its way into a brief."""

from dataclasses import dataclass
from uuid import UUID

from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome


@dataclass(frozen=True, slots=True)
class Draft:
    """A line on its way into a brief. Within its section a higher `weight` comes first and is kept longer; `carried`
    lines wait until this session's own have found their place. `topic` is the matter of a value or an action; `owner`
    and `due` say whose a step is, and until when."""

    section: SectionName
    text: str
    ids: tuple[UUID, ...]
    label: str | None = None
    outcome: Outcome | None = None
    weight: float = 0.0
    topic: str | None = None
    carried: bool = False
    found: bool = False
    owner: str | None = None
    due: str | None = None
