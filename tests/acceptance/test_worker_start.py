"""A worker that cannot do its work ends, so that whoever runs it sees that; none runs on without doing anything."""

import socket
import subprocess
import sys
from subprocess import PIPE, STDOUT

from warmline_local.stack import environment_of
from warmline_memory.settings import Settings

ENDING_SECONDS = 60


def test_a_worker_whose_port_for_metrics_is_taken_ends_and_says_why(apart: Settings) -> None:
    command = [sys.executable, "-m", "celery", "--app", "warmline_worker.app", "worker"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = apart.model_copy(
            update={"worker_metrics_host": "127.0.0.1", "worker_metrics_port": taken.getsockname()[1]}
        )
        ended = subprocess.run(
            command, env=environment_of(settings), stdout=PIPE, stderr=STDOUT, timeout=ENDING_SECONDS, check=False
        )
    assert (ended.returncode, b"The worker cannot start" in ended.stdout) == (1, True)
