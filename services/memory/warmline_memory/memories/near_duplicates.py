"""Near-duplicates: which texts say the same in nearly the same words, and which of them stands for the others.

Similarity of embeddings cannot decide it. With all-MiniLM-L6-v2 "Transfer $500 from checking to savings" and the
reverse have a cosine of .99, "before noon" and "after noon" .99, "was refunded" and "was not refunded" .96, while
"Dave likes short answers" has .95 to itself with an exclamation mark. So two near-duplicates have the same words in the
same order; only how they are written may differ. The cosine then has to agree.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

SILENT = frozenset({"the", "that", "also", "please", "kindly"})
"""Words that a text can do without. Not "a", which is a name in "plan A"; not "very", which is a degree."""

# The patterns below see one word at a time, split at spaces. They undo ways of writing, and never meaning: where a sign
# could mean something, it stays, and the two texts count as different.

APOSTROPHES = str.maketrans({"’": "'", "‘": "'"})
OPENING = re.compile(r"^[\"'“„(\[]+")
CLOSING = re.compile(r"(?:[.,;:!…。，！]|(?<!\d)[\"'”“)\]])+$")
"""Punctuation around a word. A question mark stays, because it turns a statement into a question. After a digit, quotes
stay too, which are feet and inches, and brackets, which are a minus in accounts."""
PREFIXED = re.compile(r"^([a-z])-(?=[a-z])")
"""The hyphen of "e-mail" or "x-ray", which is as often left out."""
HYPHEN = re.compile(r"(?<=[^\W\d_]{2})-(?=[^\W\d_]{2})")
"""A hyphen between two words of at least two letters, as in "follow-up"; not one in "ACC-4521" or "a-z"."""
CONTRACTIONS = (
    (re.compile(r"^won't$"), "will not"),
    (re.compile(r"^(?:can't|cannot)$"), "can not"),
    (re.compile(r"n't$"), " not"),
    (re.compile(r"'re$"), " are"),
    (re.compile(r"'ve$"), " have"),
    (re.compile(r"'ll$"), " will"),
    (re.compile(r"^i'm$"), "i am"),
)
"""The contractions that have one reading; "'s" may be "is", "has" or a genitive, and "'d" may be "had" or "would"."""

DIGITS = 4
"""A similarity is rounded to this many digits, which single precision stores and gives back unchanged."""


@dataclass(frozen=True)
class Candidate:
    """A memory that may stand for near-duplicates, or be one of them."""

    id: UUID
    scope: Hashable
    """What near-duplicates must share besides their words."""
    content: str
    importance: float
    event_time: datetime
    created_at: datetime
    stands: bool
    """Whether it stands for others already. Then no other memory may stand for it: those others may be unlike that
    one."""
    parted_at: datetime | None
    """When a consolidation that kept it was last undone: it never again stands for what was there then."""


@dataclass(frozen=True)
class Group:
    """Near-duplicates, and the one that is kept for them all."""

    kept: Candidate
    merged: tuple[Candidate, ...]
    similarity: float
    """The lowest cosine between the kept one and another, -1 to 1, to four digits."""


def group(candidates: Sequence[Candidate], vectors: NDArray[np.float32], similarity: float) -> list[Group]:
    """Group what has the same scope, the same words and a cosine of at least ``similarity`` to the one that is kept.

    The most important memory is kept, and of equally important ones the one that happened last, so that no rank gets
    worse. Every other memory is compared with the kept one and not with its neighbours, so that likeness cannot travel
    along a chain. The same candidates give the same groups, in whatever order they come.

    Args:
        candidates: n memories.
        vectors: their embeddings by one model, shape (n, dimension).
        similarity: the least cosine, -1 to 1.
    """
    alike: defaultdict[Hashable, list[int]] = defaultdict(list)
    for row, candidate in enumerate(candidates):
        if said := words(candidate.content):
            alike[candidate.scope, said].append(row)
    found: list[Group] = []
    for rows in alike.values():
        if len(rows) > 1:
            found.extend(_grouped([candidates[row] for row in rows], _normal(vectors[rows]), similarity))
    return sorted(found, key=lambda one: one.kept.id)


def words(text: str) -> tuple[str, ...]:
    """The words of a text, for comparison: without case, punctuation around them, contractions, and silent words.

    Capitals stay where they tell words apart: ``US`` is not ``us``; whatever holds a digit or sign stays as it is.
    """
    found: list[str] = []
    for raw in text.translate(APOSTROPHES).split():
        word = CLOSING.sub("", OPENING.sub("", raw))
        if _is_plain(word):
            found.extend(_written_out(word.lower()))
        elif word:
            found.append(word)
    return tuple(word for word in found if word not in SILENT)


def _is_plain(word: str) -> bool:
    letters = word.replace("'", "").replace("-", "")
    return letters.isalpha() and (len(letters) == 1 or not letters.isupper())


def _written_out(word: str) -> list[str]:
    if word.isalpha() and word != "cannot":
        return [word]
    word = HYPHEN.sub(" ", PREFIXED.sub(r"\1", word))
    for pattern, whole in CONTRACTIONS:
        word = pattern.sub(whole, word)
    return word.split()


def _normal(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    normal: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return normal


def _grouped(alike: Sequence[Candidate], vectors: NDArray[np.float32], similarity: float) -> Iterator[Group]:
    """The groups among memories of the same scope and words; a memory that was parted from the kept one stays
    outside."""
    left = sorted(range(len(alike)), key=lambda row: _rank(alike[row]), reverse=True)
    while left:
        best, *others = left
        kept = alike[best]
        cosines = np.clip(vectors[others] @ vectors[best], -1.0, 1.0)
        near = {
            row: float(cosine)
            for row, cosine in zip(others, cosines, strict=True)
            if cosine >= similarity and not alike[row].stands
        }
        merged = [row for row in near if not _parted(kept, alike[row])]
        if merged:
            yield Group(kept, tuple(alike[row] for row in merged), round(min(near[row] for row in merged), DIGITS))
        # What was near but may not be merged is left out as well: it must not become the centre of a second group.
        left = [row for row in others if row not in near]


def _rank(candidate: Candidate) -> tuple[float, datetime, UUID]:
    return candidate.importance, candidate.event_time, candidate.id


def _parted(one: Candidate, other: Candidate) -> bool:
    return _has_let_go(one, other) or _has_let_go(other, one)


def _has_let_go(one: Candidate, other: Candidate) -> bool:
    return one.parted_at is not None and other.created_at <= one.parted_at
