"""Usage: how much the tenant's briefs used language models, and what it cost."""

from datetime import date

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer


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
