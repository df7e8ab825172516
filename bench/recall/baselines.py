"""Plain rankings to compare with: cosine, Postgres full-text search, BM25, and the fusion of the first and the last."""

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import psycopg
from numpy.typing import NDArray

Ranking = list[int]
"""The numbers of texts, best first."""

K1, B = 1.2, 0.75
"""What BM25 is used with nearly everywhere: S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework, 2009."""
FUSION = 60
"""G. Cormack, C. Clarke, S. Büttcher: Reciprocal Rank Fusion outperforms Condorcet, SIGIR 2009."""

# One row for each position of a lexeme, because BM25 counts how often a word occurs in a text.
LEXEMES = "SELECT ARRAY(SELECT lexeme FROM unnest(to_tsvector('english', %s)) AS words, unnest(positions))"
"""A text as PostgreSQL reads it: stemmed, without stop words, a word as often as it occurs."""
FILL = """
INSERT INTO texts
SELECT row - 1, to_tsvector('english', text) FROM unnest(%s::text[]) WITH ORDINALITY AS numbered(text, row)
"""
# `plainto_tsquery` joins words by AND, and a question hardly ever has all its words in one memory; hence the OR.
RANK = """
SELECT row FROM texts, (SELECT replace(plainto_tsquery('english', %s)::text, '&', '|')::tsquery AS query) AS asked
WHERE words @@ query ORDER BY ts_rank_cd(words, query) DESC, row
"""


@dataclass(frozen=True)
class Bm25:
    """An index of n texts, each a list of words."""

    counts: list[Counter[str]]
    idf: dict[str, float]
    mean_length: float

    @classmethod
    def over(cls, texts: Sequence[Sequence[str]]) -> "Bm25":
        """Index texts."""
        counts = [Counter(words) for words in texts]
        # A text counts once for each word it holds, however often: this is the document frequency of BM25.
        holders = Counter(word for count in counts for word in count)
        idf = {word: log(1 + (len(texts) - held + 0.5) / (held + 0.5)) for word, held in holders.items()}
        return cls(counts, idf, sum(map(len, texts)) / max(len(texts), 1))

    def rank(self, query: Sequence[str]) -> Ranking:
        """The texts that hold a word of the query."""
        scores = {row: self._score(count, query) for row, count in enumerate(self.counts)}
        return sorted((row for row, score in scores.items() if score > 0), key=lambda row: -scores[row])

    def _score(self, count: Counter[str], query: Sequence[str]) -> float:
        length = K1 * (1 - B + B * count.total() / self.mean_length)
        return sum(self.idf[word] * count[word] * (K1 + 1) / (count[word] + length) for word in query if word in count)


class FullText:
    """PostgreSQL's full-text search over texts, in a temporary table."""

    def __init__(self, connection: psycopg.Connection[tuple[int, list[str]]], texts: Sequence[str]) -> None:
        self._connection = connection
        connection.execute("DROP TABLE IF EXISTS texts")
        connection.execute("CREATE TEMPORARY TABLE texts (row bigint, words tsvector)")
        connection.execute(FILL, [list(texts)])

    def rank(self, query: str) -> Ranking:
        """The texts that hold a word of the query, by ``ts_rank_cd``."""
        return [row for (row,) in self._connection.execute(RANK, [query]).fetchall()]  # type: ignore[misc]


def lexemes(connection: psycopg.Connection[tuple[list[str]]], text: str) -> list[str]:
    """The words of a text."""
    found = connection.execute(LEXEMES, [text]).fetchone()
    return found[0] if found else []


def by_cosine(vectors: NDArray[np.float32], query: NDArray[np.float32], limit: int) -> Ranking:
    """The texts nearest in meaning; vectors of length 1, shapes (n, dimension) and (dimension,)."""
    return [int(row) for row in np.argsort(-(vectors @ query), kind="stable")[:limit]]


def fused(rankings: Sequence[Ranking], limit: int) -> Ranking:
    """Reciprocal rank fusion with equal weights."""
    scores: Counter[int] = Counter()
    for ranking in rankings:
        for place, row in enumerate(ranking, start=1):
            scores[row] += 1 / (FUSION + place)  # type: ignore[assignment]
    return heapq.nlargest(limit, scores, key=lambda row: scores[row])
