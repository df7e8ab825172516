"""Explaining: how a recall came about."""

from warmline_memory.language import terms
from warmline_memory.recall import ranking, weights_in_force
from warmline_memory.recall.scopes import Scope
from warmline_schemas.recall import Explanation, LeftOut, QueryTerm


def explain(
    scope: Scope,
    asked: terms.Query,
    found: ranking.Relevances | None,
    weights: ranking.Weights,
    left_out: LeftOut,
) -> Explanation:
    """The terms that were searched and how rare they are, the weights in force, and what did not come back."""
    found_terms = [] if found is None else zip(asked.terms, found.rarity, found.holders, strict=True)
    told = [QueryTerm(term=term, idf=float(idf), memories=int(holders)) for term, idf, holders in found_terms]
    return Explanation(
        terms=sorted(told, key=lambda term: -term.idf),
        weights=weights_in_force.told(weights),
        scanned=len(scope.scanned),
        exact=scope.exact,
        left_out=left_out,
    )
