"""Servers: PostgreSQL and Redis from Python packages, and any program under a guard.

A guard is a small process between the launcher and a program. It ends the program when the launcher ends, in whatever
way. Folders have locks that live as long as the programs in them.
"""

from warmline_local.servers.accounts import server_account
from warmline_local.servers.homes import FolderLock, make_folder, write_private
from warmline_local.servers.lifetimes import Started
from warmline_local.servers.ports import free_port
from warmline_local.servers.postgres import EmbeddedPostgres
from warmline_local.servers.processes import (
    ASK_AGAIN_SECONDS,
    GENERATIONS,
    LARGEST_LOG_BYTES,
    GuardedProcess,
    Stop,
    end_leftover,
    free_of_postgres_settings,
    last_words,
    wait_until_ready,
)
from warmline_local.servers.programs import installed_postgres
from warmline_local.servers.redis_server import EmbeddedRedis, check_redis

__all__ = [
    "ASK_AGAIN_SECONDS",
    "GENERATIONS",
    "LARGEST_LOG_BYTES",
    "EmbeddedPostgres",
    "EmbeddedRedis",
    "FolderLock",
    "GuardedProcess",
    "Started",
    "Stop",
    "check_redis",
    "end_leftover",
    "free_of_postgres_settings",
    "free_port",
    "installed_postgres",
    "last_words",
    "make_folder",
    "server_account",
    "wait_until_ready",
    "write_private",
]
