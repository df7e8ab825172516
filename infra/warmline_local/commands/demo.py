"""``warmline demo``: the billing dispute, on a platform of its own, shown as its receivers see it."""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from warmline import Warmline
from warmline.cli.output import JsonFlag, note, show_fields, show_json
from warmline_local.commands.complaints import complaints
from warmline_local.commands.dispute import Hop, play
from warmline_local.commands.staying_up import interrupted_once
from warmline_local.stack import Stack, Steps
from warmline_memory.settings import Settings
from warmline_schemas.memories import Memory

WIDEST = 120
NARROWEST = 100
QUEUE, OPERATOR = "billing", "ines"
PASSWORD_BYTES = 9


def demo(
    stay: Annotated[
        bool | None,
        typer.Option(
            "--stay/--no-stay",
            help="Keep it up until Ctrl-C, with a customer's chat beside the console. [on a terminal it stays]",
            show_default=False,
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Play a billing dispute from a bot to a specialist to a person, and show what each of them woke up with.

    Then both sides can be tried, where it stays. It runs on embedded servers and data of its own, whatever else runs
    here, and leaves nothing behind.
    """
    stays = not as_json and (sys.stdin.isatty() and sys.stdout.isatty() if stay is None else stay)
    steps = Steps(Console(stderr=True, highlight=False, emoji=False))
    with (
        complaints(),
        interrupted_once(),
        _a_stack(steps, with_chat=stays) as stack,
        Warmline(stack.url, stack.api_key) as client,
    ):
        if as_json:
            show_json({"hops": [_as_json(hop) for hop in play(client)]})
            return
        console = Console(highlight=False, emoji=False)
        console.width = min(max(console.width, NARROWEST), WIDEST)
        for number, hop in enumerate(play(client), start=1):
            _show(console, number, hop)
        console.print(Rule("Nobody had to ask the customer twice", style="green"))
        note("Next: `warmline up --seed` opens the operators' console, with a sample desk to try it on.")
        if stays:
            _stay(stack, client)


def _stay(stack: Stack, client: Warmline) -> None:
    """Let somebody try both sides, until they stop it."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    client.queues.write(QUEUE, title="Billing")
    client.operators.create(OPERATOR, display_name="Ines Weber", password=password, queues=[QUEUE])
    client.operators.revise(OPERATOR, presence="available")
    both = stack.open_chat(stack.api_key, queue=QUEUE)
    place = {"see both sides": both, "sign in as": f"{client.whoami().tenant}/{OPERATOR}", "password": password}
    show_fields(place)
    note(
        "Write as the customer, such as “I was charged $299, but my plan is $199. I want a person.” and answer as Ines."
    )
    note("Ctrl-C stops everything, and leaves nothing behind.")
    with suppress(KeyboardInterrupt):
        stack.wait()


@contextmanager
def _a_stack(steps: Steps, *, with_chat: bool) -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="warmline-demo-") as folder:
        # Empty addresses stand for embedded servers, whatever WARMLINE_DATABASE_URL of this shell says.
        settings = Settings(home=Path(folder), port=0, database_url="", migration_database_url="", redis_url="")
        with Stack(settings, steps, with_chat=with_chat) as stack:
            yield stack


def _show(console: Console, number: int, hop: Hop) -> None:
    source, target = hop.source, hop.start.session.agent
    console.print()
    console.print(Rule(Text.assemble(f"Handoff {number}: ", (source, "bold"), " → ", (target, "bold"))))
    console.print(Padding(Text(f"What {source} kept", style="bold"), (1, 0, 0, 0)))
    console.print(_kept(hop))
    sides = Table.grid(expand=True, padding=(0, 1))
    sides.add_column(ratio=2)
    sides.add_column(ratio=1)
    sides.add_row(
        Panel(_woken(hop), title=f"{target} wakes up with", border_style="green", title_align="left"),
        Panel(Text(f"“{hop.first_words}”"), title="Without a handoff", border_style="red", title_align="left"),
    )
    console.print(Padding(sides, (1, 0, 0, 0)))


def _kept(hop: Hop) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("who")
    table.add_column("importance", justify="right")
    table.add_column("what", overflow="fold")
    for memory in hop.kept:
        table.add_row(_who(memory), f"{memory.importance:.2f}", Text(memory.content))
    return table


def _woken(hop: Hop) -> RenderableType:
    parts: list[RenderableType] = [Text(hop.start.brief.text)]
    if hop.start.since_the_brief:
        since = "\n".join(f"{_who(memory)}: {memory.content}" for memory in hop.start.since_the_brief)
        parts.append(Text.assemble(("\nSince the brief\n", "bold"), since))
    chain = " → ".join(session.agent for session in hop.start.chain.sessions)
    counts = f"{len(hop.start.memories)} memories, {hop.start.prompt_tokens} tokens of prompt"
    parts.append(Text(f"\nChain: {chain}; with {counts}", style="dim"))
    return Group(*parts)


def _who(memory: Memory) -> str:
    return memory.role.value if memory.role else memory.kind


def _as_json(hop: Hop) -> dict[str, Any]:
    return {
        "source": hop.source,
        "target": hop.start.session.agent,
        "kept": [memory.model_dump(mode="json") for memory in hop.kept],
        "brief": hop.start.brief.model_dump(mode="json"),
        "since_the_brief": [memory.model_dump(mode="json") for memory in hop.start.since_the_brief],
        "prompt": hop.start.prompt,
        "without_a_handoff": hop.first_words,
    }
