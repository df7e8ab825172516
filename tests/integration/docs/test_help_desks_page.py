"""The page on bridges to other help desks: it names what there is to be written, and its program runs as it stands."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.builders.bridges import settings_of
from tests.builders.chatwoot import a_chatwoot
from tests.conftest import Api
from warmline import Warmline
from warmline.bridges import serving
from warmline.bridges.chatwoot.calls import Chatwoot
from warmline.bridges.chatwoot.gate import ChatwootGate
from warmline.bridges.desk import Desk, Gate

PAGE = Path(__file__).parents[3] / "docs" / "help-desks.md"


def named(heading: str) -> set[str]:
    """What the first column of the table below a heading names."""
    table = PAGE.read_text().partition(f"**`{heading}`:")[2].partition("\n\n**")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


@pytest.mark.parametrize("port", [Desk, Gate])
def test_the_page_names_all_that_a_desks_side_supplies(port: type[Any]) -> None:
    wanted = {name for name in (*vars(port), *port.__annotations__) if not name.startswith("_")}
    assert named(port.__name__) == wanted


def test_the_program_of_the_page_serves_a_desk(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    [program] = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.S)
    made: dict[str, Any] = {}
    exec(program, made)
    served: list[serving.Service] = []
    # A signal ends the program where it runs; here the test does, by the service that it would serve.
    made["serve"] = lambda service, *_: served.append(service)
    with a_chatwoot() as fake, Warmline(api.url, api.key) as client:
        settings = settings_of(fake, tmp_path)
        made["run"](client, Chatwoot(settings), ChatwootGate(settings))
    assert len(served) == 1
