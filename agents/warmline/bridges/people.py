"""People: which operator of Warmline somebody at the other side is, and what people call each other."""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from warmline.bridges.desk import Refused
from warmline.client import Warmline
from warmline_schemas.operators import Operator
from warmline_schemas.targets import name_of, of_operator

logger = logging.getLogger("warmline.bridges")

# Seconds. Somebody who was just given an e-mail or a name is known after so long.
KNOWN_SECONDS = 60.0


class People:
    """Who is who. ``email_of`` asks the other side for somebody's address by their id. Threads may share it."""

    def __init__(self, client: Warmline, names: Mapping[str, str], email_of: Callable[[str], str | None]) -> None:
        self._client = client
        self._names = {name.lower(): operator for name, operator in names.items()}
        self._email_of = email_of
        self._lock = threading.Lock()
        self._operators: list[Operator] = []
        self._read_at = 0.0
        self._emails: dict[str, tuple[float, str | None]] = {}

    def agent_of(self, user: str) -> str | None:
        """Return the agent of somebody at the other side, as ``human:NAME``; None where they are no operator.

        The settings go first, by user id and by e-mail, then the e-mail that the operator has in Warmline.
        """
        name = self._names.get(user.lower())
        if name is not None:
            return of_operator(name)
        email = (self._email(user) or "").lower()
        name = self._names.get(email)
        if name is not None:
            return of_operator(name)
        known = self._everybody() if email else []
        found = [one for one in known if one.email and one.email.lower() == email and not one.disabled]
        # Two with one address are nobody: it is not known who it was.
        return found[0].agent if len(found) == 1 else None

    def called(self, agent: str) -> str:
        """Return what people call an operator, a queue or an agent."""
        return next((one.display_name for one in self._everybody() if one.agent == agent), name_of(agent))

    def _email(self, user: str) -> str | None:
        read_at, email = self._emails.get(user, (0.0, None))
        if time.monotonic() - read_at > KNOWN_SECONDS or email is None:
            try:
                email = self._email_of(user)
            except Refused as refusal:
                logger.warning("who %s is cannot be read: %s", user, refusal)
            self._emails[user] = (time.monotonic(), email)
        return email

    def _everybody(self) -> list[Operator]:
        with self._lock:
            if not self._operators or time.monotonic() - self._read_at > KNOWN_SECONDS:
                self._operators, self._read_at = list(self._client.operators.list(page_size=200)), time.monotonic()
            return self._operators
