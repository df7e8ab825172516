"""Coding: what the brief of a coding session tells: the record of commands, files and commits, the person's wishes
and rules in their words, and what the agent itself reported.

Pure, and deterministic like the rest of the briefs. Exit codes, tools, plans and places decide what the record says; a
small model says what a sentence does, in the languages that the encoder learned.
"""

from warmline_memory.briefs.coding.commands import Purpose, purpose_of
from warmline_memory.briefs.coding.lines import lines
from warmline_memory.briefs.coding.working import deed, works_on_code

__all__ = ["Purpose", "deed", "lines", "purpose_of", "works_on_code"]
