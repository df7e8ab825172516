"""What some models want in front of a text, which says whether it is a question or something to be found."""

from collections.abc import Mapping
from dataclasses import dataclass

TEXT_NAMES = ("document", "passage", "corpus")
"""The names under which models keep the prompt of what is to be found; the first one that is there counts."""


@dataclass(frozen=True)
class Prompts:
    """What stands in front of queries and of stored texts; most models want nothing."""

    query: str = ""
    text: str = ""

    @classmethod
    def of_model(cls, prompts: Mapping[str, str | None]) -> "Prompts":
        """The two among a model's prompts by name, as sentence-transformers keeps them."""
        texts = (prompts.get(name) for name in TEXT_NAMES)
        return cls(query=prompts.get("query") or "", text=next(filter(None, texts), ""))
