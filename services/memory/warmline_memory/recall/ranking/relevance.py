"""Relevance: how well each memory answers a query, by its words and its meaning, alone and among its neighbours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warmline_memory.language.terms import Query
from warmline_memory.recall.ranking import matches, words
from warmline_memory.recall.ranking.matches import TermTable
from warmline_memory.recall.ranking.surroundings import Surroundings
from warmline_memory.recall.ranking.weights import DEFAULT, Weights

WORDS, WORDS_NEARBY, WORDS_OF_SITTING = 6.0, 14.0, 2.0
"""What holding all of a query's words is worth: in the memory, among its neighbours, in its session. The unit is one
standard deviation of the cosines. Neighbours count most, since what answers a question seldom repeats its words: the
turn before has just said them."""
IDENTIFIERS = 20.0
"""What holding a query's identifiers is worth: as much as all of its words, so that who asks for ACC-4521 gets it."""
MEANING, MEANING_NEARBY = 1.0, 0.5
"""What a standard deviation of cosine is worth: the memory's own, and that among its neighbours."""
SUBSTANCE = 4.0
"""What the longest memory is worth against an empty one, whatever the query: "Thanks!" answers nothing. Length tells
of relevance, and BM25 discounts it too far (A. Singhal, C. Buckley, M. Mitra: Pivoted document length normalization,
1996)."""
HALF_LENGTH = 8.0
"""A memory of this many terms has half of that; turns of conversations have ten on average."""
LEAST_SPREAD = 0.05
"""The standard deviation of cosines is taken to be at least this: where they hardly differ, they say little."""
SCALE = 4.0
"""At this many units below the best memory, relevance has fallen to 1/e. A stated importance of 1 makes up for 1.8
units against .1, age costs .4 at most; the best is 1.3 units ahead of the second (median over questions on long
conversations)."""

Column = NDArray[np.float32]


@dataclass(frozen=True)
class Memories:
    """The n memories of one recall, column by column."""

    cosines: Column
    """Similarity to the query, shape (n,); NaN where a memory cannot be compared."""
    around: Surroundings
    """Their places in their sessions."""
    table: TermTable
    """Their terms."""
    sample: NDArray[np.bool_]
    """Those that stand for the whole namespace, shape (n,): averages and rarities come from them alone."""
    holders: Column | None = None
    """How many memories of the whole namespace hold each of the query's terms, where more is known than the sample."""
    texts: float | None = None
    """How many memories the whole namespace has, where ``holders`` are given."""


@dataclass(frozen=True)
class Relevances:
    """What n memories are worth to a query."""

    relevance: Column
    """Above 0 to 1, shape (n,): 1 for the best; each unit below it divides by the same."""
    ordered: dict[str, Column]
    """What each sign adds, in units, shape (n,) each, in the order of conversation: ``words``, ``words_nearby``,
    ``words_of_sitting``, ``identifiers``, ``meaning``, ``meaning_nearby``, ``substance``."""
    around: Surroundings
    """What brings them into that order."""
    shares: Column
    """The share of the query's words that each memory itself holds (BM25), 0 to 1, shape (n,); 0 where it has none."""
    rarity: Column
    """The weight of each of the query's terms, shape (terms,)."""
    holders: NDArray[np.int64]
    """How many of the n memories hold each of the query's terms, shape (terms,)."""

    def signs(self, row: int) -> dict[str, float]:
        """What each sign adds for one of the memories, in units."""
        place = self.around.back[row]
        return {name: float(values[place]) for name, values in self.ordered.items()}


def weigh(memories: Memories, query: Query, weights: Weights = DEFAULT) -> Relevances:
    """The relevance of each memory. No sign is a gate: what shows by its words or by its meaning alone is kept.

    A query without terms is ranked by meaning alone, a memory without comparable cosine by its words alone.
    """
    # Everything is computed in the order of conversation, where neighbours stand side by side, and brought back at the
    # end.
    around = memories.around
    in_sample = memories.sample[around.order]
    sample = in_sample.astype(np.float32)
    counts = matches.count(memories.table, query.hashes, around.back)
    present = counts[:-1] > 0
    texts = float(sample.sum()) if memories.texts is None else memories.texts
    holders = np.count_nonzero(present, axis=1)
    sampled = np.count_nonzero(present & in_sample, axis=1) if memories.holders is None else memories.holders
    rarity = words.rarity(sampled, texts)
    # A term that no memory holds is no lack of any of them: it is left out of what a query could reach at most.
    sought = np.where(holders > 0, rarity, np.float32(0))
    meaning = _standardised(memories.cosines[around.order], sample)
    nearby, sittings = around.nearby(np.vstack((meaning, counts))), around.sittings(counts)

    shares = words.share(counts, sample, sought)
    shares_nearby = words.share(nearby[1:], sample, sought)
    shares_of_sittings = words.share(sittings, np.ones(sittings.shape[1], dtype=np.float32), sought)
    named = _named(present, np.where(query.identifiers, sought, np.float32(0)), texts)
    length = counts[-1]
    contributions = {
        "words": weights.words * WORDS * shares,
        "words_nearby": weights.words * weights.context * WORDS_NEARBY * shares_nearby,
        "words_of_sitting": weights.words * weights.context * WORDS_OF_SITTING * around.spread(shares_of_sittings),
        "identifiers": weights.words * IDENTIFIERS * named,
        "meaning": weights.meaning * MEANING * meaning,
        "meaning_nearby": weights.meaning * weights.context * MEANING_NEARBY * _standardised(nearby[0], sample),
        # Grows fast and then hardly: 8 terms give half, 80 give nine tenths.
        "substance": weights.substance * SUBSTANCE * length / (length + np.float32(HALF_LENGTH)),
    }
    total = sum(contributions.values(), np.zeros(len(length), dtype=np.float32))
    return Relevances(
        relevance=np.exp((total - total.max(initial=-np.inf)) / np.float32(SCALE))[around.back],
        ordered=contributions,
        around=around,
        shares=shares[around.back],
        rarity=rarity,
        holders=holders,
    )


def _named(present: NDArray[np.bool_], rarity: Column, texts: float) -> Column:
    """The share of the identifiers sought that each memory holds, 0 to 1, each counting as far as it is rare."""
    known = np.flatnonzero(rarity)
    if not len(known):
        return np.zeros(present.shape[1], dtype=np.float32)
    rarest = words.rarity(np.zeros(1, dtype=np.float32), texts)
    shares: Column = np.einsum("t,tn->n", rarity[known] / (rarest * np.float32(len(known))), present[known])
    return shares


def _standardised(values: Column, sample: Column) -> Column:
    """In standard deviations from the sample's mean; what is unknown gets 0, which is the mean."""
    comparable = ~np.isnan(values)
    known = values[comparable & (sample > 0)]
    if not len(known):
        return np.zeros_like(values)
    mean = known.sum() / np.float32(len(known))
    spread = float(np.dot(known - mean, known - mean) / len(known)) ** 0.5
    distance = (values - mean) / np.float32(max(spread, LEAST_SPREAD))
    return np.where(comparable, distance, np.float32(0))
