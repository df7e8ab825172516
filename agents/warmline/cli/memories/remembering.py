"""``warmline remember`` and ``warmline memories feedback``."""

import sys
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.options import NamespaceOption
from warmline.cli.output import JsonFlag, QuietFlag, show_fields, show_ids, show_json
from warmline_schemas.memories import Role, Verdict


def remember(
    context: typer.Context,
    content: Annotated[str, typer.Argument(help="The memory as plain text. `-` reads it from stdin.")],
    namespace: NamespaceOption = None,
    session: Annotated[
        str | None, typer.Option("--session", "-s", help="The open session that the memory belongs to.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", "-k", help="The sort of memory, such as `fact` or `decision`.")
    ] = None,
    role: Annotated[Role | None, typer.Option("--role", help="Who said these words.")] = None,
    importance: Annotated[
        float | None,
        typer.Option(
            "--importance",
            "-i",
            min=0,
            max=1,
            help="How much it matters, 0 to 1. It is estimated where this is left out.",
        ),
    ] = None,
    slot: Annotated[
        str | None, typer.Option("--slot", metavar="NAME=VALUE", help="The named value that the memory states.")
    ] = None,
    supersedes: Annotated[
        list[str] | None,
        typer.Option(
            "--supersedes", metavar="MEMORY", help="A memory that this one corrects; can be given several times."
        ),
    ] = None,
    agent: Annotated[str | None, typer.Option("--agent", "-a", help="Who keeps the memory.")] = None,
    pin: Annotated[bool, typer.Option("--pin", help="Pin the memory, so that it does not lose rank with age.")] = False,
    ttl: Annotated[int | None, typer.Option("--ttl", min=1, help="Forget the memory after this many seconds.")] = None,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Remember one thing, in a session or in a namespace."""
    if namespace is None and session is None:
        raise typer.BadParameter("say whose memory this is: --namespace or --session", param_hint="--namespace")
    # With ``-``, a commit message or a file can be remembered without quoting.
    text = sys.stdin.read() if content == "-" else content
    pair = _slot(slot)
    with connect(context) as client:
        memory = client.memories.remember(
            text,
            namespace=namespace,
            session_id=session,
            kind=kind,
            role=role,
            importance=importance,
            slot=pair,
            supersedes=supersedes or None,
            agent=agent,
            pinned=pin or None,
            ttl_seconds=ttl,
        )
    if as_json:
        show_json(memory)
    elif quiet:
        show_ids([memory])
    else:
        estimated = " (estimated)" if memory.importance_estimated else ""
        show_fields({"memory": memory.id, "kind": memory.kind, "importance": f"{memory.importance:.2f}{estimated}"})


def feedback(
    context: typer.Context,
    memory: Annotated[str, typer.Argument(metavar="MEMORY", help="The id of the memory.")],
    verdict: Annotated[Verdict, typer.Argument(help="What you found the memory to be.")],
    as_json: JsonFlag = False,
) -> None:
    """Say that a memory was useful or wrong, which raises or lowers its importance."""
    with connect(context) as client:
        judged = client.memories.give_feedback(memory, verdict)
    if as_json:
        show_json(judged)
    else:
        show_fields({"memory": judged.id, "importance": judged.importance, "content": judged.content})


def _slot(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE, such as account_id=ACC-4521", param_hint="--slot")
    return name, value
