"""What the worker does, one function a task: write briefs, sweep, wake what is due, consolidate, index, re-embed.

Each opens its own transactions, may be killed anywhere, and may run twice: what is left undone is found again.
"""

from warmline_memory.jobs.consolidating import consolidate_everywhere
from warmline_memory.jobs.indexing import index_namespace
from warmline_memory.jobs.reading_calendars import Fetch, read_calendars
from warmline_memory.jobs.reembedding import count_stale, reembed
from warmline_memory.jobs.sealing_contents import seal_contents
from warmline_memory.jobs.sweeping import SWEEPS, Job, wake_due
from warmline_memory.jobs.writing_briefs import Due, Writer, find_due, write_brief

__all__ = [
    "SWEEPS",
    "Due",
    "Fetch",
    "Job",
    "Writer",
    "consolidate_everywhere",
    "count_stale",
    "find_due",
    "index_namespace",
    "read_calendars",
    "reembed",
    "seal_contents",
    "wake_due",
    "write_brief",
]
