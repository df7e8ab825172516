"""Preferences: what the platform does differently for a tenant."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from warmline_schemas.reasons import ReasonCodeName
from warmline_schemas.recall import Weights
from warmline_schemas.targets import TargetKind, kind_of
from warmline_schemas.wire import AgentName, Answer, Request

DEFAULT_HOP_BUDGET = 20
DEFAULT_PEOPLE_TARGET = "queue:people"


def _of_people(target: str) -> str:
    if kind_of(target) is TargetKind.AGENT:
        raise ValueError("must be queue:NAME, skill:NAME or human:NAME")
    return target


HopBudget = Annotated[int, Field(ge=1, le=1000)]
ReasonCodes = Annotated[list[ReasonCodeName], Field(max_length=200)]
PeopleTarget = Annotated[AgentName, AfterValidator(_of_people)]


class PiiClass(StrEnum):
    """A class of personal data that a tenant can hide from receivers. Secrets are always hidden."""

    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    IBAN = "iban"
    NATIONAL_ID = "national_id"
    IP_ADDRESS = "ip_address"
    PERSON_NAME = "person_name"


class SummariserName(StrEnum):
    """What writes the briefs of a tenant."""

    EXTRACTIVE = "extractive"
    LLM = "llm"


class Preferences(Answer):
    """The preferences of a tenant. A field that was never set has its default."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "weights": {},
                    "reinforce": False,
                    "consolidate": True,
                    "pii": ["email", "phone"],
                    "summariser": "extractive",
                }
            ]
        }
    )

    weights: Weights = Field(default_factory=Weights, description="The weights of the tenant's recalls.")
    reinforce: bool = Field(
        default=False,
        description=("Whether recalls are counted on the memories that they return, which raises their rank a little."),
    )
    consolidate: bool = Field(default=False, description="Whether the worker consolidates near-duplicates regularly.")
    pii: list[PiiClass] = Field(
        default_factory=list, description="The classes of personal data that briefs and prompts hide."
    )
    summariser: SummariserName = Field(
        default=SummariserName.EXTRACTIVE,
        description=(
            "What writes the briefs: rules alone (`extractive`), or rules with a language model where one"
            " is configured (`llm`)."
        ),
    )
    reason_codes: list[str] = Field(
        default_factory=list, description="The tenant's own reason codes, in addition to those that every tenant has."
    )
    hop_budget: int = Field(
        default=DEFAULT_HOP_BUDGET, description="How many handoffs a chain may have. After that, it goes to people."
    )
    people_target: str = Field(
        default=DEFAULT_PEOPLE_TARGET,
        description="The target of chains that go in circles, or have used up their hops.",
    )


class RevisePreferences(Request):
    """Changes preferences. Fields that are left out keep their values; lists and `weights` are replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"weights": {"importance": 0.3}, "pii": ["email"]}]})

    weights: Weights | None = Field(default=None, description="The new weights; an empty object restores the defaults.")
    reinforce: bool | None = Field(
        default=None, description="Whether recalls are counted on the memories that they return."
    )
    consolidate: bool | None = Field(
        default=None, description="Whether the worker consolidates near-duplicates regularly."
    )
    pii: list[PiiClass] | None = Field(
        default=None, description="The classes of personal data to hide; an empty list hides none of them."
    )
    summariser: SummariserName | None = Field(default=None, description="What writes the briefs.")
    reason_codes: ReasonCodes | None = Field(
        default=None, description="The tenant's own reason codes. They replace those that were added before."
    )
    hop_budget: HopBudget | None = Field(default=None, description="How many handoffs a chain may have.")
    people_target: PeopleTarget | None = Field(
        default=None, description="The target of chains that go to people: `queue:NAME`, `skill:NAME` or `human:NAME`."
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError(f"give at least one of {', '.join(type(self).model_fields)}")
        return self
