"""The README's example, run as it is written."""

import re
from pathlib import Path

import pytest

from tests.conftest import Api

README = Path(__file__).parents[3] / "README.md"


@pytest.mark.usefixtures("worker")
def test_the_readmes_example_tells_the_specialist_what_it_promises(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    [example] = re.findall(r"```python\n(.*?)```", README.read_text(), re.S)
    exec(example, {})
    told = capsys.readouterr().out
    assert all(words in told for words in ("Refunds over $50 need a specialist", "ACC-4521", "issue_refund", "$299"))
