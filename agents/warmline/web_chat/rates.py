"""Rates: how much one visitor or one address may ask in a minute."""

import time
from collections import OrderedDict

MINUTE = 60.0
MOST_KNOWN = 50_000
"""So many callers are remembered; whoever was quiet for longest is forgotten first."""


class Rate:
    """So many in a minute for each caller, of which unused ones come back little by little."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str, count: int = 1) -> float:
        """Count what is asked for: 0 where it may be, else after how many seconds it may be."""
        now = time.monotonic()
        left, since = self._left.pop(caller, (self._most, now))
        left = min(self._most, left + (now - since) * self._most / MINUTE)
        allowed = left >= count
        self._left[caller] = (left - count if allowed else left, now)
        while len(self._left) > MOST_KNOWN:
            self._left.popitem(last=False)
        return 0.0 if allowed else (count - left) * MINUTE / self._most
