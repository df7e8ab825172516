"""The public surface: documented, importable, and quiet."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

import warmline

PACKAGE = Path(inspect.getfile(warmline)).parent


def public_members() -> Iterator[tuple[str, object]]:
    for name in warmline.__all__:
        thing = getattr(warmline, name)
        yield name, thing
        if isinstance(thing, type):
            for member, value in vars(thing).items():
                if not member.startswith("_") and isinstance(value, FunctionType | property | classmethod):
                    yield f"{name}.{member}", value


@pytest.mark.parametrize(("name", "thing"), list(public_members()), ids=[name for name, _ in public_members()])
def test_every_public_name_has_a_docstring(name: str, thing: object) -> None:
    assert (getattr(thing, "__doc__", None) or "").strip(), f"{name} has no docstring"


def test_the_public_names_are_sorted_and_there() -> None:
    assert warmline.__all__ == sorted(warmline.__all__)
    assert all(hasattr(warmline, name) for name in warmline.__all__)


@pytest.mark.parametrize("module", ["errors", "live", "local", "memory", "replay", "takeover", "tools", "webhooks"])
def test_the_modules_that_users_import_stay_where_they_are(module: str) -> None:
    assert import_module(f"warmline.{module}").__doc__


def test_the_package_is_marked_as_typed() -> None:
    assert (PACKAGE / "py.typed").exists()


@pytest.mark.parametrize(
    "path",
    sorted(path for path in PACKAGE.rglob("*.py") if "cli" not in path.parts),
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_the_library_never_prints(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}
