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
CODE = {
    "warmline_memory": MEMORY,
    "warmline_api": ROOT / "services/api",
    "warmline_worker": ROOT / "services/worker",
    "warmline_local": ROOT / "infra",
}
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

HOUSES = ("warmline_api.console", "warmline_local")
"""Packages that are cut in rooms as the memory service is."""

ASSEMBLED = {"infra/warmline_local/__main__.py"}
"""What puts together the modules of a room, which the face must not import: ``commands`` is loaded by every command."""

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


def imports(path: Path, package: str = "warmline_memory") -> Iterator[Import]:
    """What a file imports of a package, also inside of functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{package}."):
            yield from (Import(node.lineno, str(node.module), alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            found = (alias.name for alias in node.names if f"{alias.name}.".startswith(f"{package}."))
            yield from (Import(node.lineno, name, None) for name in found)


@cache
def file_of(module: str) -> Path | None:
    """The file of a module or of a package's face; None where there is no such module."""
    place = CODE[module.partition(".")[0]] / Path(*module.split("."))
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


@pytest.mark.parametrize("path", DOORS, ids=relative)
def test_rooms_of_the_doors_import_each_others_faces(path: Path) -> None:
    past = [
        one
        for house in HOUSES
        for one in imports(path, house)
        if relative(path) not in ASSEMBLED and goes_past_a_room(one, house, path)
    ]
    assert past == []


def goes_past_a_room(one: Import, house: str, path: Path) -> bool:
    """Whether an import names what the face of its room does not export; inside a room everything may be named."""
    whole = one.module if one.name is None else f"{one.module}.{one.name}"
    room = ".".join(whole.split(".")[: house.count(".") + 2])
    face = file_of(room)
    if face is None or face.name != "__init__.py":
        return False
    if face.parent in path.parents or whole == room:
        return False
    return one.module != room or one.name not in exported(room)


def test_an_import_past_a_room_of_the_doors_is_found() -> None:
    house, path = "warmline_api.console", ROOT / "services/api/warmline_api/console/desk/lists.py"
    assert goes_past_a_room(Import(1, f"{house}.shell.rendering", "page"), house, path)
    assert goes_past_a_room(Import(1, f"{house}.shell", "rendering"), house, path)
    assert not goes_past_a_room(Import(1, f"{house}.shell", "page"), house, path)
    assert not goes_past_a_room(Import(1, house, "shell"), house, path)
    assert not goes_past_a_room(Import(1, f"{house}.desk.turns", "Turn"), house, path)


def test_an_import_past_a_face_is_found() -> None:
    assert goes_past_a_face(Import(1, "warmline_memory.handoffs.claims", "hold"))
    assert goes_past_a_face(Import(1, "warmline_memory.handoffs", "claims"))
    assert goes_past_a_face(Import(1, "warmline_memory.handoffs", "no_such_name"))
    assert goes_past_a_face(Import(1, "warmline_memory.storage.database", None))
    assert not goes_past_a_face(Import(1, "warmline_memory.handoffs", "claim"))
    assert not goes_past_a_face(Import(1, "warmline_memory", "handoffs"))
    assert not goes_past_a_face(Import(1, "warmline_memory.storage.tables", "Handoff"))
    assert not goes_past_a_face(Import(1, "warmline_memory.errors", "NotFound"))
