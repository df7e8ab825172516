"""The public surface: documented, importable, and quiet."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

import warmline
import warmline_schemas
from tests.sync_client import written
from warmline import AsyncWarmline, Warmline

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


@pytest.mark.parametrize(("path", "text"), list(written()), ids=lambda given: getattr(given, "name", ""))
def test_the_synchronous_client_says_what_the_asynchronous_one_says(path: Path, text: str) -> None:
    assert path.read_text() == text, "run `python -m tests.sync_client`"


def test_each_public_class_of_the_asynchronous_client_has_its_twin() -> None:
    twins = {name.removeprefix("Async") for name in warmline.__all__ if name.startswith("Async")}
    assert twins
    assert twins <= set(warmline.__all__)


def test_an_unknown_name_is_refused_as_elsewhere() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Warmlin'"):
        _ = warmline.Warmlin


LOADED = """
import sys
from warmline import Warmline
heavy = {"torch", "numpy", "anyio", "fastapi", "sqlalchemy", "celery", "typer", "mcp"}
ours = {"warmline_api", "warmline_memory", "warmline_worker", "warmline_local"}
print(*sorted((heavy | ours) & set(sys.modules)))
"""
SHAPES = """
import sys
from warmline import Warmline
print(*(name.removeprefix("warmline_schemas.") for name in sys.modules if name.startswith("warmline_schemas.")))
"""


def test_importing_the_sdk_loads_neither_servers_nor_models_nor_the_other_client() -> None:
    assert subprocess.check_output([sys.executable, "-c", LOADED], text=True).split() == []


def test_importing_the_client_loads_no_shapes_that_only_its_parts_need() -> None:
    loaded = set(subprocess.check_output([sys.executable, "-c", SHAPES], text=True).split())
    # Requests and problems are needed by every call, and memories by the outbox, which each client has.
    assert loaded == {"memories", "problems", "wire"}


def test_shapes_are_found_when_they_are_used_first_and_unknown_ones_are_refused() -> None:
    program = "import warmline_schemas as shapes; print(shapes.tenancy.Preferences.__module__)"
    assert subprocess.check_output([sys.executable, "-c", program], text=True).split() == ["warmline_schemas.tenancy"]
    with pytest.raises(AttributeError, match="no attribute 'tenansy'"):
        _ = warmline_schemas.tenansy


@pytest.mark.parametrize("client", [Warmline("http://nowhere", "wk-x"), AsyncWarmline("http://nowhere", "wk-x")])
def test_the_parts_of_a_client_are_those_that_its_class_names(client: Warmline | AsyncWarmline) -> None:
    for name, kind in type(client).__annotations__.items():
        if name != "outbox":
            assert name in dir(client)
            assert type(getattr(client, name)).__name__ == kind
            assert getattr(client, name) is getattr(client, name)
    with pytest.raises(AttributeError, match="no attribute 'sesions'"):
        _ = client.sesions  # type: ignore[union-attr]


def test_a_name_that_needs_no_client_loads_none() -> None:
    program = "import sys, warmline; from warmline import NotFound; print('warmline.client' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "False"


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
