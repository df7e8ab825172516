"""Templates: which sections a brief has for a kind of work, and how good the brief must be."""

import re
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, ValidationError, model_validator

from warmline_schemas.briefs import FindingCode, SectionName
from warmline_schemas.wire import Request, Versioned

# The name is a part of URL paths, and the name of a file without ``.toml``.
TemplateName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9-]*$")]
"""A template's name, such as ``support`` or ``code``."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
SomeWords = Annotated[list[Words], Field(max_length=100)]
"""Every memory of a session is compared with each of them."""
Example = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class WhenEmpty(StrEnum):
    """What happens to a section without lines."""

    VANISH = "vanish"
    NOT_SAID = "not_said"


class TemplateSection(Request):
    """One section of a template. A brief has its sections in the order of the template."""

    name: SectionName = Field(description="Which section this is.")
    title: Words = Field(description="The heading of the section, for readers.")
    when_empty: WhenEmpty = Field(
        default=WhenEmpty.VANISH,
        description=(
            "What happens to the section without lines: `vanish` leaves it out; `not_said` shows its heading, and "
            "below it that nothing was said."
        ),
    )
    required: bool = Field(default=False, description="Whether it is a finding that the brief lacks this section.")
    share: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description=(
            "The share of the brief that the section may fill while other sections still need room; more "
            "than 0, up to 1."
        ),
    )


class Detection(Request):
    """Which memories suggest this template: what they say, and what they are like."""

    words: SomeWords = Field(default_factory=list, description="Words and phrases in the contents of memories.")
    kinds: SomeWords = Field(default_factory=list, description="Kinds of memories.")
    tools: SomeWords = Field(default_factory=list, description="Words in the names of tools.")
    paths: SomeWords = Field(default_factory=list, description="Patterns of file paths, such as `*.md` or `tests/*`.")
    examples: Annotated[list[Example], Field(max_length=40)] = Field(
        default_factory=list,
        description=(
            "Sentences as they are said or noted in such work, in any languages. Memories that mean something alike "
            "suggest the template, whatever words they use. Where there are none, `about` and `words` stand for them."
        ),
    )


class WriteTemplate(Request):
    """A template that a tenant adds or replaces."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "about": "A claim goes from the hotline to an adjuster.",
                    "sections": [
                        {"name": "ask", "title": "Claim", "required": True},
                        {"name": "identifiers", "title": "Policy", "required": True, "share": 0.3},
                        {"name": "facts", "title": "Damage", "when_empty": "not_said"},
                        {"name": "next_steps", "title": "Next"},
                    ],
                    "kept_first": ["ask", "identifiers"],
                    "needs": ["no_figure"],
                    "detect": {"words": ["claim", "policy", "damage"]},
                }
            ]
        }
    )

    about: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] = Field(
        description="What the template is for, in one sentence."
    )
    sections: list[TemplateSection] = Field(
        min_length=1, max_length=len(SectionName), description="The sections of a brief, in reading order."
    )
    kept_first: list[SectionName] = Field(
        default_factory=list,
        max_length=len(SectionName),
        description=("The sections that get room first where not everything fits. The others follow in their order."),
    )
    words: int | None = Field(
        default=None,
        ge=40,
        le=2_000,
        description="How many words a brief may have. Where this is left out, the platform's limit holds.",
    )
    needs: list[FindingCode] = Field(
        default_factory=list,
        max_length=len(FindingCode),
        description="What a brief must have in addition to its required sections.",
    )
    bar: float = Field(
        default=0.5, ge=0, le=1, description="The quality below which a brief counts as too vague, 0 to 1."
    )
    triggers: SomeWords = Field(
        default_factory=list, description="Messages that ask for a handoff, such as `snapshot` or `/handoff`."
    )
    bootstrap: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)] | None = Field(
        default=None, description="What the receiver's prompt says after the brief, such as how to hand off again."
    )
    detect: Detection = Field(default_factory=Detection, description="Which memories suggest this template.")

    @model_validator(mode="after")
    def _names_each_section_once(self) -> Self:
        names = [section.name for section in self.sections]
        if len(set(names)) < len(names):
            raise ValueError("sections: name each section once")
        unknown = [name.value for name in self.kept_first if name not in names]
        if unknown:
            raise ValueError(f"kept_first: {', '.join(unknown)} is no section of this template; add it to sections")
        return self


class Template(WriteTemplate, Versioned):
    """A template: which sections a brief has for a kind of work, and how good the brief must be."""

    # The example of ``WriteTemplate`` has no name.
    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True, json_schema_extra={"examples": []})

    name: TemplateName = Field(description="The name of the template.")
    built_in: bool = Field(default=False, description="Whether the template comes with the platform.")

    def is_triggered_by(self, said: str) -> bool:
        """Return whether a message asks for a handoff: it equals a trigger, or is a command that begins with one.

        Case, white space and punctuation around the message do not count, and neither does `say` before a trigger, as
        prompts tell people to write. A sentence that only mentions a trigger does not ask for a handoff.
        """
        triggers = {trigger.lower() for trigger in self.triggers}
        # People write ``Snapshot!`` or quote a command, so punctuation around the message does not count.
        plain = said.strip(AROUND).lower()
        plain = plain.removeprefix("say ").strip(AROUND)
        return plain in triggers or (plain.startswith("/") and plain.split(maxsplit=1)[0] in triggers)


AROUND = " \t\n.,;:!?\"'“”„«»‘’`*"
WHAT_TO_DO = {"extra_forbidden": "a template has no such field; take it out", "missing": "it is needed; add it"}

ITEM = r"^\s*(?:\{|\[\[)"
"""The beginning of a list item in TOML: an inline table ``{``, or a table of an array ``[[``."""


def read(text: str) -> WriteTemplate:
    """Read the template in the text of a TOML file.

    Raises ``ValueError`` with one line for each fault: the line of the file, the field, and what to do.
    """
    try:
        return WriteTemplate.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"is no TOML: {error}") from error
    except ValidationError as error:
        faults = [_fault(one["loc"], one["type"], one["msg"], text.splitlines()) for one in error.errors()]
        raise ValueError("\n".join(faults)) from error


def _fault(path: Sequence[int | str], kind: str, message: str, lines: Sequence[str]) -> str:
    fix = WHAT_TO_DO.get(kind) or message.removeprefix("Value error, ")
    number = _line_of(path, lines)
    field = ".".join(map(str, path))
    return ": ".join(part for part in (f"line {number}" if number else "", field, fix) if part)


def _line_of(path: Sequence[int | str], lines: Sequence[str]) -> int | None:
    """Find the line, counted from 1, on which a field is written; None where it is not found.

    Each name of the path is searched after the one before it. For the n-th item of a list, the n-th table that begins
    there is taken.
    """
    at, end = 0, len(lines)
    found: int | None = None
    for step in path:
        # A field begins a line, also as the heading of a table, or follows ``{`` or ``,`` in an inline table.
        wanted = ITEM if isinstance(step, int) else rf"(?:^\s*\[*|[{{,])\s*{re.escape(step)}\b"
        matching = [number for number in range(at, end) if re.search(wanted, lines[number])]
        place = step if isinstance(step, int) else 0
        if place >= len(matching):
            break
        at = matching[place]
        end = matching[place + 1] if isinstance(step, int) and place + 1 < len(matching) else end
        found = at + 1
    return found
