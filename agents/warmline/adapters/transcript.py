"""Ids for messages that have none, so that a conversation that is sent again is not recorded again."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

LOOK_BACK = 1000
"""How many messages are compared, so that a conversation without end takes no memory without end."""


class Transcript:
    """What was recorded of a conversation so far. It does not change: what is recorded makes another one.

    Frameworks give the whole list of messages on every turn, or its end, or only what is new, and their ids are not
    reliable. A message is known by its words and by how often they had been said before; a call and its result, by the
    call's id.
    """

    def __init__(self, said: Mapping[str, int] | None = None, before: Sequence[str] = ()) -> None:
        self._said = Counter(said)
        self._before = list(before[-LOOK_BACK:])

    def with_new(self, messages: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], "Transcript"]:
        """The messages that were not given before, each with an ``external_id`` where they are no calls; and the
        transcript with them.

        New are those behind where the list overlaps most with the end of the one before. Without an overlap all are new
        to this program; those that are sent again after a restart still get the ids that they had.
        """
        listed = list(messages)
        digests = [_digest(message) for message in listed]
        begins = _overlap(self._before, digests)
        new, said = [], self._said.copy()
        for message, digest in zip(listed[begins:], digests[begins:], strict=True):
            said[digest] += 1
            known = {} if "call_id" in message else {"external_id": f"{digest}-{said[digest]}"}
            new.append({**message, **known})
        return new, Transcript(said, [*self._before, *digests[begins:]])


def _overlap(before: list[str], now: list[str]) -> int:
    """How many messages of a list were given before: up to where the longest part of it ends that ends the other."""
    lengths = [_common_end(before, now[:end]) for end in range(1, len(now) + 1)]
    longest = max(lengths, default=0)
    return lengths.index(longest) + 1 if longest else 0


def _common_end(one: list[str], other: list[str]) -> int:
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _digest(message: Mapping[str, Any]) -> str:
    # The id is no secret and no signature: half of a hash is enough to tell the messages of one session apart.
    said = json.dumps(message, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()[:32]
