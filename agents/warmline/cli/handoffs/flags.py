"""``warmline flags``: say what is wrong with briefs."""

from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.naming import alone, command
from warmline.cli.options import HandoffArgument, NamespaceOption, NamespacesOption, SinceOption, UntilOption, in_utc
from warmline.cli.output import (
    JsonFlag,
    LimitOption,
    QuietFlag,
    show_done,
    show_found,
    show_json,
    show_list,
    show_text,
)
from warmline_schemas.briefs import SectionName
from warmline_schemas.flags import Flag, FlagVerdict

app = typer.Typer(cls=alone("list"), help="What somebody found wrong or missing in a brief.")

COLUMNS = {
    "id": lambda flag: flag.id,
    "at": lambda flag: flag.at,
    "by": lambda flag: flag.by,
    "handoff": lambda flag: flag.handoff_id,
    "verdict": lambda flag: flag.verdict,
    "section": lambda flag: flag.section,
    "line": lambda flag: f"{flag.label}: {flag.line}" if flag.label else flag.line,
    "should be": lambda flag: flag.should_be,
    "note": lambda flag: flag.note,
}
SectionOption = Annotated[SectionName | None, typer.Option("--section", "-s", help="The section of the brief.")]


@command(app, "create", was="add",
         epilog="Example:  warmline flags create 01978f6e-7c1a-7000-8000-000000000002 --by human:ann --section facts "
             "--line 'amount: $299' --should-be '$100'")  # fmt: skip
def create(
    context: typer.Context,
    handoff: HandoffArgument,
    by: Annotated[str, typer.Option("--by", help="Who flags the brief, such as `human:ann`.")],
    verdict: Annotated[FlagVerdict, typer.Option("--verdict", help="What is wrong.")] = FlagVerdict.WRONG,
    section: SectionOption = None,
    line: Annotated[str | None, typer.Option("--line", help="The line as the brief has it.")] = None,
    should_be: Annotated[str | None, typer.Option("--should-be", help="What should be there.")] = None,
    why: Annotated[str | None, typer.Option("--note", help="The reason, in your own words.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Flag a line of a brief as wrong or superfluous, or say what is missing."""
    with connect(context) as client:
        made = client.flags.add(
            handoff, by=by, verdict=verdict, section=section, line=line, should_be=should_be, note=why
        )
    show_json(made) if as_json else show_list([made], COLUMNS)


@app.command("list", epilog="Example:  warmline flags list --verdict missing")
def list_flags(
    context: typer.Context,
    handoff: Annotated[
        list[str] | None, typer.Option("--handoff", help="Only flags on the brief of this handoff.")
    ] = None,
    namespace: NamespacesOption = None,
    verdict: Annotated[
        list[FlagVerdict] | None, typer.Option("--verdict", help="Only flags with this verdict.")
    ] = None,
    section: Annotated[
        list[SectionName] | None, typer.Option("--section", help="Only flags on lines of this section.")
    ] = None,
    by: Annotated[list[str] | None, typer.Option("--by", help="Only flags of this person or agent.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = 20,
    quiet: QuietFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """List flags, newest first. A filter that is repeated means any of its values."""
    with connect(context) as client:
        wanted = client.flags.list(
            handoff_id=handoff,
            namespace=namespace,
            verdict=verdict,
            section=section,
            by=by,
            since=in_utc(since),
            until=in_utc(until),
        )
        found: list[Flag] = list(islice(wanted, limit))
    show_found(found, COLUMNS, as_json=as_json, quiet=quiet)


@app.command(epilog="Example:  warmline flags delete 01978f6e-7c1a-7000-8000-000000000002 "
             "01978f6e-7c1a-7000-8000-000000000007")  # fmt: skip
def delete(
    context: typer.Context,
    handoff: HandoffArgument,
    flag: Annotated[str, typer.Argument(metavar="FLAG", help="The id of the flag.")],
    as_json: JsonFlag = False,
) -> None:
    """Delete a flag."""
    with connect(context) as client:
        client.flags.take_back(handoff, flag)
    show_done({"deleted": flag}, f"Flag {flag} was deleted.", as_json=as_json)


@app.command(epilog="Example:  warmline flags export > cases.jsonl")
def export(
    context: typer.Context,
    namespace: NamespaceOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The file to write. Without it, the cases are printed on stdout."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write the flagged handoffs as test cases for briefs, one a line, without secrets and hidden personal data."""
    if as_json and output is None:
        raise typer.BadParameter("--json reports what was written to a file: give --output, too", param_hint="--json")
    with connect(context) as client:
        if output is None:
            for line in client.flags.cases(namespace=namespace):
                # Lines are printed while they arrive, so that a long export can be piped.
                show_text(line)
            return
        count = client.flags.export_to(output, namespace=namespace)
    show_done({"file": str(output), "cases": count}, f"{count} cases are in {output}.", as_json=as_json)
