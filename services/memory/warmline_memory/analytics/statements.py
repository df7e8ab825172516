"""Statements: what is counted of handoffs, events, flags and sessions, as SQL in files of its own beside this module.

Each sees the rows of its tenant alone, by row-level security.
"""

from pathlib import Path

from sqlalchemy import Integer, TextClause, text

from warmline_memory.storage.tables import Handoff

_SQL = Path(__file__).with_name("sql")


def _statement(name: str) -> TextClause:
    return text((_SQL / f"{name}.sql").read_text(encoding="utf-8"))


PLAN_FOR_MANY_ROWS = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), "
    "set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)"
)
"""Until the transaction ends, statements are planned for the parameters that they are given. Other transactions of the
platform read a few rows by an index, whatever is given, and a plan made for that is too slow for 100,000 handoffs."""

COUNTS = _statement("counts")
"""Every count, in all and by target, taker, reason code and bucket."""
TIMES = _statement("times")
"""How long things took, grouped in the same way."""
ISSUES = _statement("issues")
"""How many chains began, how often they were passed on, and how many of them no person saw."""
RETURN_REASONS = _statement("return_reasons").columns(reason=Handoff.__table__.c.reason.type, count=Integer)
"""How often handoffs came back for each reason, the most frequent first; of sealed reasons, each for itself."""
