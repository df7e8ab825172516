"""Checking: nobody loads a file before the scanner has looked at it, and nobody ever one that it refused."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.builders.attachments import PDF, send, upload
from tests.builders.receivers import receiving
from tests.builders.requests import Json, get, post
from tests.builders.sessions import started
from tests.builders.waits import eventually
from tests.conftest import Api, make_tenant, serve
from warmline_memory import attachments
from warmline_memory.messaging import open_celery
from warmline_memory.platform import open_platform
from warmline_memory.settings import Settings
from warmline_worker.checking import Checking, Scanner, ScannerFailed

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCANNER = """
import sys
infected = b"EICAR" in sys.stdin.buffer.read()
print("stream: Eicar-Test-Signature FOUND" if infected else "stream: OK")
sys.exit(infected)
"""


def a_command(folder: Path, text: str = SCANNER) -> str:
    (folder / "scanner.py").write_text(text)
    return f"{sys.executable} {folder / 'scanner.py'}"


@contextmanager
def platform_with(apart: Settings, scanner: str) -> Iterator[tuple[Api, Settings]]:
    """An API of a platform with a scanner, which nobody asks yet."""
    own = apart.model_copy(update={"attachment_scanner": scanner})
    with open_platform(own, open_celery(own), weighs=False) as platform, serve(own) as url:
        key = make_tenant(platform.database).key
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as http:
            yield Api(url, key, http), own


@contextmanager
def a_worker(settings: Settings) -> Iterator[None]:
    """The part of a worker that asks the scanner."""
    with open_platform(settings, open_celery(settings), weighs=False) as platform, Checking(platform):
        yield


def state_of(api: Api, attachment: Json) -> str:
    return str(get(api, f"attachments/{attachment['id']}")["state"])


def load(api: Api, attachment: Json) -> httpx.Response:
    return api.http.get(f"/v1/attachments/{attachment['id']}/content")


def test_nobody_loads_a_file_before_the_scanner_has_said_that_it_is_clean(apart: Settings, tmp_path: Path) -> None:
    with platform_with(apart, a_command(tmp_path)) as (api, own):
        kept = upload(api)
        early = load(api, kept)
        assert (kept["state"], early.status_code) == ("waiting", 409)
        assert early.json()["type"] == "urn:warmline:problem:attachment-not-ready"
        assert "has yet to look at it" in early.json()["detail"]
        assert api.http.head(f"/v1/attachments/{kept['id']}/content").status_code == 409
        with a_worker(own):
            eventually(lambda: state_of(api, kept) == "clean", seconds=60)
        assert load(api, kept).content == PDF


def test_a_file_that_is_refused_is_kept_nowhere_and_its_reply_has_failed(apart: Settings, tmp_path: Path) -> None:
    with platform_with(apart, a_command(tmp_path)) as (api, own):
        chain = str(started(api)["id"])
        sent = send(api, chain, EICAR, name="virus.txt", agent="tier1-bot", deliver=True)
        [kept] = get(api, "attachments", chain_id=chain)["items"]
        with a_worker(own):
            eventually(lambda: state_of(api, kept) == "refused", seconds=60)
        refused = get(api, f"attachments/{kept['id']}")
        assert refused["problem"] == "stream: Eicar-Test-Signature FOUND"
        assert "a scanner refused it" in load(api, kept).json()["detail"]
        told = [one["facts"] for one in get(api, "events", limit=200)["items"] if one["type"] == "attachment.checked"]
        assert [(one["found"], one["message_id"]) for one in told] == [("refused", sent["id"])]
        reply = post(api, f"chains/{chain}/messages/{sent['id']}/delivery", {"state": "sent"})
        assert (reply["state"], reply["problem"]) == ("failed", "It was refused: stream: Eicar-Test-Signature FOUND")


@pytest.mark.parametrize(("body", "state"), [({"clean": True}, "clean"), ({"clean": False, "why": "x"}, "refused")])
def test_a_scanner_may_be_a_url(apart: Settings, body: Json, state: str) -> None:
    with (
        receiving(status=200, body=json.dumps(body).encode()) as scanner,
        platform_with(apart, scanner.url) as (api, own),
    ):
        kept = upload(api, name="Beleg März.pdf")
        with a_worker(own):
            eventually(lambda: state_of(api, kept) == state, seconds=60)
    [(headers, content)] = scanner.came
    assert (content, headers["content-type"], headers["x-file-sha256"]) == (PDF, "application/pdf", kept["sha256"])
    assert headers["x-file-name"] == "Beleg%20M%C3%A4rz.pdf"


def a_file(content: bytes = PDF) -> attachments.ToCheck:
    return attachments.ToCheck(uuid4(), "a.pdf", "application/pdf", "00", content)


@pytest.mark.parametrize("ends", ["raise SystemExit(2)", "import os\nos.kill(os.getpid(), 9)"])
def test_a_command_that_fails_says_nothing_of_the_file(tmp_path: Path, ends: str) -> None:
    with pytest.raises(ScannerFailed):
        Scanner(Settings(attachment_scanner=a_command(tmp_path, ends))).ask(a_file())


def test_a_command_that_is_not_there_and_one_that_hangs_say_nothing_either(tmp_path: Path) -> None:
    with pytest.raises(ScannerFailed):
        Scanner(Settings(attachment_scanner=str(tmp_path / "none"))).ask(a_file())
    hangs = a_command(tmp_path, "import time\ntime.sleep(600)")
    with pytest.raises(ScannerFailed):
        Scanner(Settings(attachment_scanner=hangs, attachment_scanner_seconds=1)).ask(a_file())


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"{}"), (200, b"{}"), (200, b"no json"), (200, b'{"clean": "yes"}'), (200, b"[]")]
)
def test_a_url_that_answers_anything_else_says_nothing(status: int, body: bytes) -> None:
    with receiving(status=status, body=body) as scanner, pytest.raises(ScannerFailed):
        Scanner(Settings(attachment_scanner=scanner.url)).ask(a_file())


def test_a_file_of_which_nothing_was_said_goes_on_waiting_and_is_asked_about_again(
    apart: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with platform_with(apart, str(tmp_path / "not there yet")) as (api, own):
        kept = upload(api)
        with a_worker(own):
            eventually(lambda: "was asked about attachment" in caplog.text, seconds=60)
        assert state_of(api, kept) == "waiting"
        repaired = own.model_copy(update={"attachment_scanner": a_command(tmp_path)})
        with a_worker(repaired):
            eventually(lambda: state_of(api, kept) == "clean", seconds=90)


def test_what_waits_for_a_scanner_that_is_no_longer_set_up_can_be_loaded(apart: Settings, tmp_path: Path) -> None:
    with platform_with(apart, a_command(tmp_path)) as (api, own):
        kept = upload(api)
        with a_worker(own.model_copy(update={"attachment_scanner": ""})):
            eventually(lambda: state_of(api, kept) == "unchecked", seconds=60)
        assert load(api, kept).content == PDF
