"""Briefs: memories in, a brief out. Pure: no database, no clock, no settings, no language model."""

from warmline_memory.briefs.composing import write
from warmline_memory.briefs.minimal import write_minimal
from warmline_memory.briefs.recaps import RECAP
from warmline_memory.briefs.rendering import to_markdown, to_text
from warmline_memory.briefs.sources import BriefRequest, BriefSource, Leg

__all__ = ["RECAP", "BriefRequest", "BriefSource", "Leg", "to_markdown", "to_text", "write", "write_minimal"]
