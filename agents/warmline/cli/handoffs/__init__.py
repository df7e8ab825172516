"""The commands about the work that goes from one session to the next: sessions, handoffs with their briefs and drafts,
chains, flags on briefs, and templates of briefs.
"""

from warmline.cli.handoffs import chains, desk, draft_forms, flags, requests, reviews, sessions, templates

__all__ = ["chains", "desk", "draft_forms", "flags", "requests", "reviews", "sessions", "templates"]
