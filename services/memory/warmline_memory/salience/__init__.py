"""Salience: which statements of a conversation a receiver needs, what each one does, and how much a memory matters.

A small learned model in plain numpy that works offline and in any language; ``docs/salience.md`` is its card. Pure: no
database, no clock, no settings. The model and the sentence encoder are loaded once per process, by ``load`` or at the
first use.
"""

from warmline_memory.salience.estimating import HIGHEST, SMALL_TALK, Estimate, Kept, estimates, importance
from warmline_memory.salience.sentences import LEARNED, Vectors, WrongWeights, keep_rows_in, vectors
from warmline_memory.salience.turns import Speaker, Statement, Turn, Weights
from warmline_memory.salience.weighing import MIND_FROM, PROMISED_FROM, load, weigh

__all__ = [
    "HIGHEST",
    "LEARNED",
    "MIND_FROM",
    "PROMISED_FROM",
    "SMALL_TALK",
    "Estimate",
    "Kept",
    "Speaker",
    "Statement",
    "Turn",
    "Vectors",
    "Weights",
    "WrongWeights",
    "estimates",
    "importance",
    "keep_rows_in",
    "load",
    "vectors",
    "weigh",
]
