"""A transcript, how it is sent although the API is killed, and what of it is stored."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.messages.killing import KilledApi
from warmline import Warmline
from warmline_schemas.sessions import Session

Message = dict[str, Any]
TRIES = 40
"""The client tries again for so long that the API can start in between."""
KILL_AFTER_SECONDS = 0.15
"""So long after a batch was sent the API is killed: it is embedding then, or storing."""


@dataclass(frozen=True)
class Stored:
    """What is stored of a transcript: ``missing`` and ``twice`` are counted over its messages, calls and results."""

    memories: int
    missing: int
    twice: int


def transcript(count: int) -> list[Message]:
    """So many messages: of ten there are eight that say something, a call and, much later, its result."""
    found: list[Message] = []
    for number in range(count):
        call_id = f"call-{number // 10}"
        if number % 10 == 3:
            function = {"name": "get_order", "arguments": f'{{"order": "W{number}"}}'}
            found.append({"role": "assistant", "tool_calls": [{"id": call_id, "function": function}]})
        elif number % 10 == 9:
            found.append({"role": "tool", "tool_call_id": call_id, "content": f"order W{number} is on its way"})
        else:
            role = "user" if number % 2 else "assistant"
            text = f"Message {number}: the parcel of order W{number} has not come yet"
            found.append({"role": role, "content": text, "external_id": f"m-{number}"})
    return found


def send(api: KilledApi, key: str, session: Session, messages: Sequence[Message], batch: int) -> float:
    """Send a transcript in batches, and kill the API after a third and two thirds of them; the seconds it took."""
    parts = list(_batches(messages, batch))
    fatal = {len(parts) // 3, 2 * len(parts) // 3}
    began = time.monotonic()
    with Warmline(api.url, key, timeout=30.0, max_retries=TRIES) as client:
        for number, part in enumerate(parts):
            timer = api.kill_in(KILL_AFTER_SECONDS) if number in fatal else None
            client.sessions.remember_messages(session.id, part)
            if timer is not None:
                timer.join()
    return time.monotonic() - began


def send_again(client: Warmline, session: Session, messages: Sequence[Message], batch: int) -> Counter[str]:
    """Send all of it once more, cut otherwise; how many were created and repeated."""
    counts: Counter[str] = Counter(created=0, repeated=0)
    for part in _batches(messages, batch):
        kept = client.sessions.remember_messages(session.id, part)
        counts.update(created=kept.created, repeated=kept.repeated)
    return counts


def stored(client: Warmline, session: Session, messages: Sequence[Message]) -> Stored:
    """Count what is stored of a transcript. A call counts with its result, as one that nothing corrects."""
    kept = list(client.memories.list(session_id=session.id, page_size=500))
    found = Counter(memory.external_id for memory in kept if memory.superseded_by is None)
    wanted = {one["external_id"] for one in messages if "external_id" in one}
    wanted |= {f"tool:{one['tool_call_id']}" for one in messages if "tool_call_id" in one}
    twice = sum(times - 1 for times in found.values())
    return Stored(memories=sum(found.values()), missing=len(wanted - found.keys()), twice=twice)


def _batches(messages: Sequence[Message], size: int) -> Iterator[Sequence[Message]]:
    for start in range(0, len(messages), size):
        yield messages[start : start + size]
