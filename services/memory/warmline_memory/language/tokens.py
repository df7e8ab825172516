"""How long a text is for a language model."""

import math


def estimate_tokens(text: str) -> int:
    """The length of a text in tokens, estimated without a tokenizer: characters / 4 or words × 4/3, whichever is more,
    rounded up. Both are the usual rules of thumb for English under byte-pair encodings."""
    return tokens_of(len(text), len(text.split()))


def tokens_of(chars: int, words: int) -> int:
    """The estimated length in tokens of a text with this many characters and words."""
    return max(math.ceil(chars / 4), math.ceil(words * 4 / 3))
