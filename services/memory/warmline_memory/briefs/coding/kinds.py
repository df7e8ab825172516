"""Kinds: what a sentence of a coding session does, in the languages that the encoder learned.

Softmax regression over the embedding of a sentence, one model for what the agent says and one for what the person says.
``python -m bench.coding.kinds`` trains them on sentences of fourteen languages, and says how they do on five others.
"""

from dataclasses import dataclass
from pathlib import Path

from warmline_memory.briefs.regression import Regression
from warmline_memory.salience import Vectors

MODEL = Regression(Path(__file__).with_name("kinds.npz"))

LOOK, TRIED, CHOSEN, OPEN, DONE, PASSING = "look", "tried", "chosen", "open", "done", "passing"
WISH, RULE, OTHER = "wish", "rule", "other"


@dataclass(frozen=True)
class Side:
    """Whose sentences they are, and the kinds that these have, in the order of the model's columns."""

    of: str
    names: tuple[str, ...]


AGENT = Side("agent", (LOOK, TRIED, CHOSEN, OPEN, DONE, PASSING))
"""What is about to be done, what was tried in vain, what was chosen or found and why, what is open, what is
done, and that all checks pass."""
PERSON = Side("person", (WISH, RULE, OTHER))


def of(side: Side, meanings: Vectors) -> Vectors:
    """The probability of each kind, in the order of ``side.names``: a row for each sentence."""
    return MODEL.probabilities(meanings, f"{side.of}_")
