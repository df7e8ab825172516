"""Options and arguments that several commands share."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

KindsOption = Annotated[list[str] | None, typer.Option("--kind", "-k", help="Only this kind; may be repeated.")]
AgentOption = Annotated[str | None, typer.Option("--agent", "-a", help="Only what this agent kept.")]
SessionOption = Annotated[str | None, typer.Option("--session", "-s", help="Only this session's memories.")]
ChainOption = Annotated[str | None, typer.Option("--chain", help="Only this chain's memories.")]
SlotOption = Annotated[str | None, typer.Option("--slot", metavar="NAME", help="Only values of this slot.")]
MetadataOption = Annotated[
    list[str] | None,
    typer.Option("--metadata", metavar="NAME=VALUE", help="Only with this metadata; JSON or a text. May be repeated."),
]
SinceOption = Annotated[datetime | None, typer.Option("--since", help="Only what happened then or later (UTC).")]
UntilOption = Annotated[datetime | None, typer.Option("--until", help="Only what happened before then (UTC).")]
NamespaceOption = Annotated[str | None, typer.Option("--namespace", "-n", help="Whose memories, such as `user-dave`.")]
HandoffArgument = Annotated[str, typer.Argument(metavar="HANDOFF", help="A handoff's id.")]


def memory_filters(
    kinds: list[str] | None,
    agent: str | None,
    session: str | None,
    chain: str | None,
    slot: str | None,
    metadata: list[str] | None,
    since: datetime | None,
    until: datetime | None,
) -> dict[str, Any]:
    """The filters that recalling and forgetting share, under the names that the SDK gives them."""
    return {
        "kinds": kinds,
        "agent": agent,
        "session_id": session,
        "chain_id": chain,
        "slot": slot,
        "metadata": read_metadata(metadata),
        "since": in_utc(since),
        "until": in_utc(until),
    }


def read_metadata(pairs: list[str] | None) -> dict[str, Any] | None:
    """Pairs of NAME=VALUE; a value that is JSON, such as ``7`` or ``true``, is read as such, and else as a text."""
    if not pairs:
        return None
    metadata = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{pair!r} is not NAME=VALUE, such as ticket=4521", param_hint="--metadata")
        metadata[name] = _value(value)
    return metadata


def in_utc(moment: datetime | None) -> datetime | None:
    """A moment as it was typed, which has no zone, in UTC."""
    return moment and moment.replace(tzinfo=moment.tzinfo or UTC)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
