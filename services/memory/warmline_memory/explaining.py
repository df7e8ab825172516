"""Explaining: how a recall came about."""

from warmline_memory import ranking, weighing
from warmline_memory.scopes import Scope
from warmline_schemas.recall import Explanation, LeftOut, QueryTerm


def explain(
    scope: Scope,
    asked: ranking.Query,
    found: ranking.Relevances | None,
    weights: ranking.Weights,
    left_out: LeftOut,
) -> Explanation:
    """The terms that were searched and how rare they are, the weights in force, and what did not come back."""
    terms = [] if found is None else zip(asked.terms, found.rarity, found.holders, strict=True)
    told = [QueryTerm(term=term, idf=float(idf), memories=int(holders)) for term, idf, holders in terms]
    return Explanation(
        terms=sorted(told, key=lambda term: -term.idf),
        weights=weighing.told(weights),
        scanned=len(scope.scanned),
        exact=scope.exact,
        left_out=left_out,
    )
