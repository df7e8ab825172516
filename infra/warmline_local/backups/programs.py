"""``pg_dump`` and ``pg_restore``, run on a database whose password stands in no list of processes."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from warmline_local.backups.files import PIECE
from warmline_local.servers import free_of_postgres_settings, installed_postgres
from warmline_memory.errors import SetupError
from warmline_memory.storage import sqlalchemy_url


def find_program(name: str, server: int) -> Path:
    """A program of PostgreSQL's that is not older than a server of that major version. Raises ``SetupError``."""
    embedded = installed_postgres()
    on_path = shutil.which(name)
    places = [embedded / "bin" / name] if embedded else []
    places += [Path(on_path)] if on_path else []
    for place in places:
        if place.is_file() and _major_version(place) >= server:
            return place
    raise SetupError(
        what=f"There is no {name} of PostgreSQL {server} or newer here.",
        fix=f"Install postgresql-client-{server}, or run pip install 'warmline[local]'.",
    )


@contextmanager
def output_of(program: Path, url: str, *options: str) -> Iterator[IO[bytes]]:
    """What a program writes while it works on a database. Raises ``SetupError`` at the end where it failed."""
    with _started(program, url, *options, reads=False) as output:
        yield output


def feed(program: Path, url: str, given: IO[bytes], *options: str) -> None:
    """Run a program on a database, and give it all of a stream. Raises ``SetupError`` where it failed."""
    with _started(program, url, *options, reads=True) as stream:
        _copy(given, stream)


@contextmanager
def _started(program: Path, url: str, *options: str, reads: bool) -> Iterator[IO[bytes]]:
    parts = sqlalchemy_url(url).set(drivername="postgresql")
    environment = free_of_postgres_settings(os.environ)
    if parts.password is not None:
        environment["PGPASSWORD"] = parts.password
    address = parts._replace(password=None).render_as_string()
    # The errors go to a file: nobody reads a second pipe while the first one is read or written.
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [program, f"--dbname={address}", "--no-password", *options],
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=None if reads else subprocess.PIPE,
            stderr=errors,
            env=environment,
        )
        with process:
            try:
                yield cast(IO[bytes], process.stdin if reads else process.stdout)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines()
            raise SetupError(
                what=f"{program.name} failed: {said[0] if said else f'exit status {process.returncode}'}",
                fix="Fix the cause, and begin again.",
            )


def _copy(given: IO[bytes], stream: IO[bytes]) -> None:
    # A program that needs no more of it stops to read, and may well succeed.
    with suppress(BrokenPipeError), stream:
        shutil.copyfileobj(given, stream, PIECE)


def _major_version(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", said)
    return int(found[0]) if found else 0
