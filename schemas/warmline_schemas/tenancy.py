"""A tenant's own affairs: its API keys, what it prefers, and what it used."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.queues import Zone
from warmline_schemas.recall import Weights
from warmline_schemas.targets import ReasonCodeName, TargetKind, kind_of
from warmline_schemas.wire import AgentName, Answer, Request

DEFAULT_HOP_BUDGET = 20
DEFAULT_KEY_DAYS = 90
DEFAULT_PEOPLE_TARGET = "queue:people"


def _of_people(target: str) -> str:
    if kind_of(target) is TargetKind.AGENT:
        raise ValueError("must be queue:NAME, skill:NAME or human:NAME")
    return target


HopBudget = Annotated[int, Field(ge=1, le=1000)]
ReasonCodes = Annotated[list[ReasonCodeName], Field(max_length=200)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
"""A language, with script and region where they count: the forms of BCP 47 that are in use, such as ``pt-BR``."""
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


class HideAtWrite(StrEnum):
    """Which memories lose their secrets for good when they are kept."""

    NEVER = "never"
    CAPTURED = "captured"
    ALWAYS = "always"


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
    secrets_at_write: HideAtWrite = Field(
        default=HideAtWrite.CAPTURED,
        description=(
            "Which memories are kept without the secrets in them: none (`never`), those whose metadata has a true"
            " `captured`, because they are of a transcript that was captured (`captured`), or all (`always`). What was"
            " hidden so is stored nowhere, and cannot be shown again."
        ),
    )
    hide_secrets_in_recall: bool = Field(
        default=True,
        description=(
            "Whether recalls and warm starts show memories without the secrets in them. What is stored is not changed."
        ),
    )
    summariser: SummariserName = Field(
        default=SummariserName.EXTRACTIVE,
        description=(
            "What writes the briefs: rules alone (`extractive`), or rules with a language model where one"
            " is configured (`llm`)."
        ),
    )
    four_eyes_on_drafts: bool = Field(
        default=False,
        description="Whether a draft is confirmed by somebody else than those who edited it.",
    )
    key_days: int = Field(
        default=DEFAULT_KEY_DAYS,
        description="For how many days an API key is valid whose maker says nothing of that.",
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
    language: str = Field(
        default="en",
        description="The language of the headings and labels in briefs, as a BCP 47 tag. What was said stays as it is.",
    )
    time_zone: str = Field(
        default="UTC",
        description=(
            "The time zone in which customers say `tomorrow` and `at nine`, by its IANA name. A session whose metadata "
            "has a `time_zone` is read in that one."
        ),
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
    secrets_at_write: HideAtWrite | None = Field(
        default=None, description="Which memories are kept without the secrets in them, from now on."
    )
    hide_secrets_in_recall: bool | None = Field(
        default=None, description="Whether recalls and warm starts hide secrets."
    )
    summariser: SummariserName | None = Field(default=None, description="What writes the briefs.")
    four_eyes_on_drafts: bool | None = Field(
        default=None, description="Whether a draft is confirmed by somebody else than those who edited it."
    )
    key_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(
        default=None, description="For how many days an API key is valid whose maker says nothing of that."
    )
    reason_codes: ReasonCodes | None = Field(
        default=None, description="The tenant's own reason codes. They replace those that were added before."
    )
    hop_budget: HopBudget | None = Field(default=None, description="How many handoffs a chain may have.")
    people_target: PeopleTarget | None = Field(
        default=None, description="The target of chains that go to people: `queue:NAME`, `skill:NAME` or `human:NAME`."
    )
    language: LanguageTag | None = Field(
        default=None, description="The language of the headings and labels in briefs, as a BCP 47 tag such as `pt-BR`."
    )
    time_zone: Zone | None = Field(
        default=None, description="The time zone of the customers, by its IANA name such as `Europe/Berlin`."
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError(f"give at least one of {', '.join(type(self).model_fields)}")
        return self


class UsageOfDay(Answer):
    """The usage of one model on one day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "day": "2026-03-01",
                    "model": "small-model",
                    "calls": 120,
                    "fell_back": 2,
                    "tokens_in": 312000,
                    "tokens_out": 41000,
                    "cost": 0.21,
                }
            ]
        }
    )

    day: date = Field(description="The day, in UTC.")
    model: str = Field(description="The name of the model.")
    calls: int = Field(description="How many briefs the model was asked to help with.")
    fell_back: int = Field(description="How many of these briefs were written by rules alone in the end.")
    tokens_in: int = Field(description="How many tokens the model read, as its endpoint counted them.")
    tokens_out: int = Field(description="How many tokens the model wrote, as its endpoint counted them.")
    cost: float | None = Field(
        description="What this cost by the prices in the settings; null where no prices are set."
    )


class Usage(Answer):
    """The usage of language models for a tenant's briefs."""

    days: list[UsageOfDay] = Field(description="The usage by day and model, the newest day first.")
