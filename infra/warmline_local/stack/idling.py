"""Idling: how long ago somebody used a stack, so that one that was started on demand can stop by itself."""

import contextlib
import time
from datetime import timedelta

from sqlalchemy import text

from warmline_memory.errors import Unavailable
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Role

LOOK_SECONDS = 20.0
"""The platform notes a use once a minute at most, so that looking more often would find nothing new."""

_SINCE_LAST_USE = text("""
SELECT now() - greatest((SELECT max(last_used_at) FROM api_keys), (SELECT max(seen_at) FROM sign_ins))
""")


class Idling:
    """Watches when keys and the console were last used, as the database knows it; counts from its own start on."""

    def __init__(self, settings: Settings, owner_url: str, most: timedelta) -> None:
        self._database = Database(settings, owner_url)
        self._most = most
        self._began = self._looked = time.monotonic()

    def is_over(self) -> bool:
        """Whether nobody has used the stack for as long as it waits."""
        now = time.monotonic()
        if now - self._looked < min(LOOK_SECONDS, self._most.total_seconds()):
            return False
        self._looked = now
        running = timedelta(seconds=now - self._began)
        unused: timedelta | None = None
        # A database that is away for a moment is no sign that nobody is there.
        with contextlib.suppress(Unavailable):
            with self._database.transaction(role=Role.ADMIN) as db:
                unused = db.scalar(_SINCE_LAST_USE) or running
            # A connection is a process of PostgreSQL, which is not kept for a look now and then.
            self._database.close()
        return unused is not None and min(running, unused) >= self._most

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()
