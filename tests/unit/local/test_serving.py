"""`warmline api`, `warmline worker`, `warmline alive`: one process each, as in production."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from warmline_worker.process import ALIVE_FILE


def called(command: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("WARMLINE_")}
    environment = {**bare, "WARMLINE_HOME": str(home), **variables}
    command_line = [sys.executable, "-P", "-m", "warmline_local", command]
    return subprocess.run(command_line, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", ["api", "worker"])
def test_a_server_without_an_address_says_which_one_is_missing(command: str, tmp_path: Path) -> None:
    ended = called(command, tmp_path)
    assert ended.returncode == 1
    assert "WARMLINE_DATABASE_URL is not set" in ended.stderr


def test_a_setting_may_be_a_file_of_the_folder_of_secrets(tmp_path: Path) -> None:
    (tmp_path / "warmline_database_url").write_text("postgresql://warmline@db/warmline")
    ended = called("api", tmp_path, WARMLINE_SECRETS_DIR=str(tmp_path))
    assert "WARMLINE_REDIS_URL is not set" in ended.stderr


def test_a_worker_lives_that_beat_a_moment_ago_and_not_one_that_beat_long_ago(tmp_path: Path) -> None:
    assert called("alive", tmp_path).returncode == 1
    beat = tmp_path / ALIVE_FILE
    beat.touch()
    assert called("alive", tmp_path).returncode == 0
    os.utime(beat, (time.time() - 120,) * 2)
    assert called("alive", tmp_path).returncode == 1
