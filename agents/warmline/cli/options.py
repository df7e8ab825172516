"""Options and arguments that several commands share."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer


def _as_the_platform_has_it(version: str | None) -> str | None:
    # It is shown without the quotes of its header, which a shell would take away.
    return None if version is None else f'"{version.strip(chr(34))}"'


KindsOption = Annotated[
    list[str] | None, typer.Option("--kind", "-k", help="Only memories of this kind. Repeat it for more kinds.")
]
AgentOption = Annotated[str | None, typer.Option("--agent", "-a", help="Only memories that this agent kept.")]
SessionOption = Annotated[str | None, typer.Option("--session", "-s", help="Only memories of this session.")]
ChainOption = Annotated[str | None, typer.Option("--chain", help="Only memories of this chain.")]
SlotOption = Annotated[
    str | None, typer.Option("--slot", metavar="NAME", help="Only memories that state a value of this slot.")
]
MetadataOption = Annotated[
    list[str] | None,
    typer.Option(
        "--metadata",
        metavar="NAME=VALUE",
        help="Only memories with this metadata. VALUE is JSON, or else a text. Repeat it for more.",
    ),
]
SinceOption = Annotated[
    datetime | None, typer.Option("--since", help="Only what happened at this time (UTC) or later.")
]
UntilOption = Annotated[datetime | None, typer.Option("--until", help="Only what happened before this time (UTC).")]
NamespaceOption = Annotated[str | None, typer.Option("--namespace", "-n", help="Whose memories, such as `user-dave`.")]
NamespacesOption = Annotated[
    list[str] | None, typer.Option("--namespace", "-n", help="Only of this namespace, such as `user-dave`.")
]
IfVersionOption = Annotated[
    str | None,
    typer.Option(
        "--if-version",
        metavar="VERSION",
        help="Only if it is still this version, as it was shown; else nothing is changed.",
        callback=_as_the_platform_has_it,
    ),
]
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
    """Return the filters that recalling and forgetting share, by the names of the SDK's arguments."""
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


def changes(
    given: Mapping[str, Any], clear: Iterable[str] | None, clearable: Mapping[str, tuple[str, Any]]
) -> dict[str, Any]:
    """Return what to change, by the names of the SDK's arguments: what was given, and what to clear.

    ``clearable`` says by the words of ``--clear`` which argument that is, and what it is when it is empty.
    """
    # Typer gives an empty list for an option that was not used.
    found = {argument: value for argument, value in given.items() if value not in (None, [])}
    for word in clear or ():
        argument, empty = clearable[word]
        if argument in found:
            raise typer.BadParameter(f"give the {word} or clear it, not both", param_hint="--clear")
        found[argument] = empty
    return found


def read_metadata(pairs: list[str] | None) -> dict[str, Any] | None:
    """Read pairs of NAME=VALUE. A value that is JSON, such as ``7`` or ``true``, is read as JSON, and else as text."""
    if not pairs:
        return None
    metadata = {}
    for pair in pairs:
        # Only the first ``=`` separates, because values may contain it.
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{pair!r} is not NAME=VALUE, such as ticket=4521", param_hint="--metadata")
        metadata[name] = _value(value)
    return metadata


def in_utc(moment: datetime | None) -> datetime | None:
    """Add the zone UTC to a time that was given without a zone."""
    # Typer reads times without a zone. UTC is what all times in answers have.
    return moment and moment.replace(tzinfo=moment.tzinfo or UTC)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
