"""``warmline recall``."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.options import (
    AgentOption,
    ChainOption,
    KindsOption,
    MetadataOption,
    SessionOption,
    SinceOption,
    SlotOption,
    UntilOption,
    memory_filters,
)
from warmline.cli.output import JsonFlag, note, show_json, show_list
from warmline_schemas.recall import Explanation, RecalledMemory, Weights

Columns = dict[str, Callable[[RecalledMemory], object]]

BAR_WIDTH = 12
# These blocks are zero to eight eighths wide, so that a bar of 12 cells has 96 steps.
EIGHTHS = " ▏▎▍▌▋▊▉█"

MEMORY: Columns = {
    "kind": lambda result: result.memory.kind,
    "importance": lambda result: result.memory.importance,
    "content": lambda result: result.memory.content,
}
PARTS: Columns = {
    "relevance": lambda result: result.parts.relevance,
    "words": lambda result: result.parts.words,
    "cosine": lambda result: result.parts.cosine,
    "× importance": lambda result: result.parts.importance_factor,
    "× recency": lambda result: result.parts.recency_factor,
    "× recalled": lambda result: result.parts.recall_factor,
    "× superseded": lambda result: result.parts.superseded_factor,
}


def recall(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="What is needed, in plain words.")],
    namespace: Annotated[str, typer.Option("--namespace", "-n", help="Whose memories, such as `user-dave`.")],
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=200, help="How many memories to show at most.")] = 10,
    token_budget: Annotated[
        int | None, typer.Option("--token-budget", min=1, help="How many tokens the memories have together at most.")
    ] = None,
    kinds: KindsOption = None,
    agent: AgentOption = None,
    session: SessionOption = None,
    chain: ChainOption = None,
    slot: SlotOption = None,
    metadata: MetadataOption = None,
    branch: Annotated[
        str | None, typer.Option("--branch", help="Only memories of this branch of the code, and those that name none.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    min_importance: Annotated[
        float | None,
        typer.Option("--min-importance", min=0, max=1, help="Only memories with at least this importance."),
    ] = None,
    current: Annotated[bool, typer.Option("--current", help="Leave out superseded values.")] = False,
    weights: Annotated[
        list[str] | None, typer.Option("--weight", metavar="NAME=NUMBER", help="Such as recency=0.3; may be repeated.")
    ] = None,
    reinforce: Annotated[
        bool | None, typer.Option("--reinforce/--no-reinforce", help="Remember that these were useful.")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each score is made of.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Recall the memories that matter now, best first."""
    filters = memory_filters(kinds, agent, session, chain, slot, metadata, since, until)
    chosen_weights = _weights(weights)
    with connect(context) as client:
        found = client.memories.recall(
            query,
            namespace=namespace,
            top_k=top_k,
            token_budget=token_budget,
            branch=branch,
            min_importance=min_importance,
            include_superseded=False if current else None,
            weights=chosen_weights,
            reinforce=reinforce,
            explain=explain or None,
            **filters,
        )
    if as_json:
        return show_json(found)
    show_list(found.results, _columns(found.results, explain))
    if found.explanation is not None:
        for sentence in _explanation_sentences(found.explanation, found.tokens):
            note(sentence)
    return None


def _columns(results: list[RecalledMemory], explain: bool) -> Columns:
    """The columns of the table. On a terminal with ``explain``, each score has a bar compared with the best score."""
    score: Columns = {"score": lambda result: result.score}
    # Scores of two answers cannot be compared, so the bar compares with the best of this one.
    if explain and sys.stdout.isatty() and results:
        best = results[0].score
        score = {"": lambda result: _bar(result.score / best if best else 0.0), **score}
    return {**score, **(PARTS if explain else {}), **MEMORY}


def _bar(share: float) -> str:
    """Draw a share, 0 to 1, as a bar of block characters."""
    full, eighths = divmod(round(max(0.0, min(1.0, share)) * BAR_WIDTH * 8), 8)
    return "█" * full + EIGHTHS[eighths].strip()


def _explanation_sentences(explanation: Explanation, tokens: int) -> list[str]:
    terms = ", ".join(f"{term.term} ({term.idf:.1f}, in {term.memories})" for term in explanation.terms)
    weights = ", ".join(
        f"{name} {value:g}" for name, value in explanation.weights.model_dump().items() if value is not None
    )
    left_out = explanation.left_out.model_dump()
    counted = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in left_out.items() if count)
    return [
        f"Searched terms (rarity, memories): {terms or 'none'}.",
        f"Weights: {weights}.",
        f"Scored {explanation.scanned} memories{'' if explanation.exact else ', found by the indexes'}; "
        f"left out: {counted or 'none'}. {tokens} tokens.",
    ]


def _weights(pairs: list[str] | None) -> dict[str, Any] | None:
    weights = {}
    for pair in pairs or ():
        name, _, number = pair.partition("=")
        try:
            weights[name] = float(number)
        except ValueError as error:
            raise typer.BadParameter(
                f"{pair!r} is not NAME=NUMBER, such as recency=0.3", param_hint="--weight"
            ) from error
        if name not in Weights.model_fields:
            known = ", ".join(Weights.model_fields)
            raise typer.BadParameter(f"{name!r} is not a weight; use one of {known}", param_hint="--weight")
    return weights or None
