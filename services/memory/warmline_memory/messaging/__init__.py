"""Messages between processes over Redis: nudges to the worker, and news of events. Redis may lose any of them; what
they announce is in Postgres, and is found there later.
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
from warmline_memory.messaging.postbox import Postbox

__all__ = [
    "INDEX_NAMESPACE",
    "NAMESPACE_SECONDS",
    "SOCKET_TIMEOUT",
    "WRITE_BRIEF",
    "Announcer",
    "Listener",
    "Nudges",
    "Postbox",
    "Queue",
    "connect",
    "open_celery",
]
