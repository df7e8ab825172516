"""What we hold our code to: small files, small functions, every public name and field documented."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from warmline_schemas import (
    analytics,
    audits,
    briefs,
    chains,
    claims,
    comparisons,
    consolidations,
    events,
    exports,
    flags,
    forgetting,
    handoffs,
    keys,
    memories,
    operators,
    preferences,
    problems,
    queues,
    read_backs,
    recall,
    rotas,
    service,
    sessions,
    shifts,
    starts,
    templates,
    usage,
    webhooks,
    wire,
)

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("schemas", "services", "agents", "infra", "bench")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
)
MOST_FILE_LINES = 250
MOST_FUNCTION_LINES = 40


def code_lines(source: str) -> int:
    """Lines that are neither blank nor a comment."""
    return sum(1 for line in source.splitlines() if line.strip() and not line.strip().startswith("#"))


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body, without its signature and its docstring."""
    documented = ast.get_docstring(function, clean=False) is not None
    body = function.body[1:] if documented else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_are_small(path: Path) -> None:
    assert code_lines(path.read_text()) <= MOST_FILE_LINES
    assert [one.name for one in functions(path) if body_lines(one) > MOST_FUNCTION_LINES] == []


WIRE = [audits, briefs, consolidations, exports, forgetting, handoffs, keys, memories, preferences, problems, recall]
WIRE += [rotas, service, sessions, shifts, starts, templates, usage, wire, chains, comparisons, events, webhooks]
WIRE += [operators, queues, analytics, flags, read_backs, claims]


@pytest.mark.parametrize("module", WIRE)
def test_every_field_on_the_wire_is_described(module: object) -> None:
    shapes = [shape for shape in vars(module).values() if isinstance(shape, type) and issubclass(shape, BaseModel)]
    bare = [
        f"{shape.__name__}.{name}"
        for shape in shapes
        for name, field in shape.model_fields.items()
        if not field.description
    ]
    assert shapes
    assert bare == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty_words = {"manager", "helper", "helpers", "util", "utils", "base", "handler", "common", "core", "data"}
    assert [path for path in SOURCES if path.stem in empty_words] == []
