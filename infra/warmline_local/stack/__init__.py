"""The stack: database, Redis, API and worker in one folder, started in order, and how commands find one that runs."""

from warmline_local.stack.databases import SERVICE_LOGIN, ensure_service_login, prepare_database
from warmline_local.stack.local_key import held_encryption_keys
from warmline_local.stack.owners import Addresses, administration, find_database, opened_database
from warmline_local.stack.running import find_running
from warmline_local.stack.services import api_command, environment_of, worker_command
from warmline_local.stack.stack import Stack
from warmline_local.stack.steps import Steps

__all__ = [
    "SERVICE_LOGIN",
    "Addresses",
    "Stack",
    "Steps",
    "administration",
    "api_command",
    "ensure_service_login",
    "environment_of",
    "find_database",
    "find_running",
    "held_encryption_keys",
    "opened_database",
    "prepare_database",
    "worker_command",
]
