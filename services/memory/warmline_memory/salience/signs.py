"""The structural signs of a statement: where it is said, by whom, in what shape. No sign knows a word of a language."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from warmline_memory.language.statements import word_count
from warmline_memory.salience.turns import Speaker, Statement, Turn

_TOKEN = re.compile(r"[^\W_]+(?:[-_.'’/@][^\W_]+)*")
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}(?!\d)")
_MONEY = re.compile(r"[$€£¥₹₽₩₺฿₫₴]|(?<![^\W\d_])(?:USD|EUR|GBP|CHF|JPY|CNY|INR)(?![^\W\d_])")
_QUOTE = re.compile(r"[\"“”«»「」`]")
_LINK = re.compile(
    r"@[\w-]+\.|://|www\.|(?<!\w)[~.]?/\w[\w.-]*/|\w\.(?:py|js|ts|go|rs|java|md|json|ya?ml|toml|sql|sh)(?!\w)"
)
_QUESTION = re.compile(r"[?？؟;՞]\W*$")
_CALL = re.compile(r"[!！]\W*$")

SHAPES = (
    "customer", "agent", "note", "words", "characters", "digit_tokens", "mixed_token", "long_number", "link", "money",
    "time", "percent", "quote", "capital_words", "upper_words", "digit_share", "question", "exclamation", "colon",
    "comma_end",
)  # fmt: skip
PLACES = (
    "turn_place", "statement_place", "turns_left", "turns_before", "first_wish", "last_of_customer", "last_turn",
    "place_in_turn", "end_of_turn", "turn_size", "answers", "is_asked", "used", "used_count", "repeated_later",
    "repeated_earlier", "new_share", "rarity", "conversation_size", "customer_share", "digits_around", "single_sided",
    "like_goal", "like_first", "like_before", "like_after", "like_all",
)  # fmt: skip


def shapes(texts: Sequence[str], speakers: Sequence[Speaker | None]) -> NDArray[np.float32]:
    """The signs that a statement shows by itself: one row each, in the order of ``SHAPES``."""
    rows = [_shape(text, speaker) for text, speaker in zip(texts, speakers, strict=True)]
    return np.array(rows, np.float32).reshape(len(texts), len(SHAPES))


def _shape(text: str, speaker: Speaker | None) -> list[float]:
    tokens = _TOKEN.findall(text)
    digits = [token for token in tokens if any(char.isdigit() for char in token)]
    # The first word is written with a capital in many languages, whatever it is.
    capitals = [token for token in tokens[1:] if token[0].isupper()]
    return [
        speaker is Speaker.CUSTOMER,
        speaker is Speaker.AGENT,
        speaker is Speaker.NOTE or speaker is None,
        np.log1p(word_count(text)),
        np.log1p(len(text)),
        np.log1p(len(digits)),
        any(any(char.isalpha() for char in token) for token in digits),
        any(sum(char.isdigit() for char in token) >= 5 for token in digits),
        bool(_LINK.search(text)),
        bool(_MONEY.search(text)),
        bool(_TIME.search(text)),
        "%" in text,
        bool(_QUOTE.search(text)),
        np.log1p(len(capitals)),
        np.log1p(sum(len(token) > 1 and token.isupper() for token in tokens)),
        sum(map(len, digits)) / max(1, len(text)),
        bool(_QUESTION.search(text)),
        bool(_CALL.search(text)),
        ":" in text or "：" in text,
        text.endswith((",", "，", "、")),
    ]


def places(
    turns: Sequence[Turn],
    said: Sequence[Statement],
    vectors: NDArray[np.float32],
    used: Collection[str],
    goal: NDArray[np.float32] | None,
) -> NDArray[np.float32]:
    """The signs that a statement has of its place among the others: one row each, in the order of ``PLACES``."""
    if not said:
        return np.zeros((0, len(PLACES)), np.float32)
    columns = [
        *_positions(turns, said), *_neighbours(turns, said), *_uses(said, used), *_repeats(said),
        *_surroundings(turns, said), *_likenesses(turns, said, vectors, goal),
    ]  # fmt: skip
    return np.stack([np.asarray(column, np.float32) for column in columns], axis=1)


Columns = list[list[float]]


def _positions(turns: Sequence[Turn], said: Sequence[Statement]) -> Columns:
    speaking = [index for index, turn in enumerate(turns) if turn.speaker is Speaker.CUSTOMER]
    first, last = (speaking[0], speaking[-1]) if speaking else (-1, -1)
    end, sizes = len(turns) - 1, Counter(one.turn for one in said)
    seen: Counter[int] = Counter()
    inside = []
    for one in said:
        inside.append(seen[one.turn])
        seen[one.turn] += 1
    return [
        [one.turn / max(1, end) for one in said],
        [index / max(1, len(said) - 1) for index in range(len(said))],
        [np.log1p(end - one.turn) for one in said],
        [np.log1p(one.turn) for one in said],
        [one.turn == first for one in said],
        [one.turn == last for one in said],
        [one.turn == end for one in said],
        [index / sizes[one.turn] for index, one in zip(inside, said, strict=True)],
        [index == sizes[one.turn] - 1 for index, one in zip(inside, said, strict=True)],
        [np.log1p(sizes[one.turn]) for one in said],
    ]


def _neighbours(turns: Sequence[Turn], said: Sequence[Statement]) -> Columns:
    asks = [bool(_QUESTION.search(turn.text)) for turn in turns]
    others = [one.turn > 0 and turns[one.turn - 1].speaker is not turns[one.turn].speaker for one in said]
    return [
        [other and asks[one.turn - 1] for other, one in zip(others, said, strict=True)],
        [one.turn + 1 < len(turns) and asks[one.turn + 1] for one in said],
    ]


def _uses(said: Sequence[Statement], used: Collection[str]) -> Columns:
    # A value counts where it stands as whole words; those of one character stand everywhere.
    values = {tuple(tokens) for value in used if (tokens := _tokens(value)) and len(value.strip()) > 1}
    longest = min(6, max(map(len, values), default=0))
    counts = []
    for one in said:
        tokens = _tokens(one.text)
        runs = {tuple(tokens[i : i + n]) for n in range(1, longest + 1) for i in range(len(tokens) - n + 1)}
        counts.append(len(runs & values))
    return [[count > 0 for count in counts], [np.log1p(count) for count in counts]]


def _tokens(text: str) -> list[str]:
    return [token.casefold() for token in _TOKEN.findall(text)]


def _repeats(said: Sequence[Statement]) -> Columns:
    tokens = [set(_tokens(one.text)) for one in said]
    holders = Counter(token for found in tokens for token in found)
    # A token in more than a tenth of the statements is a word of the language, not of the case.
    common = max(3, len(said) // 10)
    left, seen = holders.copy(), Counter[str]()
    later, earlier, new, rarity = [], [], [], []
    for found in tokens:
        left.subtract(found)
        telling = [token for token in found if holders[token] <= common and len(token) > 2]
        later.append(np.log1p(sum(left[token] > 0 for token in telling)))
        earlier.append(np.log1p(sum(seen[token] > 0 for token in telling)))
        new.append(sum(seen[token] == 0 for token in found) / max(1, len(found)))
        rarity.append(sum(np.log(len(said) / holders[token]) for token in found) / max(1, len(found)))
        seen.update(found)
    return [later, earlier, new, rarity]


def _surroundings(turns: Sequence[Turn], said: Sequence[Statement]) -> Columns:
    customers = sum(turn.speaker is Speaker.CUSTOMER for turn in turns) / max(1, len(turns))
    digits = sum(any(char.isdigit() for char in one.text) for one in said) / len(said)
    single = len({turn.speaker for turn in turns}) == 1
    return [[value] * len(said) for value in (np.log1p(len(said)), customers, digits, float(single))]


def _likenesses(
    turns: Sequence[Turn], said: Sequence[Statement], vectors: NDArray[np.float32], goal: NDArray[np.float32] | None
) -> list[NDArray[np.float32]]:
    opening = [i for i, one in enumerate(said) if turns[one.turn].speaker is Speaker.CUSTOMER] or [0]
    first = [i for i in opening if said[i].turn == said[opening[0]].turn]
    nothing = np.zeros(len(said), np.float32)
    steps = (vectors[1:] * vectors[:-1]).sum(axis=1)
    return [
        nothing if goal is None else vectors @ goal,
        vectors @ vectors[first].mean(axis=0),
        np.concatenate([[0], steps]).astype(np.float32),
        np.concatenate([steps, [0]]).astype(np.float32),
        vectors @ vectors.mean(axis=0),
    ]
