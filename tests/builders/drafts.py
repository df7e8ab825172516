"""Handoffs that wait for a review, and edits of their briefs, over HTTP."""

from typing import Any

from tests.builders.handoffs import written
from tests.builders.requests import Json, post
from tests.conftest import Api

NAMESPACE = "user-dave"
"""The namespace of every session that ``a_session`` makes."""


def drafted(api: Api, session: str, **changes: Any) -> Json:
    ask = {"session_id": session, "to": "billing", "reason": "Disputed overcharge", "review": True, **changes}
    return written(api, post(api, "handoffs", ask, 202), "drafted")


def a_cited_line(draft: Json) -> tuple[str, Json]:
    """The first line that cites a memory, after the name of its section."""
    found = ((part["name"], line) for part in draft["brief"]["sections"] for line in part["lines"])
    return next((name, line) for name, line in found if line["memory_ids"])


def an_edit(revision: int, *texts: str, section: str = "next_steps", **fields: Any) -> Json:
    lines = [{"text": text, **fields} for text in texts]
    return {"revision": revision, "sections": [{"name": section, "lines": lines}]}


def lines_of(brief: Json, section: str) -> list[Json]:
    return next((part["lines"] for part in brief["sections"] if part["name"] == section), [])
