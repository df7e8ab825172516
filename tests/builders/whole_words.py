"""Short secrets in answers that also hold random ids, fences and times, which can contain the same digits."""

import re


def says(answer: object, word: str) -> bool:
    """Whether a word stands in an answer, not as a part of a longer word, number or id."""
    text = str(answer).replace("\\n", "\n")
    return re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text) is not None
