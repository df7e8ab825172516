"""The examples of the page about the Python SDK, run as they are written."""

import re
from pathlib import Path

import pytest

from tests.conftest import Api
from warmline import Warmline

PAGE = Path(__file__).parents[3] / "docs" / "python.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_of_the_page_runs_and_says_something(
    api: Api, client: Warmline, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], example: str
) -> None:
    # The stream of an example waits for a handoff.
    with client.session(agent="tier1-bot", namespace="user-erin") as session:
        session.hand_off(to="billing-specialist", reason="A refund")
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    exec(example, {"__name__": "example"})
    assert capsys.readouterr().out.strip()
