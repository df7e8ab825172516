"""The stack: database, Redis, API and worker in one folder, started in order, and how commands find one that runs."""

from warmline_local.stack.databases import prepare_database
from warmline_local.stack.owners import administration, find_database
from warmline_local.stack.running import find_running
from warmline_local.stack.services import api_command, environment_of, worker_command
from warmline_local.stack.stack import Stack
from warmline_local.stack.steps import Steps

__all__ = [
    "Stack",
    "Steps",
    "administration",
    "api_command",
    "environment_of",
    "find_database",
    "find_running",
    "prepare_database",
    "worker_command",
]
