"""The security log: where it goes, that nothing of the audit is left out, and that nobody fills a disk with it."""

import json
import logging
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from warmline_memory import logs, security_log
from warmline_memory.errors import SetupError
from warmline_schemas.audit import FIRST, Actor, ActorKind, AuditEntry

TENANT = uuid4()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A file of its own; afterwards the log is as it was."""
    log = logging.getLogger(security_log.LOGGER)
    before = (log.handlers[:], log.propagate, log.level)
    log.handlers = []
    yield tmp_path / "security.log"
    for handler in log.handlers:
        handler.close()
    log.handlers, log.propagate = before[0], before[1]
    log.setLevel(before[2])


def an_entry(number: int) -> AuditEntry:
    return AuditEntry(
        id=uuid4(),
        number=number,
        at=datetime.now(UTC),
        actor=Actor(kind=ActorKind.KEY, id=uuid4(), name="bot", address="192.0.2.7"),
        verb="export",
        namespace="user-dave",
        namespace_salt="0",
        namespace_hash="0",
        details={},
        previous_hash=FIRST,
        hash=FIRST,
    )


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_every_entry_is_there_however_many_there_are(file: Path) -> None:
    security_log.keep(str(file))
    for number in range(100):
        security_log.of_entry(TENANT, an_entry(number))
    assert [line["entry"] for line in lines(file)] == list(range(100))


def test_without_a_file_every_line_on_stderr_is_json_and_none_is_left_out(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    security_log.keep("")
    for number in range(3 * logs.LIKE_IT):
        security_log.of_entry(TENANT, an_entry(number))
    assert len([json.loads(line) for line in capsys.readouterr().err.splitlines()]) == 3 * logs.LIKE_IT


def test_only_its_owner_reads_the_file(file: Path) -> None:
    security_log.keep(str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_file_that_was_moved_away_is_made_anew_and_for_its_owner_alone(file: Path) -> None:
    security_log.keep(str(file))
    security_log.of_entry(TENANT, an_entry(1))
    file.rename(file.with_suffix(".1"))
    security_log.of_entry(TENANT, an_entry(2))
    assert [line["entry"] for line in lines(file)] == [2]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_keeping_it_twice_writes_every_line_once(file: Path) -> None:
    security_log.keep(str(file))
    security_log.keep(str(file))
    security_log.of_entry(TENANT, an_entry(1))
    assert len(lines(file)) == 1


def test_a_file_that_cannot_be_written_is_said_at_the_start(file: Path) -> None:
    with pytest.raises(SetupError, match="WARMLINE_SECURITY_LOG"):
        security_log.keep(str(file / "in" / "no-folder"))


def test_a_flood_of_refusals_from_one_address_is_counted_and_hides_no_other(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_log, "_spates", logs.Spates())
    security_log.keep(str(file))
    for _ in range(1000):
        security_log.of_refusal("POST /v1/memories", "unauthenticated", address="198.51.100.1")
    security_log.of_refusal("POST /v1/memories", "unauthenticated", address="198.51.100.2")
    assert [line["address"] for line in lines(file)] == logs.LIKE_IT * ["198.51.100.1"] + ["198.51.100.2"]
    monkeypatch.setattr(logs, "WITHIN_SECONDS", 0.0)
    security_log.of_refusal("POST /v1/memories", "unauthenticated", address="198.51.100.1")
    assert lines(file)[-1]["left_out"] == 1000 - logs.LIKE_IT
