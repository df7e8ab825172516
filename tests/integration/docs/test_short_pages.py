"""The examples of pages that have one or two, run as they are written."""

import re
from pathlib import Path

import pytest

from tests.conftest import Api, Run
from warmline import Warmline

DOCS = Path(__file__).parents[3] / "docs"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x02\x58\x03\x20\x01\x01\x11\x00"
)


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


def test_the_file_of_the_page_is_uploaded_sent_and_read(
    client: Warmline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "receipt.jpg").write_bytes(JPEG)
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        exec(
            the_example("attachments.md", "python"),
            {"client": client, "session": session, "chain_id": session.chain_id},
        )
        kept = [memory.content for memory in client.memories.list(session_id=session.id, kind="attachment")]
    assert "JFIF" in capsys.readouterr().out
    assert len(kept) == 1
    assert "receipt.jpg" in kept[0]


def test_the_saved_reply_of_the_page_is_written_and_listed(
    api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARMLINE_URL", api.url)
    monkeypatch.setenv("WARMLINE_API_KEY", api.key)
    exec(the_example("saved-replies.md", "python"), {})
    assert capsys.readouterr().out.startswith("refund-started en Dear {customer},")
