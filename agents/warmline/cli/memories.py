"""``warmline remember`` and ``warmline recall``."""

import sys
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.output import JsonFlag, NamespaceOption, QuietFlag, show_fields, show_ids, show_json, show_list
from warmline_schemas.memories import Role

KindsOption = Annotated[list[str] | None, typer.Option("--kind", "-k", help="Only this kind; may be repeated.")]
ImportanceFloor = Annotated[
    float | None, typer.Option("--min-importance", min=0, max=1, help="At least this important.")
]


def remember(
    context: typer.Context,
    content: Annotated[str, typer.Argument(help="The memory in plain text; `-` reads it from stdin.")],
    namespace: NamespaceOption = None,
    session: Annotated[str | None, typer.Option("--session", "-s", help="The open session it belongs to.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", "-k", help="What sort, such as `fact` or `decision`.")] = None,
    role: Annotated[Role | None, typer.Option("--role", help="Whose words these are.")] = None,
    importance: Annotated[
        float | None, typer.Option("--importance", "-i", min=0, max=1, help="0 to 1; estimated where left out.")
    ] = None,
    slot: Annotated[str | None, typer.Option("--slot", metavar="NAME=VALUE", help="The value that it states.")] = None,
    agent: Annotated[str | None, typer.Option("--agent", "-a", help="Who keeps it.")] = None,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Remember one thing, in a session or in a namespace."""
    if namespace is None and session is None:
        raise typer.BadParameter("say whose memory this is: --namespace or --session", param_hint="--namespace")
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
            agent=agent,
        )
    if as_json:
        show_json(memory)
    elif quiet:
        show_ids([memory])
    else:
        estimated = " (estimated)" if memory.importance_estimated else ""
        show_fields({"memory": memory.id, "kind": memory.kind, "importance": f"{memory.importance:.2f}{estimated}"})


def recall(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="What is needed, in plain words.")],
    namespace: Annotated[str, typer.Option("--namespace", "-n", help="Whose memories, such as `user-dave`.")],
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=200, help="At most this many.")] = 10,
    kinds: KindsOption = None,
    session: Annotated[str | None, typer.Option("--session", "-s", help="Only this session's memories.")] = None,
    chain: Annotated[str | None, typer.Option("--chain", help="Only this chain's memories.")] = None,
    min_importance: ImportanceFloor = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each score is made of.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Recall the memories that matter now, best first."""
    with connect(context) as client:
        found = client.memories.recall(
            query,
            namespace=namespace,
            top_k=top_k,
            kinds=kinds,
            session_id=session,
            chain_id=chain,
            min_importance=min_importance,
        )
    if as_json:
        show_json(found)
    else:
        show_list(found.results, {**SCORE, **(PARTS if explain else {}), **MEMORY})


SCORE = {"score": lambda result: result.score}
PARTS = {
    "relevance": lambda result: result.parts.relevance,
    "cosine": lambda result: result.parts.cosine,
    "lexical": lambda result: result.parts.lexical,
    "× importance": lambda result: result.parts.importance_factor,
    "× recency": lambda result: result.parts.recency_factor,
}
MEMORY = {
    "kind": lambda result: result.memory.kind,
    "importance": lambda result: result.memory.importance,
    "content": lambda result: result.memory.content,
}


def _slot(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    name, equals, value = text.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise typer.BadParameter(f"{text!r} is not NAME=VALUE, such as account_id=ACC-4521", param_hint="--slot")
    return name, value
