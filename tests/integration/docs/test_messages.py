"""The page on messages: its examples, run one after the other as they are written."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Api

PAGE = Path(__file__).parents[3] / "docs" / "messages.md"


@pytest.mark.usefixtures("worker")
def test_the_examples_print_what_the_page_says(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    page = PAGE.read_text()
    shared: dict[str, Any] = {}
    for example in re.findall(r"```python\n(.*?)```", page, re.S):
        exec(example, shared)
    shared["client"].close()
    assert capsys.readouterr().out.splitlines() == re.findall(r"^print\(.*\)  # (.*)$", page, re.M)
