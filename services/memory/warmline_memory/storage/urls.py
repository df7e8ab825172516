"""Database addresses as SQLAlchemy wants them."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from warmline_memory.errors import SetupError


def sqlalchemy_url(database_url: str) -> URL:
    """Turn `postgresql://…` into an address for psycopg 3. Raises ``SetupError`` for anything else."""
    try:
        url = make_url(database_url)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() not in {"postgresql", "postgres"}:
        raise SetupError(
            what="The database URL is not a PostgreSQL address.",
            fix="Set WARMLINE_DATABASE_URL to postgresql://user:password@host:port/database.",
        )
    return url.set(drivername="postgresql+psycopg")
