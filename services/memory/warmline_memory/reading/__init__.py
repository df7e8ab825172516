"""Reading: memories in, the record out. The record is what somebody wrote down as such: calls of tools with their
results, slots, notes of a kind, check boxes and plans; and what was said, turn by turn, as it was said.

Nothing here interprets words. Pure: no database, no clock, no settings.
"""

from warmline_memory.reading.notes import section_of
from warmline_memory.reading.record import Record, read

__all__ = ["Record", "read", "section_of"]
