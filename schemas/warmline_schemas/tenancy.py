"""A tenant's own affairs: its API keys, what it prefers, and what it used."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from warmline_schemas.operators import OperatorRole
from warmline_schemas.queues import Zone
from warmline_schemas.recall import Weights
from warmline_schemas.targets import ReasonCodeName, TargetKind, kind_of
from warmline_schemas.wire import AgentName, Answer, Request, Versioned

DEFAULT_HOP_BUDGET = 20
DEFAULT_KEY_DAYS = 90
DEFAULT_IDLE_MINUTES = 720
DEFAULT_SIGN_IN_HOURS = 24
DEFAULT_PEOPLE_TARGET = "queue:people"
# As long as people have where nobody says otherwise; and so long that a customer who fetches a document is no stall.
DEFAULT_AGENT_ACCEPT_SECONDS = 900
DEFAULT_AGENT_STALLED_SECONDS = 3_600
DEFAULT_REOPEN_HOURS = 168
DEFAULT_QUIET_MINUTES = 60
DEFAULT_DELIVERY_SECONDS = 300


def _of_people(target: str) -> str:
    if kind_of(target) is TargetKind.AGENT:
        raise ValueError("must be queue:NAME, skill:NAME or human:NAME")
    return target


HopBudget = Annotated[int, Field(ge=1, le=1000)]
ReasonCodes = Annotated[list[ReasonCodeName], Field(max_length=200)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
"""A language, with script and region where they count: the forms of BCP 47 that are in use, such as ``pt-BR``."""
Origin = Annotated[
    str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$", max_length=300, to_lower=True)
]
"""Where a page is from, as browsers say it, which is in small letters: the panel hears from no other. `*` is none."""
AgentSeconds = Annotated[int, Field(ge=0, le=31_536_000)]
PeopleTarget = Annotated[AgentName, AfterValidator(_of_people)]


RetentionDays = Annotated[int, Field(ge=1, le=36_500)]
"""A number of days, up to a hundred years."""


_SAME = "As in `Preferences`."


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


class PeopleMode(StrEnum):
    """When the source session of a handoff to people ends: with its brief, or once somebody accepts it."""

    COLD = "cold"
    WARM = "warm"


class HideAtWrite(StrEnum):
    """Which memories lose their secrets for good when they are kept."""

    NEVER = "never"
    CAPTURED = "captured"
    ALWAYS = "always"


class AgentClocks(Request):
    """How long one agent may take with a handoff, before that goes to people. What is left out is as for all agents."""

    accept_seconds: AgentSeconds | None = Field(
        default=None, description="How many seconds a handoff waits for the agent; 0 for as long as that takes."
    )
    stalled_seconds: AgentSeconds | None = Field(
        default=None,
        description="How many seconds may pass without a sign of the agent once it has accepted; 0 for any number.",
    )


class TenantLimits(Answer):
    """How much a tenant may take where the platform's operator says otherwise than its settings. 0 is no limit."""

    model_config = ConfigDict(extra="forbid")

    requests: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Requests of the tenant a minute; null for the platform's setting."
    )
    requests_of_key: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Requests of each of its API keys a minute; null for the platform's setting."
    )
    memories: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Memories it may hold; null for the platform's setting."
    )
    handoffs: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Handoffs it may request in 24 hours; null for the platform's setting."
    )
    sessions: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Sessions it may start in 24 hours; null for the platform's setting."
    )
    attachment_bytes: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Bytes of attachments it may hold; null for the platform's setting."
    )


class Retention(Request):
    """For how many days what is kept stays. What is left out, or null, has no limit."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"conversations": 90, "sessions": 730}]})

    memories: RetentionDays | None = Field(
        default=None,
        description="Memories that were kept outside of sessions, from when they were kept; pinned ones too.",
    )
    conversations: RetentionDays | None = Field(
        default=None,
        description=("What was said and done in sessions, from when it was kept. Briefs stay without it."),
    )
    sessions: RetentionDays | None = Field(
        default=None,
        description=(
            "Whole chains, with their sessions, memories, handoffs, briefs and events, from when the last session and"
            " the last handoff of one ended. A chain that is open stays."
        ),
    )
    attachments: RetentionDays | None = Field(
        default=None, description="Files, from when they were uploaded. What tells of them stays."
    )
    events: RetentionDays | None = Field(
        default=None, description="Events, from when they happened; at most as long as the platform keeps them."
    )


class Preferences(Versioned):
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
    retention: Retention = Field(
        default_factory=Retention, description="For how many days what is kept stays, by kind."
    )
    key_days: int = Field(
        default=DEFAULT_KEY_DAYS,
        description="For how many days an API key is valid whose maker says nothing of that.",
    )
    idle_minutes: int = Field(
        default=DEFAULT_IDLE_MINUTES,
        description="After how many minutes without a page an operator is signed out of the console.",
    )
    sign_in_hours: int = Field(
        default=DEFAULT_SIGN_IN_HOURS,
        description="After how many hours an operator has to sign in to the console again, however much they use it.",
    )
    password_sign_in: bool = Field(
        default=True,
        description="Whether operators sign in with a password; else only through the tenant's provider.",
    )
    second_factor_for: list[OperatorRole] = Field(
        default_factory=list,
        description="The roles whose operators sign in to the console with a second factor, a code of an app.",
    )
    reason_codes: list[str] = Field(
        default_factory=list, description="The tenant's own reason codes, in addition to those that every tenant has."
    )
    hop_budget: int = Field(
        default=DEFAULT_HOP_BUDGET, description="How many handoffs a chain may have. After that, it goes to people."
    )
    people_target: str = Field(
        default=DEFAULT_PEOPLE_TARGET,
        description="The target of chains that circle or have used up their hops, and of what agents let wait.",
    )
    people_mode: PeopleMode = Field(
        default=PeopleMode.WARM,
        description=(
            "The mode of handoffs to people that name none. In `warm` the agent goes on until somebody accepts."
        ),
    )
    agent_accept_seconds: int = Field(
        default=DEFAULT_AGENT_ACCEPT_SECONDS,
        description=(
            "How many seconds a handoff waits for its agent to accept it, before it goes to `people_target`; 0 for as"
            " long as that takes. While a claim is prolonged it stays."
        ),
    )
    agent_stalled_seconds: int = Field(
        default=DEFAULT_AGENT_STALLED_SECONDS,
        description=(
            "After how many seconds without a memory in its session and without a heartbeat what an agent accepted goes"
            " to `people_target`; 0 for never."
        ),
    )
    clocks_of_agents: dict[str, AgentClocks] = Field(
        default_factory=dict, description="How long certain agents may take instead, by their names."
    )
    reopen_hours: int = Field(
        default=DEFAULT_REOPEN_HOURS,
        description="For how many hours what a customer writes opens an ended case again; after that a new one begins.",
    )
    delivery_seconds: int = Field(
        default=DEFAULT_DELIVERY_SECONDS,
        description="After how many seconds a reply that no channel has delivered is an alarm; 0 for never.",
    )
    quiet_minutes: int = Field(
        default=DEFAULT_QUIET_MINUTES,
        description=(
            "For how many minutes a person who answered in another channel speaks for a bot's case, from their last "
            "message on; 0 until they give it back."
        ),
    )
    ask_rating: bool = Field(
        default=False, description="Whether customers are asked, once their case is resolved, for a number from 1 to 5."
    )
    customer_recap: bool = Field(
        default=False,
        description=(
            "Whether customers are told what an agent hands over to people, and asked whether it is right. It goes out "
            "as a message of the agent `service`; their answer stands in the brief."
        ),
    )
    panel_origins: list[str] = Field(
        default_factory=list,
        description="The pages that may show the console's side panel in a frame, as origins such as `https://desk.example`.",
    )
    mails_name_cases: bool = Field(
        default=False,
        description=("Whether e-mails to operators have the customer's name and what is asked."),
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
    reinforce: bool | None = Field(default=None, description=_SAME)
    consolidate: bool | None = Field(default=None, description=_SAME)
    pii: Annotated[list[PiiClass], Field(max_length=len(PiiClass))] | None = Field(
        default=None, description="The classes of personal data to hide; an empty list hides none of them."
    )
    secrets_at_write: HideAtWrite | None = Field(default=None, description=_SAME)
    hide_secrets_in_recall: bool | None = Field(default=None, description=_SAME)
    summariser: SummariserName | None = Field(default=None, description=_SAME)
    four_eyes_on_drafts: bool | None = Field(
        default=None, description="Whether a draft is confirmed by somebody else than those who edited it."
    )
    retention: Retention | None = Field(
        default=None,
        description=(
            "For how many days what is kept stays, by kind; replaced as a whole. What is older than that is forgotten"
            " within seconds, for good."
        ),
    )
    key_days: Annotated[int, Field(ge=1, le=3650)] | None = Field(default=None, description=_SAME)
    idle_minutes: Annotated[int, Field(ge=5, le=10_080)] | None = Field(default=None, description=_SAME)
    sign_in_hours: Annotated[int, Field(ge=1, le=720)] | None = Field(default=None, description=_SAME)
    password_sign_in: bool | None = Field(default=None, description=_SAME)
    second_factor_for: list[OperatorRole] | None = Field(
        default=None, description="The roles whose operators sign in with a second factor; an empty list for none."
    )
    reason_codes: ReasonCodes | None = Field(
        default=None, description="The tenant's own reason codes. They replace those that were added before."
    )
    hop_budget: HopBudget | None = Field(default=None, description=_SAME)
    people_target: PeopleTarget | None = Field(default=None, description=_SAME)
    people_mode: PeopleMode | None = Field(default=None, description=_SAME)
    agent_accept_seconds: AgentSeconds | None = Field(default=None, description=_SAME)
    agent_stalled_seconds: AgentSeconds | None = Field(default=None, description=_SAME)
    clocks_of_agents: Annotated[dict[AgentName, AgentClocks], Field(max_length=500)] | None = Field(
        default=None, description="How long certain agents may take, by their names. They replace those set before."
    )
    reopen_hours: Annotated[int, Field(ge=0, le=8_760)] | None = Field(default=None, description=_SAME)
    delivery_seconds: Annotated[int, Field(ge=0, le=604_800)] | None = Field(default=None, description=_SAME)
    quiet_minutes: Annotated[int, Field(ge=0, le=10_080)] | None = Field(default=None, description=_SAME)
    ask_rating: bool | None = Field(default=None, description=_SAME)
    customer_recap: bool | None = Field(default=None, description=_SAME)
    panel_origins: Annotated[list[Origin], Field(max_length=20)] | None = Field(default=None, description=_SAME)
    mails_name_cases: bool | None = Field(default=None, description=_SAME)
    language: LanguageTag | None = Field(default=None, description=_SAME)
    time_zone: Zone | None = Field(default=None, description=_SAME)

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
