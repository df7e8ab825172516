"""Streaming replicas of a PostgreSQL of these tests' own."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg

from warmline_local.servers import EmbeddedPostgres
from warmline_local.servers.postgres import OWNER
from warmline_local.servers.processes import Account, free_of_postgres_settings


class StreamingReplica(EmbeddedPostgres):
    """A copy of a running server, made with ``pg_basebackup``, that follows it as long as both run."""

    def __init__(self, home: Path, primary: EmbeddedPostgres) -> None:
        super().__init__(home, durable=False)
        self._primary = primary

    def _make_cluster(self, programs: Path, account: Account | None) -> None:
        # ``-R`` writes down whom it follows, and that it does.
        command = [programs / "bin" / "pg_basebackup", "--pgdata", self._data, "--checkpoint=fast", "--no-sync", "-R"]
        subprocess.run(
            [*command, "--dbname", self._primary.url_as(OWNER, "postgres")],
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            env=free_of_postgres_settings(os.environ),
            cwd=self.folder,
            check=True,
        )

    def _complete(self) -> None:
        """Make nothing: what the primary has comes by itself."""

    def run(self, statement: str) -> object:
        """Run a statement as a superuser; the first value of its answer."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            done = connection.execute(statement)  # type: ignore[arg-type]
            row = done.fetchone() if done.description else None
            return row[0] if row else None


def pausing(replica: StreamingReplica) -> Callable[[], object]:
    """Have a replica stand still from now on; what has it go on."""
    replica.run("SELECT pg_wal_replay_pause()")
    return lambda: replica.run("SELECT pg_wal_replay_resume()")
