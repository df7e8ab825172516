"""A platform of a benchmark's own: everything as `warmline up` starts it, in a folder that is thrown away."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from warmline_local.servers import EmbeddedRedis
from warmline_local.stack import Stack, find_running
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings


@contextmanager
def own_stack(**changes: Any) -> Iterator[Stack]:
    """Start PostgreSQL, Redis, one API process and one worker; durable, with the default settings but for
    changes, and without rates: a few clients send what thousands would."""
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as home:
        # Empty addresses win over those in the environment: a benchmark never fills a database that somebody uses.
        own = {"home": Path(home), "port": 0, "database_url": "", "migration_database_url": "", "redis_url": ""}
        own |= dict.fromkeys(["requests_per_key", "requests_per_tenant", "requests_per_address"], 0)
        settings = Settings(**{**own, **changes})
        with Stack(settings) as stack:
            yield stack


def owner_url(stack: Stack) -> str:
    """The address of the stack's database as its owner."""
    running = find_running(stack.settings.home)
    if running is None:
        raise LookupError(f"no stack runs on {stack.settings.home}")
    return running.migration_database_url


def another_database(stack: Stack, name: str) -> str:
    """Make a further, empty database on the stack's server; its address as its owner."""
    url = owner_url(stack)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return in_database(url, name)


def in_database(url: str, name: str) -> str:
    """The same address, for another database of the same server."""
    return url.replace("/warmline?", f"/{name}?")


@contextmanager
def own_platform(settings: Settings) -> Iterator[Platform]:
    """The platform in this very process, without HTTP; its Redis is its own, so that no worker hears its nudges."""
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder, EmbeddedRedis(Path(folder)) as redis:
        # A worker that heard of the writes would index and consolidate them while they are measured.
        unheard = settings.model_copy(update={"redis_url": redis.url})
        with closing(open_celery(unheard)) as celery, open_platform(unheard, celery) as platform:
            yield platform
