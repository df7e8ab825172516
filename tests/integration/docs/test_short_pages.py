"""The examples of pages that have one or two, run as they are written."""

import re
from pathlib import Path

import pytest

from tests.conftest import Api, Run
from warmline import Warmline

DOCS = Path(__file__).parents[3] / "docs"


def the_example(page: str, language: str) -> str:
    """The one example of a page in a language."""
    [example] = re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text(), re.S)
    return str(example)


@pytest.mark.usefixtures("worker")
def test_the_account_of_the_page_goes_along_with_the_handoff(client: Warmline) -> None:
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        session.remember("I was charged $299, the plan is $199 a month", role="user")
        exec(the_example("accounts.md", "python"), {"session": session})
    [handoff] = client.handoffs.list(namespace="user-dave")
    brief = client.handoffs.wait(handoff.id).brief
    assert brief is not None
    assert "The refund of $100 needs a person" in brief.text


def test_the_customer_of_the_page_is_made_and_reaches_a_bot(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    exec(the_example("customers.md", "python"), {})
    assert capsys.readouterr().out.strip().endswith("tier1-bot")


def test_the_queue_of_the_page_is_set_up(run: Run, client: Warmline, tmp_path: Path) -> None:
    (tmp_path / "billing.toml").write_text(the_example("queues.md", "toml"))
    run("queues", "write", "billing", tmp_path / "billing.toml")
    queue = client.queues.get("billing")
    assert queue.promises.accept_seconds == 300
    assert [level.to for level in queue.levels] == [None, "queue:supervisors"]
    assert queue.office_hours is not None
    assert len(queue.office_hours.days) == 2
