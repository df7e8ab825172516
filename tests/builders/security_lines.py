"""What the security log gets while a block runs."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from warmline_memory import security_log


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(record.getMessage()))


@contextmanager
def security_lines() -> Iterator[list[dict[str, Any]]]:
    """The lines of this process, in their order, also while the block still runs."""
    log, kept = logging.getLogger(security_log.LOGGER), _Kept()
    level = log.level
    log.addHandler(kept)
    log.setLevel(logging.INFO)
    try:
        yield kept.lines
    finally:
        log.removeHandler(kept)
        log.setLevel(level)
