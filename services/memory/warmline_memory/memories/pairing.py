"""Pairing: calls with their results, whichever comes first, and whether in one request or in two.

A call and its result are one memory, under the external id ``tool:`` and the call's id. Where only one of them has
come, it is a memory of its own, under ``call:`` or ``result:``, and the whole one corrects it when the other comes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from warmline_memory.memories.transcribing import Call, Piece, Result, Transcript, Words
from warmline_schemas.memories import Action, Memory, Outcome, Remember, Role
from warmline_schemas.wire import MAX_DEPTH, storable

UNNAMED = "tool"
"""The name of a tool of which only a result without a name has come."""
KIND = "action"


@dataclass
class Planned:
    """One memory that messages make: a new one to be kept, or one that is there, with its id.

    ``at`` is the place of the last message of it.
    """

    at: int
    ask: Remember | None
    memory_id: UUID | None
    indexes: set[int]
    """The messages that are part of it."""
    repeats: set[int]
    """Those of them whose part of it was sent before."""


@dataclass
class _Use:
    """One use of a tool: its call, its result, or both, of the messages with these places."""

    call_id: str | None
    call: Call | None = None
    result: Result | None = None
    indexes: set[int] = field(default_factory=set)

    @property
    def known_by(self) -> str | None:
        """The id by which it is known when it is sent again; None where neither it nor its messages have one."""
        first = self.call or self.result
        return self.call_id or (first.own_id if first else None)


def external_ids(pieces: Sequence[Piece]) -> set[str]:
    """The external ids under which any of it can be stored already."""
    said = {piece.ask.external_id for piece in pieces if isinstance(piece, Words) and piece.ask.external_id}
    used = {use.known_by for use in _uses(pieces) if use.known_by}
    return said | {f"{part}:{own_id}" for own_id in used for part in ("call", "result", "tool")}


def plan(transcript: Transcript, known: Mapping[str, Memory]) -> list[Planned]:
    """The memories that a transcript makes, in their order. ``known`` is what is stored already, by external id."""
    words = [piece for piece in transcript.pieces if isinstance(piece, Words)]
    uses = (_used(use, known, transcript.session_id) for use in _uses(transcript.pieces))
    made = [*_said(words, known), *uses]
    return sorted(made, key=lambda planned: planned.at)


def _said(words: Sequence[Words], known: Mapping[str, Memory]) -> Iterable[Planned]:
    first: dict[str, Planned] = {}
    for one in words:
        own_id = one.ask.external_id
        if own_id is not None and own_id in first:
            first[own_id].indexes.add(one.index)
            first[own_id].repeats.add(one.index)
            continue
        there = known.get(own_id) if own_id else None
        new = Planned(one.index, None, there.id, {one.index}, {one.index}) if there else None
        planned = new or Planned(one.index, one.ask, None, {one.index}, set())
        if own_id is not None:
            first[own_id] = planned
        yield planned


def _uses(pieces: Iterable[Piece]) -> list[_Use]:
    """The uses of tools among pieces, each with what came of it in this request."""
    by_id: dict[str, _Use] = {}
    found: list[_Use] = []
    for piece in pieces:
        if isinstance(piece, Words):
            continue
        # Where a provider gives calls no ids, a result is that of the last call of its tool that has none yet.
        use = by_id.get(piece.call_id) if piece.call_id else _open_use(found, piece)
        if use is None:
            use = _Use(piece.call_id)
            found.append(use)
            if piece.call_id:
                by_id[piece.call_id] = use
        use.indexes.add(piece.index)
        if isinstance(piece, Call):
            use.call = use.call or piece
        else:
            use.result = use.result or piece
    return found


def _open_use(found: Sequence[_Use], piece: Call | Result) -> _Use | None:
    if isinstance(piece, Call):
        return None
    waiting = (use for use in reversed(found) if use.call_id is None and use.call and use.result is None)
    return next((use for use in waiting if use.call and piece.name in (None, use.call.name)), None)


def _used(use: _Use, known: Mapping[str, Memory], session_id: UUID) -> Planned:
    stored = (known.get(f"{part}:{use.known_by}") if use.known_by else None for part in ("tool", "call", "result"))
    whole, call, result = stored
    at = max(piece.index for piece in (use.call, use.result) if piece is not None)
    there = whole or (call if use.result is None else None) or (result if use.call is None else None)
    if there is not None:
        return Planned(at, None, there.id, use.indexes, set(use.indexes))
    repeats = {piece.index for piece, before in ((use.call, call), (use.result, result)) if piece and before}
    return Planned(at, _remembered(use, call, result, session_id), None, use.indexes, repeats)


def _remembered(use: _Use, call: Memory | None, result: Memory | None, session_id: UUID) -> Remember:
    """The memory of a use of a tool, with its other half where that was stored before."""
    half = call or result
    said = use.result or use.call
    assert said is not None  # noqa: S101 (a use has at least one of the two)
    message = said.message
    part = "call" if not (use.result or result) else "tool" if use.call or call else "result"
    return Remember(
        session_id=session_id,
        kind=KIND,
        role=Role.TOOL,
        external_id=f"{part}:{use.known_by}" if use.known_by else None,
        action=_action(use, half.action if half else None),
        supersedes=[half.id] if half else [],
        importance=message.importance,
        event_time=message.event_time,
        metadata=message.metadata,
    )


def _action(use: _Use, stored: Action | None) -> Action:
    """A use of a tool as an action; what this request does not say of it is as ``stored``. What is nested
    deeper than an action may be is cut: a transcript is what it is, and its sender cannot flatten it."""
    before = stored or Action(name=(use.result and use.result.name) or UNNAMED, outcome=Outcome.REQUESTED)
    return Action(
        name=use.call.name if use.call else before.name,
        arguments=storable(use.call.arguments, MAX_DEPTH) if use.call else before.arguments,
        result=storable(use.result.result, MAX_DEPTH) if use.result else before.result,
        outcome=use.result.outcome if use.result else before.outcome,
    )
