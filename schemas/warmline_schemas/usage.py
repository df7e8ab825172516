"""Usage: what language models that help to write briefs were asked for, and what it cost."""

from datetime import date

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer


class UsageOfDay(Answer):
    """What one model took on one day."""

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
    model: str = Field(description="The model.")
    calls: int = Field(description="How many briefs it was asked to help with.")
    fell_back: int = Field(description="How many of them were written by rules alone all the same.")
    tokens_in: int = Field(description="The tokens that it read, as the endpoint counted them.")
    tokens_out: int = Field(description="The tokens that it wrote, as the endpoint counted them.")
    cost: float | None = Field(description="What that cost by the prices that were set; null where none were.")


class Usage(Answer):
    """What a tenant's briefs took of language models."""

    days: list[UsageOfDay] = Field(description="By day and model, the newest day first.")
