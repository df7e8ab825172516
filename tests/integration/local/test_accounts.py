"""The system user that PostgreSQL runs as, where the launcher is root."""

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest

FIND = "import sys; from warmline_local.servers import server_account; print(server_account(sys.argv[1]))"


@pytest.fixture
def name() -> Iterator[str]:
    """The name of a user that this machine does not have."""
    name = f"warmline{uuid4().hex[:8]}"
    yield name
    subprocess.run(["userdel", name], capture_output=True, check=False)


def test_launchers_that_start_at_once_make_one_user(name: str) -> None:
    started = [
        subprocess.Popen([sys.executable, "-c", FIND, name], stdout=subprocess.PIPE, text=True) for _ in "123456"
    ]
    answers = {process.communicate(timeout=60)[0].strip() for process in started}
    if os.geteuid() == 0:
        user = pwd.getpwnam(name)
        assert answers == {f"Account(name='{name}', uid={user.pw_uid}, gid={user.pw_gid})"}
    else:
        assert answers == {"None"}
