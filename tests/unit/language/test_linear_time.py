"""Whatever somebody pastes, the time of every function of text grows no faster than the text."""

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.builders.adversarial_shapes import SHAPES, long_text
from tests.builders.briefs import a_memory, a_source, agent, user
from warmline_memory import briefs, reading, redaction
from warmline_memory.briefs import hearing, rendering, templates, work_types
from warmline_memory.briefs.accounts import markdown, polarity
from warmline_memory.language import (
    dates,
    detecting,
    exact_values,
    harmless,
    meanings,
    shapes,
    statements,
    terms,
    tokens,
    values,
    words,
)
from warmline_memory.language.one_reading import one_reading
from warmline_schemas.memories import Role
from warmline_schemas.tenancy import PiiClass

SHORT, MIDDLE, LONG = 6_250, 25_000, 100_000
MOST = 2.5
"""How many times as long as a linear function one may take: of a quadratic one it would be four times."""
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

FUNCTIONS: dict[str, Callable[[str], Any]] = {
    "dates.resolved": lambda text: dates.resolved(text, NOW, UTC),
    "detecting.language_of": detecting.language_of,
    "exact_values.find": lambda text: exact_values.find(exact_values.plain(text)),
    "harmless.untagged": harmless.untagged,
    "markdown.entries_of": markdown.entries_of,
    "meanings.months": meanings.months,
    "meanings.values": lambda text: list(meanings.values(meanings.plain(text))),
    "polarity.clauses_of": polarity.clauses_of,
    "polarity.denials": polarity.denials,
    "polarity.stems": polarity.stems,
    "polarity.told_words": polarity.told_words,
    "reading.read": lambda text: reading.read([user(text)]),
    "redaction.find": lambda text: redaction.find([agent(text)], frozenset(PiiClass)),
    "redaction.scrub": redaction.scrub,
    "rendering.current_value": rendering.current_value,
    "rendering.escaped": rendering.escaped,
    "shapes.has_command": shapes.has_command,
    "shapes.has_figure": shapes.has_figure,
    "shapes.has_path": shapes.has_path,
    "statements.statements": statements.statements,
    "terms.query": lambda text: terms.query(text, b"salt"),
    "terms.read": terms.read,
    "tokens.estimate_tokens": tokens.estimate_tokens,
    "values.kind_of": values.kind_of,
    "words.clip": lambda text: words.clip(text, 50),
    "words.clip_inside": lambda text: words.clip_inside(text, 12),
    "words.contains": lambda text: words.contains(text, "17 b"),
    "words.content_words": words.content_words,
    "words.label_of": words.label_of,
    "work_types.detect": lambda text: work_types.detect([user(text)], templates.BUILT_IN.values()),
}
WHOLE: dict[str, Callable[[str], Any]] = {
    "hearing.heard": lambda text: hearing.heard(reading.read([user(text)]), "a refund"),
    "briefs.write, of what a customer said": lambda text: briefs.write(a_source(user(text))),
    "briefs.write, of a note": lambda text: briefs.write(a_source(a_memory(text))),
    "briefs.write, of a tool's result": lambda text: briefs.write(a_source(a_memory(text, role=Role.TOOL))),
    "briefs.write, of an account": lambda text: briefs.write(a_source(user("My order is late."), account=text)),
}
"""What does all of that, and takes much longer: every seventh shape must do."""


@pytest.fixture(scope="module")
def moment() -> float:
    """How long this machine takes, as busy as it is, for a million small steps, in seconds."""

    def step() -> float:
        begun = time.process_time()
        sum(map(str.isalnum, "a" * 1_000_000))
        return time.process_time() - begun

    return min(step() for _ in range(3))


def seconds(function: Callable[[str], Any], shape: tuple[str, str], chars: int) -> float:
    text = long_text(shape, chars)
    # What is collected meanwhile is everything that this process holds, and not of the text.
    gc.disable()
    begun = time.process_time()
    with one_reading():
        function(text)
    taken = time.process_time() - begun
    gc.enable()
    return taken


def is_linear(function: Callable[[str], Any], shape: tuple[str, str], moment: float) -> bool:
    """Whether a text of four times the length takes about four times as long. What reads 25 kB in a moment needs at
    most sixteen moments for 100 kB, were it quadratic, and is not measured further."""
    taken = seconds(function, shape, MIDDLE)
    if taken <= moment or taken <= MOST * MIDDLE / SHORT * seconds(function, shape, SHORT):
        return True
    allowed = MOST * LONG / MIDDLE * min(taken, seconds(function, shape, MIDDLE))
    return any(seconds(function, shape, LONG) <= allowed for _ in range(2))


@pytest.mark.parametrize("name", [*FUNCTIONS, *WHOLE])
def test_no_shape_of_a_long_text_takes_more_than_linear_time(name: str, moment: float) -> None:
    function, tried = (FUNCTIONS[name], SHAPES) if name in FUNCTIONS else (WHOLE[name], SHAPES[::7])
    function("Please refund order ORD-12.")
    assert [shape for shape in tried if not is_linear(function, shape, moment)] == []
