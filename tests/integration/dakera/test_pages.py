"""The examples of the pages about moving from other tools, run as they are written."""

import re
from pathlib import Path

import pytest

from tests.conftest import Api

PAGES = sorted((Path(__file__).parents[3] / "docs").glob("moving-from-*.md"))
EXAMPLES = [example for page in PAGES for example in re.findall(r"```python\n(.*?)```", page.read_text(), re.S)]


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_pages_runs_and_finds_the_case(
    own: Api, dakera_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], example: str
) -> None:
    for name, value in {
        "DAKERA_BASE_URL": dakera_url,
        "DAKERA_API_KEY": own.key,
        "WARMLINE_URL": own.url,
        "WARMLINE_API_KEY": own.key,
    }.items():
        monkeypatch.setenv(name, value)
    exec(example, {"__name__": "example"})
    assert "charged $299" in capsys.readouterr().out
