"""Recall: the question that finds memories, and the explanation of every rank."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from warmline_schemas.memories import Importance, Memory
from warmline_schemas.wire import AgentName, Answer, Kind, Metadata, Moment, Namespace, Request

Weight = Annotated[float, Field(ge=0.0, le=10.0)]
"""How much a part of the score counts, 0 to 10. The default is 1, and 0 switches the part off."""


class Weights(Request):
    """How much each part of a score counts. For a weight that is left out, the tenant's preference holds, else the
    default.
    """

    words: Weight | None = Field(
        default=None,
        description="The weight of the words that a memory, and the memories around it, share with the query.",
    )
    meaning: Weight | None = Field(
        default=None,
        description=("The weight of the cosine similarity of a memory, and of the memories around it, to the query."),
    )
    context: Weight | None = Field(
        default=None, description="The weight of the memories around a memory, compared with the memory itself."
    )
    substance: Weight | None = Field(
        default=None, description="The weight of a memory's length, which ranks down memories that say hardly anything."
    )
    importance: Annotated[float, Field(ge=0.0, le=1.0)] | None = Field(
        default=None,
        description=(
            "How far a stated importance moves a score, 0 to 1: at 0.5, by up to a quarter up or down. An"
            " estimated importance moves it half as far."
        ),
    )
    recency: Annotated[float, Field(ge=0.0, le=1.0)] | None = Field(
        default=None, description="How much of a score age can take away at most, 0 to 1: at 0.1, a tenth."
    )
    half_life_days: Annotated[float, Field(gt=0.0, le=36_500.0)] | None = Field(
        default=None, description="After how many days half of what age can take away is gone."
    )


class Recall(Request):
    """Asks for the memories that matter now. An empty query ranks by importance and recency alone."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"namespace": "user-dave", "query": "billing dispute", "top_k": 5}]}
    )

    namespace: Namespace = Field(description="Whose memories to search.")
    query: str = Field(
        default="",
        max_length=20_000,
        description="What is needed, in plain words; empty to rank by importance and recency alone.",
    )
    top_k: int = Field(default=10, ge=1, le=200, description="How many results are returned at most.")
    token_budget: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description=(
            "How many tokens all contents may have together at most, by estimate. The best results that "
            "fit are returned."
        ),
    )
    kinds: list[Kind] | None = Field(default=None, max_length=20, description="Only memories of these kinds.")
    agent: AgentName | None = Field(default=None, description="Only memories that this agent kept.")
    session_id: UUID | None = Field(default=None, description="Only memories of this session.")
    chain_id: UUID | None = Field(default=None, description="Only memories of this chain.")
    slot: str | None = Field(
        default=None, min_length=1, max_length=100, description="Only memories that state a value of this slot name."
    )
    metadata: Metadata = Field(
        default_factory=dict, description="Only memories whose metadata has all of these members."
    )
    branch: str | None = Field(
        default=None,
        min_length=1,
        max_length=250,
        description="Only memories with this `branch` of the code in their metadata, and those that name none.",
    )
    since: Moment | None = Field(default=None, description="Only what happened at this time or later.")
    until: Moment | None = Field(default=None, description="Only what happened before this time.")
    min_importance: Importance = Field(default=0.0, description="Only memories with at least this importance, 0 to 1.")
    include_superseded: bool = Field(
        default=True,
        description=(
            "Whether superseded memories may be returned: corrected ones, and those whose value a newer one of the "
            "same slot has replaced. They rank lower."
        ),
    )
    weights: Weights | None = Field(
        default=None, description="The weights for this recall; for what is left out, the tenant's preferences hold."
    )
    reinforce: bool | None = Field(
        default=None,
        description=(
            "Whether this recall is counted on each memory that it returns, which raises its rank a "
            "little next time. Where this is left out, the tenant's preference holds; its default is "
            "false."
        ),
    )
    explain: bool = Field(
        default=False, description="Whether the answer explains the ranks, and says what was left out."
    )

    @model_validator(mode="after")
    def _asks_for_some_time(self) -> Self:
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise ValueError("until: must be later than since")
        return self


class ScoreParts(Answer):
    """The parts of a score. `score` is the product of `relevance` and the four factors."""

    relevance: float = Field(description="How well words, meaning and context answer the query, 0 to 1.")
    words: float | None = Field(
        description=(
            "The share of the query's words that the memory has, 0 to 1, where rare words count more "
            "(BM25); null where it has none."
        )
    )
    cosine: float | None = Field(
        description="The cosine similarity to the query; null where the query was not searched by meaning."
    )
    importance_factor: float = Field(
        description="The factor for importance: 1 at importance 0.5, more above it, less below it."
    )
    recency_factor: float = Field(
        description=(
            "The factor for age: 1 for what just happened, less for older memories down to a bound. It is"
            " always 1 for kind `handoff` and for pinned memories."
        )
    )
    recall_factor: float = Field(
        description=(
            "The factor for earlier recalls: 1 for a memory that no recall with `reinforce` returned, "
            "else a little more."
        )
    )
    superseded_factor: float = Field(
        description=(
            "The factor for superseded memories: less than 1 for a superseded one. It is more than 1 for "
            "what supersedes it, where the superseded one ranked higher; else it is 1."
        )
    )
    signs: dict[str, float] | None = Field(
        description=(
            "What each sign of relevance added, where `explain` was true. One unit is one standard "
            "deviation of the cosines; relevance divides by e for every four units below the best memory."
        )
    )


class RecalledMemory(Answer):
    """A memory that a recall returned, with its score."""

    memory: Memory = Field(description="The memory.")
    score: float = Field(
        description="The score. A higher score is better; only scores of the same answer can be compared."
    )
    parts: ScoreParts = Field(description="The parts that the score is made of.")


class QueryTerm(Answer):
    """One term of the query, in the form in which it was searched."""

    term: str = Field(description="The word after folding and stemming, or an identifier as a whole.")
    idf: float = Field(description="How much a match of this term counts: rare terms count more.")
    memories: int = Field(description="How many of the scored memories have the term.")


class LeftOut(Answer):
    """How many memories were not returned, by reason."""

    filters: int = Field(
        description=(
            "Memories that did not match the filters of the request. They are counted where all memories were scanned."
        )
    )
    consolidated: int = Field(description="Memories for which a near-duplicate stands.")
    superseded: int = Field(description="Superseded memories, where `include_superseded` is false.")
    top_k: int = Field(description="Memories that matched, but ranked below the last result.")
    token_budget: int = Field(
        description="Memories that ranked within `top_k`, but did not fit into the token budget, or into an answer of "
        "four megabytes."
    )


class Explanation(Answer):
    """How a recall came to its results."""

    terms: list[QueryTerm] = Field(description="The terms of the query, rarest first; at most 32 are searched.")
    weights: Weights = Field(description="The weights that were used.")
    scanned: int = Field(description="How many memories were scored.")
    exact: bool = Field(
        description=(
            "Whether every memory that matched the filters was scored. False where an index chose which "
            "ones were scored."
        )
    )
    left_out: LeftOut = Field(description="How many memories were not returned, and why.")


class Recollection(Answer):
    """The answer to a recall, best result first."""

    results: list[RecalledMemory] = Field(description="At most `top_k` memories, best first.")
    tokens: int = Field(description="How many tokens all contents have together, by estimate.")
    explanation: Explanation | None = Field(description="How the ranks came about; null where `explain` was false.")
