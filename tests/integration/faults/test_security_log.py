"""A security log that cannot be written keeps the API and the worker from starting, with a sentence that says so."""

import re
import sys
from pathlib import Path
from subprocess import run

import pytest

from warmline_memory.settings import Settings

PROGRAMS = {
    "api": ("uvicorn", "--factory", "warmline_api.app:create_app", "--port", "0"),
    "worker": ("celery", "--app", "warmline_worker.app", "worker"),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_without_its_security_log_does_not_start(program: str, settings: Settings, tmp_path: Path) -> None:
    environment = {
        "WARMLINE_SECURITY_LOG": str(tmp_path / "no-folder" / "security.log"),
        "WARMLINE_DATABASE_URL": settings.database_url,
        "WARMLINE_REDIS_URL": settings.redis_url,
    }
    done = run(
        [sys.executable, "-m", *PROGRAMS[program]],
        env=environment,
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    # A line of the log, and not the last one of a traceback.
    assert re.search(r"^(.* CRITICAL warmline: )?The security log cannot be written", done.stderr, re.M)
