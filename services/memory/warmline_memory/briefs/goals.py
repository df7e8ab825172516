"""Goals: whether one can be checked, or says no more than to go on."""

from warmline_memory.language.shapes import has_command, has_figure, has_path
from warmline_memory.language.values import ValueKind, find
from warmline_memory.language.words import content_words, word_set

OPEN_ENDED = word_set(
    "continue continuing work working keep proceed carry improve improving handle handling deal look help helping"
    " assist support supporting finish complete resume take resolve solve progress enhance address manage sort"
)
FILLER = word_set(
    "work task tasks issue issues problem problems thing things stuff rest project job everything something anything it"
    " this that customer user person matter case way better asap please soon possible needed necessary further next"
    " remaining implementation implementing development"
)
MEASURES = frozenset(
    {ValueKind.MONEY, ValueKind.DATE, ValueKind.WEEKDAY, ValueKind.TIME, ValueKind.IDENTIFIER, ValueKind.FIGURE}
)
LEAST_WORDS = 2
LEAST_WORDS_OF_AN_OPEN_END = 4


def is_vague(goal: str) -> bool:
    """Whether nobody could tell when a goal is reached.

    A figure, an amount, a date, an identifier, a command or a path makes it checkable. Without one it needs two words
    that say what, and four where it only wants to go on, help or improve.
    """
    if has_figure(goal) or has_command(goal) or has_path(goal):
        return False
    if any(value.kind in MEASURES for value in find(goal)):
        return False
    words = content_words(goal)
    telling = [word for word in words if word not in FILLER and word not in OPEN_ENDED]
    open_ended = bool(words) and words[0] in OPEN_ENDED
    return len(telling) < (LEAST_WORDS_OF_AN_OPEN_END if open_ended else LEAST_WORDS)
