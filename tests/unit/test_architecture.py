"""The page on architecture shows the rooms as the code has them: every room, and whom it imports."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MEMORY = ROOT / "services" / "memory" / "warmline_memory"
PAGE = (ROOT / "docs" / "architecture.md").read_text()
SHOWN = {
    room: arrows.replace("-", "").split() for room, arrows in re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", PAGE, re.M)
}
ROOMS = sorted(path.stem for path in MEMORY.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())


def imported(room: str) -> set[str]:
    """The rooms that the modules of a room import."""
    files = (MEMORY / room).rglob("*.py") if (MEMORY / room).is_dir() else [MEMORY / f"{room}.py"]
    found: set[str] = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "warmline_memory":
                inside = (node.module or "").split(".")[1:]
                found |= {inside[0]} if inside else {name.name for name in node.names}
    return found - {room}


def test_every_room_is_shown() -> None:
    assert sorted(SHOWN) == [room for room in ROOMS if room != "__init__"]


@pytest.mark.parametrize("room", SHOWN)
def test_every_arrow_between_rooms_is_shown(room: str) -> None:
    assert SHOWN[room] == sorted(imported(room))
