"""Answers: a recall as the wire shows it, with the parts of every score and its explanation where one is
wanted."""

import numpy as np

from warmline_memory.language import terms
from warmline_memory.language.tokens import estimate_tokens
from warmline_memory.recall import ranking, weights_in_force
from warmline_memory.recall.packing import Hit, Packed
from warmline_memory.recall.scanning import Scanned
from warmline_memory.recall.scoring import Scores
from warmline_memory.storage import wire
from warmline_schemas.recall import Explanation, LeftOut, QueryTerm, RecalledMemory, Recollection, ScoreParts


def answer(packed: Packed, scanned: Scanned, scores: Scores, explanation: Explanation | None) -> Recollection:
    """The packed memories, best first, each with the parts of its score."""
    hits = packed.hits
    return Recollection(
        results=[_recalled(hit, scanned, scores, with_signs=explanation is not None) for hit in hits],
        tokens=sum(estimate_tokens(hit.memory.content) for hit in hits),
        explanation=explanation,
    )


def explain(
    words: terms.Query, scanned: Scanned, found: ranking.Relevances | None, weights: ranking.Weights, left_out: LeftOut
) -> Explanation:
    """The terms that were searched and how rare they are, the weights in force, and what did not come back."""
    found_terms = [] if found is None else zip(words.terms, found.rarity, found.holders, strict=True)
    shown = [QueryTerm(term=term, idf=float(idf), memories=int(holders)) for term, idf, holders in found_terms]
    return Explanation(
        terms=sorted(shown, key=lambda term: -term.idf),
        weights=weights_in_force.shown(weights),
        scanned=len(scanned.columns),
        exact=scanned.exact,
        left_out=left_out,
    )


def _recalled(hit: Hit, scanned: Scanned, scores: Scores, *, with_signs: bool) -> RecalledMemory:
    row, found = hit.row, scores.found
    cosine = float(scanned.columns.cosine[row])
    return RecalledMemory(
        memory=wire.memory_of(hit.memory._asdict(), hit.superseded_by),
        score=hit.score,
        parts=ScoreParts(
            relevance=float(scores.relevance[row]),
            words=None if found is None else float(found.shares[row]) or None,
            cosine=None if np.isnan(cosine) else cosine,
            importance_factor=float(scores.importance[row]),
            recency_factor=float(scores.recency[row]),
            recall_factor=float(scores.recalls[row]),
            superseded_factor=hit.factor,
            signs=found.signs(row) if with_signs and found is not None else None,
        ),
    )
