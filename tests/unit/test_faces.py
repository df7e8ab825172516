"""The doors use the faces: API, worker and local stack know a room by what its package exports, and no more.

Rooms know each other in the same way. The exceptions are named here, each with its reason.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
MEMORY = ROOT / "services/memory"
DOORS = [
    *sorted((ROOT / "services/api/warmline_api").rglob("*.py")),
    *sorted((ROOT / "services/worker/warmline_worker").rglob("*.py")),
    *sorted((ROOT / "infra/warmline_local").rglob("*.py")),
]
ROOMS = sorted(
    path
    for path in (MEMORY / "warmline_memory").rglob("*.py")
    if "versions" not in path.parts and path.parent.name != "warmline_memory"
)

FACES_OF_THEIR_OWN = {
    "warmline_memory.storage.tables",  # administration and the console's lists read rows where no function is worth it
    "warmline_memory.storage.migrations",  # `warmline migrate` and `warmline up` bring the database up to date
    "warmline_memory.recall.ranking",  # arithmetic alone; a warm start weighs recency exactly as a recall does
}
"""Packages inside of a room that others import as they import a room: each has a face, with a docstring."""

OPEN_TO_ROOMS = {"storage", "language", "redaction", "reading", "briefs"}
"""Rooms whose modules other rooms of the memory service import as modules: what nearly every room is built upon.

The rooms that read, hide and write text are made of pure functions, and a face that listed all of them would be longer
than what it hides; the modules of ``storage`` (``pages``, ``wire``, ``clock``) are the language of the database.
"""


class Import(NamedTuple):
    """What a module imports: a module, and a name in it; None where the module itself is imported."""

    line: int
    module: str
    name: str | None


def imports(path: Path) -> Iterator[Import]:
    """What a file imports of the memory service, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "warmline_memory":
            yield from (Import(node.lineno, str(node.module), alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            found = (alias.name for alias in node.names if alias.name.split(".")[0] == "warmline_memory")
            yield from (Import(node.lineno, name, None) for name in found)


@cache
def file_of(module: str) -> Path | None:
    """The file of a module or of a package's face; None where there is no such module."""
    place = MEMORY / Path(*module.split("."))
    return next((path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()), None)


@cache
def exported(module: str) -> frozenset[str]:
    """The names in ``__all__`` of a face, or all public names of a module that has none."""
    tree = ast.parse((file_of(module) or Path()).read_text())
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
        found |= {alias.asname or alias.name for alias in getattr(node, "names", []) if hasattr(alias, "asname")}
        found |= {getattr(node, "name", "")} | {ast.unparse(one) for one in getattr(node, "targets", [])}
    return frozenset(found - {""})


def is_face(module: str) -> bool:
    """Whether others may import names of it: the service itself, its rooms, its top-level modules, and faces inside."""
    return module.count(".") <= 1 or module in FACES_OF_THEIR_OWN


def goes_past_a_face(one: Import) -> bool:
    """Whether an import names what no face exports."""
    if not is_face(one.module):
        return True
    if one.name is None:
        return False
    whole = f"{one.module}.{one.name}"
    if file_of(whole) is not None and one.name not in exported(one.module):
        return not is_face(whole)
    return one.name not in exported(one.module)


def room_of(path: Path) -> str:
    return path.relative_to(MEMORY / "warmline_memory").parts[0]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", DOORS, ids=relative)
def test_doors_import_what_faces_export(path: Path) -> None:
    assert [one for one in imports(path) if goes_past_a_face(one)] == []


@pytest.mark.parametrize("path", ROOMS, ids=relative)
def test_rooms_import_what_the_faces_of_other_rooms_export(path: Path) -> None:
    own = room_of(path)
    others = [one for one in imports(path) if not is_inside(one, own) and not is_inside(one, *OPEN_TO_ROOMS)]
    assert [one for one in others if goes_past_a_face(one)] == []


def is_inside(one: Import, *rooms: str) -> bool:
    """Whether an import names one of these rooms, or something in it."""
    parts = (*one.module.split(".")[1:], one.name)
    return parts[0] in rooms


def test_an_import_past_a_face_is_found() -> None:
    assert goes_past_a_face(Import(1, "warmline_memory.handoffs.claims", "hold"))
    assert goes_past_a_face(Import(1, "warmline_memory.handoffs", "claims"))
    assert goes_past_a_face(Import(1, "warmline_memory.handoffs", "no_such_name"))
    assert goes_past_a_face(Import(1, "warmline_memory.storage.database", None))
    assert not goes_past_a_face(Import(1, "warmline_memory.handoffs", "claim"))
    assert not goes_past_a_face(Import(1, "warmline_memory", "handoffs"))
    assert not goes_past_a_face(Import(1, "warmline_memory.storage.tables", "Handoff"))
    assert not goes_past_a_face(Import(1, "warmline_memory.errors", "NotFound"))
