"""The statements of analytics name types of events, states and kinds as constants: they must be those of the code."""

import re
from pathlib import Path

import pytest

from warmline_memory import analytics
from warmline_memory.storage import tables
from warmline_schemas.handoffs import HandoffMode, HandoffState

FILES = sorted((Path(analytics.__file__).parent / "sql").glob("*.sql"))


def sql(name: str) -> str:
    return (Path(analytics.__file__).parent / "sql" / f"{name}.sql").read_text()


def test_troubles_are_counted_of_the_types_that_the_index_holds() -> None:
    listed = re.search(r"WHERE type IN \((.*?)\)", sql("counts"), re.DOTALL)
    assert listed is not None
    assert set(re.findall(r"'([\w.]+)'", listed[1])) == set(tables.TROUBLE)
    counted = set(re.findall(r"\btype = '([\w.]+)'", sql("counts")))
    assert counted == set(tables.TROUBLE)


def test_what_waits_is_what_the_platform_calls_under_way() -> None:
    listed = re.search(r"state IN \((.*?)\) AS waiting", sql("counts"))
    assert listed is not None
    assert set(re.findall(r"'(\w+)'", listed[1])) == set(tables.UNDER_WAY)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_states_and_modes_are_those_of_handoffs(file: Path) -> None:
    text = file.read_text()
    assert set(re.findall(r"state = '(\w+)'", text)) <= set(HandoffState)
    assert set(re.findall(r"mode (?:=|<>) '(\w+)'", text)) <= set(HandoffMode)
