"""Redaction: finding secrets and personal data in what was said, and hiding them. Pure.

    with one_reading():
        secrets = find(memories, pii)
        shown = [scrub(memory.content, secrets) for memory in memories]

Where the same texts are searched and shown, one reading around both halves the work; nothing is kept behind it.
"""

from warmline_memory.language.one_reading import one_reading
from warmline_memory.redaction.scrubbing import HIDDEN, Secrets, find, hide, names_secret, scrub, scrub_tree

__all__ = ["HIDDEN", "Secrets", "find", "hide", "names_secret", "one_reading", "scrub", "scrub_tree"]
