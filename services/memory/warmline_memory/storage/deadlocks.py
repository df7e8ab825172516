"""Deadlocks: transactions that Postgres ended because they and others waited for each other."""

import logging
from collections.abc import Callable
from typing import TypeVar

from warmline_memory.errors import Deadlocked

Result = TypeVar("Result")

log = logging.getLogger(__name__)

ATTEMPTS = 4
"""How often such a transaction is tried. Postgres ends only one of those that wait in a circle, so the next attempt
mostly waits for the others, and gets through."""


def until_not_deadlocked(work: Callable[[], Result]) -> Result:
    """Do ``work``, a transaction of its own, and once more where Postgres ended it to break a deadlock: nothing of it
    has happened then. Raises ``Deadlocked`` where that goes on."""
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except Deadlocked:
            log.info("Postgres ended a transaction to break a deadlock; it is tried again")
    return work()
