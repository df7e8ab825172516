"""Recall: the question that brings memories back, and how every rank came about."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from warmline_schemas.memories import Importance, Memory
from warmline_schemas.wire import AgentName, Answer, Kind, Metadata, Namespace, Request

Weight = Annotated[float, Field(ge=0.0, le=10.0)]
"""How much a part counts, against the default of 1; 0 switches it off."""


class Weights(Request):
    """How a recall weighs its parts. What is left out is the tenant's preference, or else the platform's default."""

    words: Weight | None = Field(default=None, description="The lexical arm: the words of a memory and around it.")
    meaning: Weight | None = Field(default=None, description="The vector arm: the cosines of a memory and around it.")
    context: Weight | None = Field(default=None, description="What stands around a memory, against the memory itself.")
    substance: Weight | None = Field(
        default=None, description="The length of a memory, against what says hardly anything."
    )
    importance: Annotated[float, Field(ge=0.0, le=1.0)] | None = Field(
        default=None,
        description="How far a stated importance moves a score: at 0.5, by a quarter up or down; an estimated one half "
        "as far.",
    )
    recency: Annotated[float, Field(ge=0.0, le=1.0)] | None = Field(
        default=None, description="What age can take from a score at most: at 0.1, a tenth."
    )
    half_life_days: Annotated[float, Field(gt=0.0, le=36_500.0)] | None = Field(
        default=None, description="After so many days, half of what age can take is gone."
    )


class Recall(Request):
    """Asks for the memories that matter now. An empty query ranks by importance and recency alone."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"namespace": "user-dave", "query": "billing dispute", "top_k": 5}]}
    )

    namespace: Namespace = Field(description="Whose memories to search.")
    query: str = Field(default="", max_length=20_000, description="What is needed, in plain words.")
    top_k: int = Field(default=10, ge=1, le=200, description="At most this many results.")
    token_budget: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="At most so many tokens of content in all, estimated; the best that fits is packed.",
    )
    kinds: list[Kind] | None = Field(default=None, max_length=20, description="Only these kinds.")
    agent: AgentName | None = Field(default=None, description="Only what this agent kept.")
    session_id: UUID | None = Field(default=None, description="Only this session's memories.")
    chain_id: UUID | None = Field(default=None, description="Only this chain's memories.")
    slot: str | None = Field(default=None, min_length=1, max_length=100, description="Only values of this slot name.")
    metadata: Metadata = Field(default_factory=dict, description="Only memories whose metadata holds all of this.")
    since: AwareDatetime | None = Field(default=None, description="Only what happened then or later.")
    until: AwareDatetime | None = Field(default=None, description="Only what happened before then.")
    min_importance: Importance = Field(default=0.0, description="Only memories at least this important.")
    include_superseded: bool = Field(
        default=True,
        description="Whether values that a newer one of their slot replaced may come too, ranked lower.",
    )
    weights: Weights | None = Field(default=None, description="How to weigh the parts of a score, this time.")
    reinforce: bool | None = Field(
        default=None,
        description="Count this recall on what it brings back, which a little raises its rank next time. "
        "The tenant's preference where left out, which is not to.",
    )
    explain: bool = Field(default=False, description="Say how the ranks came about, and what was left out.")

    @model_validator(mode="after")
    def _asks_for_some_time(self) -> Self:
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("until: must be later than since")
        return self


class ScoreParts(Answer):
    """What a rank is made of. `score` is the product of relevance and the four factors."""

    relevance: float = Field(description="0 to 1: how well words, meaning and context answer the query.")
    words: float | None = Field(
        description="The share of the query's words that it holds, rare ones counting more (BM25); null where none is."
    )
    cosine: float | None = Field(description="Cosine similarity to the query; null where the vector arm did not run.")
    importance_factor: float = Field(description="1 at importance 0.5, more above, less below.")
    recency_factor: float = Field(
        description="1 for what just happened, bounded below; always 1 for `handoff` and for what is pinned."
    )
    recall_factor: float = Field(description="1 for what was never recalled with `reinforce`, a little more after.")
    superseded_factor: float = Field(
        description="Less than 1 for a superseded value; more than 1 for the value that is true now, where it takes "
        "the place of a superseded one that ranked higher; else 1."
    )
    signs: dict[str, float] | None = Field(
        description="What each sign of relevance added, where `explain` was asked for. The unit is one standard "
        "deviation of the cosines; relevance divides by e for every four units below the best."
    )


class RecalledMemory(Answer):
    """A memory with its rank."""

    memory: Memory = Field(description="The memory.")
    score: float = Field(description="Higher is better; comparable within one answer only.")
    parts: ScoreParts = Field(description="What the score is made of.")


class QueryTerm(Answer):
    """One term of the query as it was searched."""

    term: str = Field(description="The word after folding and stemming, or an identifier as a whole.")
    idf: float = Field(description="How much a hit on it counts: rare terms count more.")
    memories: int = Field(description="How many of the scanned memories hold it.")


class LeftOut(Answer):
    """How many memories did not come back, by the reason that ruled them out."""

    filters: int = Field(description="Did not match the filters of the request; counted where all were scanned.")
    consolidated: int = Field(description="Represented by a near-duplicate.")
    superseded: int = Field(description="Superseded values, where `include_superseded` is false.")
    top_k: int = Field(description="Matched, but ranked below the last result.")
    token_budget: int = Field(description="Ranked within `top_k`, but did not fit into the token budget.")


class Explanation(Answer):
    """How a recall came about."""

    terms: list[QueryTerm] = Field(description="The terms of the query, rarest first; at most 32 are searched.")
    weights: Weights = Field(description="The weights in force.")
    scanned: int = Field(description="How many memories were scored.")
    exact: bool = Field(description="True where every memory that matched the filters was scored, without an index.")
    left_out: LeftOut = Field(description="What did not come back, and why.")


class Recollection(Answer):
    """The answer to a recall, best first."""

    results: list[RecalledMemory] = Field(description="At most `top_k` memories, best first.")
    tokens: int = Field(description="The estimated tokens of all contents together.")
    explanation: Explanation | None = Field(description="How the ranks came about, where `explain` was asked for.")
