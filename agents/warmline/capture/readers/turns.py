"""Turns: what came of each message of the person, and which turns they left when they went back to an earlier one.

Rows name the row before them. Those of one turn may fork, where tools ran at the same time; a message of the person
that follows upon an earlier turn than the last is a way back.
"""

from collections.abc import Mapping
from typing import Any


class Turns:
    """The turns of a transcript as its rows come."""

    def __init__(self) -> None:
        self._turn_of: dict[str, str] = {}
        self._before: dict[str, str] = {}
        self._events: dict[str, list[str]] = {}
        self._now = ""

    def place(self, row_id: str, row: Mapping[str, Any]) -> None:
        """Note a row in the turn of the row before it."""
        self._turn_of[row_id] = self._turn_before(row)

    def begin(self, row_id: str, row: Mapping[str, Any]) -> set[str]:
        """Begin a turn with a message of the person. Answers the ids of events that did not happen any more."""
        before = self._turn_before(row)
        left: set[str] = set()
        turn = self._now
        while turn and turn != before:
            left |= set(self._events.get(turn, ()))
            turn = self._before.get(turn, "")
        self._before[row_id], self._turn_of[row_id], self._now = before, row_id, row_id
        return left

    def add(self, event_ids: list[str]) -> None:
        """Note events in the turn that goes on."""
        self._events.setdefault(self._now, []).extend(event_ids)

    def _turn_before(self, row: Mapping[str, Any]) -> str:
        # After a compaction the logical parent is the row before it. A parent that is not known, as in files to which
        # only a part was copied, leaves the row where it stands.
        parent = row.get("logicalParentUuid") or row.get("parentUuid")
        return self._turn_of.get(str(parent), self._now)
