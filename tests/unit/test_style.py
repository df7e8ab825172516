"""What we hold our code to: small functions, small folders, every public name and field documented."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest
from pydantic import BaseModel

import warmline_schemas

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("schemas", "services", "agents", "infra", "bench")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
)
PACKAGES = sorted({path.parent for path in SOURCES if path.name == "__init__.py"})
MOST_FUNCTION_LINES = 40
MOST_MODULES = 25


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body, without its signature and its docstring."""
    documented = ast.get_docstring(function, clean=False) is not None
    body = function.body[1:] if documented else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_functions_are_small(path: Path) -> None:
    assert [one.name for one in functions(path) if body_lines(one) > MOST_FUNCTION_LINES] == []


@pytest.mark.parametrize("folder", PACKAGES, ids=relative)
def test_a_folder_is_small_enough_to_be_read_at_a_glance(folder: Path) -> None:
    assert len([path for path in folder.glob("*.py") if path.name != "__init__.py"]) <= MOST_MODULES


@pytest.mark.parametrize("folder", PACKAGES, ids=relative)
def test_every_package_says_what_it_is_for(folder: Path) -> None:
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))


WIRE = [import_module(f"warmline_schemas.{module.name}") for module in iter_modules(warmline_schemas.__path__)]


@pytest.mark.parametrize("module", WIRE, ids=lambda module: module.__name__)
def test_every_field_on_the_wire_is_described(module: ModuleType) -> None:
    shapes = [shape for shape in vars(module).values() if isinstance(shape, type) and issubclass(shape, BaseModel)]
    bare = [
        f"{shape.__name__}.{name}"
        for shape in shapes
        for name, field in shape.model_fields.items()
        if not field.description
    ]
    assert bare == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty_words = {"manager", "helper", "helpers", "util", "utils", "base", "handler", "common", "core", "data"}
    assert [path for path in SOURCES if path.stem in empty_words] == []
