"""Reading words, values, times and quantities in text. Pure: no database, no clock, no settings.

This room is a library of small modules, which the other text rooms (redaction, reading, briefs) import one by one.
Pages need ``shown`` alone.
"""

from warmline_memory.language.unseen import shown

__all__ = ["shown"]
