"""Messages between processes over Redis: nudges to the worker, news of events, and who has a case open. Redis may lose
any of them; what they announce is in Postgres, and is found there later, or was of that moment alone.
"""

from warmline_memory.messaging.addresses import connect
from warmline_memory.messaging.announcements import Announcer, Listener
from warmline_memory.messaging.nudges import (
    INDEX_NAMESPACE,
    NAMESPACE_SECONDS,
    SOCKET_TIMEOUT,
    WRITE_BRIEF,
    Nudges,
    Queue,
    open_celery,
)
from warmline_memory.messaging.onlookers import CUSTOMER, Company, Onlooker, Onlookers
from warmline_memory.messaging.postbox import Postbox

__all__ = [
    "CUSTOMER",
    "INDEX_NAMESPACE",
    "NAMESPACE_SECONDS",
    "SOCKET_TIMEOUT",
    "WRITE_BRIEF",
    "Announcer",
    "Company",
    "Listener",
    "Nudges",
    "Onlooker",
    "Onlookers",
    "Postbox",
    "Queue",
    "connect",
    "open_celery",
]
