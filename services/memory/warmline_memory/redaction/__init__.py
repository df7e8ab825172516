"""Redaction: finding secrets and personal data in what was said, and hiding them. Pure."""

from warmline_memory.redaction.scrubbing import HIDDEN, Secrets, find, names_secret, scrub

__all__ = [
    "HIDDEN",
    "Secrets",
    "find",
    "names_secret",
    "scrub",
]
