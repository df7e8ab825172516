"""Durations: lengths of time as people write them in a form, such as `1 h 30 min`."""

import re

from warmline_api.console.languages import _

SECONDS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400}
# A number of at most nine digits, which is 31 years in seconds, and perhaps a unit. The parts together must be all that
# was written; which units there are is checked afterwards, so that the sentence can name what was wrong.
PART = re.compile(r"(\d{1,9})\s*([a-z]*)\s*")


def shown(seconds: int | None) -> str:
    """A length of time exactly: `1 h 30 min`, `45 s`; empty for None."""
    rest, parts = seconds or 0, []
    for unit in ("d", "h", "min", "s"):
        count, rest = divmod(rest, SECONDS[unit])
        parts += [f"{count} {unit}"] if count else []
    return " ".join(parts)


def read(written: str) -> int | None:
    """Seconds, or None where nothing is written. A number alone is minutes. Raises ``ValueError``."""
    text = written.strip().lower()
    if not text:
        return None
    parts = list(PART.finditer(text))
    if "".join(part.group(0) for part in parts) != text or any(part[2] not in {"", *SECONDS} for part in parts):
        raise ValueError(_("Enter a duration, e.g. 15 min: “{typed}” is none.", typed=written.strip()))
    return sum(int(part[1]) * SECONDS[part[2] or "min"] for part in parts)
