"""Preferences: what a tenant wants done otherwise than by default."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from warmline_schemas.recall import Weights
from warmline_schemas.wire import Answer, Request


class Preferences(Answer):
    """What a tenant prefers. A field that was never set has its default."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"weights": {}, "reinforce": False, "consolidate": True}]}
    )

    weights: Weights = Field(default_factory=Weights, description="How its recalls weigh the parts of a score.")
    reinforce: bool = Field(default=False, description="Whether its recalls count on what they bring back.")
    consolidate: bool = Field(
        default=False, description="Whether the worker consolidates near-duplicates from time to time."
    )


class RevisePreferences(Request):
    """Changes preferences. Fields that are left out stay as they are; `weights` is replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"weights": {"importance": 0.3}}]})

    weights: Weights | None = Field(default=None, description="New weights; an empty object restores the defaults.")
    reinforce: bool | None = Field(default=None, description="Whether recalls count on what they bring back.")
    consolidate: bool | None = Field(default=None, description="Whether the worker consolidates near-duplicates.")

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if all(value is None for value in (self.weights, self.reinforce, self.consolidate)):
            raise ValueError("give at least one of weights, reinforce, consolidate")
        return self
