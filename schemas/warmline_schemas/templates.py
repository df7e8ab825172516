"""Templates: which sections a brief has for a kind of work, and what makes it too vague to pass."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.briefs import FindingCode, SectionName
from warmline_schemas.wire import Answer, Request

TemplateName = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9-]*$")]
"""A template's name, such as ``support`` or ``code``."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class WhenEmpty(StrEnum):
    """What becomes of a section that has nothing to say."""

    VANISH = "vanish"
    NONE = "none"


class TemplateSection(Request):
    """One section of a template; sections are read in the order in which they stand."""

    name: SectionName = Field(description="Which section.")
    title: Words = Field(description="Its heading as a reader sees it.")
    when_empty: WhenEmpty = Field(
        default=WhenEmpty.VANISH, description="`vanish`, or `none`: the heading stays, with the word none below it."
    )
    required: bool = Field(default=False, description="Whether a brief without it is missing something.")
    share: float = Field(
        default=1.0, gt=0, le=1, description="The part of the brief that it may fill while other sections wait."
    )


class Detection(Request):
    """What in the memories of a session speaks for a template; the one that most speaks for is taken."""

    words: list[Words] = Field(default_factory=list, description="Words and phrases in contents.")
    kinds: list[Words] = Field(default_factory=list, description="Kinds of memories.")
    tools: list[Words] = Field(default_factory=list, description="Words of the names of tools.")
    paths: list[Words] = Field(default_factory=list, description="Patterns of file paths, such as `*.md` or `tests/*`.")


class WriteTemplate(Request):
    """A template, as a tenant adds or replaces it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "about": "A claim goes from the hotline to an adjuster.",
                    "sections": [
                        {"name": "ask", "title": "Claim", "required": True},
                        {"name": "identifiers", "title": "Policy", "required": True, "share": 0.3},
                        {"name": "facts", "title": "Damage", "when_empty": "none"},
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
        description="What it is for, in one sentence."
    )
    sections: list[TemplateSection] = Field(min_length=1, description="The sections of its briefs, as they are read.")
    kept_first: list[SectionName] = Field(
        default_factory=list,
        description="Which sections get room first where not everything fits; the others follow in their order.",
    )
    words: int | None = Field(
        default=None, ge=40, le=2_000, description="A brief's length at most; the platform's own where left out."
    )
    needs: list[FindingCode] = Field(
        default_factory=list, description="What its briefs must hold, beside the required sections."
    )
    bar: float = Field(default=0.5, ge=0, le=1, description="The score below which a brief is marked as too vague.")
    triggers: list[Words] = Field(
        default_factory=list, description="What somebody says to ask for a handoff, such as `snapshot` or `/handoff`."
    )
    bootstrap: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_000)] | None = Field(
        default=None, description="What the receiver's prompt says after the brief, such as how to hand off again."
    )
    detect: Detection = Field(default_factory=Detection, description="What speaks for this template.")

    @model_validator(mode="after")
    def _names_each_section_once(self) -> Self:
        names = [section.name for section in self.sections]
        if len(set(names)) < len(names):
            raise ValueError("sections: name each section once")
        unknown = [name.value for name in self.kept_first if name not in names]
        if unknown:
            raise ValueError(f"kept_first: {', '.join(unknown)} is no section of this template; add it to sections")
        return self


class Template(WriteTemplate, Answer):
    """Which sections a brief has for a kind of work, and what makes it too vague to pass."""

    model_config = ConfigDict(extra="ignore", frozen=True, from_attributes=True)

    name: TemplateName = Field(description="Its name.")
    built_in: bool = Field(default=False, description="Whether it comes with the platform.")

    def is_triggered_by(self, said: str) -> bool:
        """Whether a message asks for a handoff: it is one of the triggers, or a command that begins with one.

        Neither case nor what stands around it matters. To talk of a handoff is not to ask for one.
        """
        triggers = {trigger.lower() for trigger in self.triggers}
        plain = said.strip(" \t\n.,;:!?\"'“”`*").lower()
        return plain in triggers or (plain.startswith("/") and plain.split(maxsplit=1)[0] in triggers)


class Templates(Answer):
    """Every template that a tenant can use."""

    templates: list[Template] = Field(description="By name; one of the tenant's own in place of a built-in one.")
