"""``warmline operators``."""

from itertools import islice
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.output import JsonFlag, LimitOption, show_fields, show_found, show_json
from warmline_schemas.operators import Operator, OperatorRole, Presence

app = typer.Typer(help="Operators: list, show, create, revise.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(metavar="OPERATOR", help="An operator's name, such as `operator-7`.")]
Queues = Annotated[list[str] | None, typer.Option("--queue", help="A queue they work; once for each.")]
Skills = Annotated[list[str] | None, typer.Option("--skill", help="What they can do; once for each.")]
Languages = Annotated[list[str] | None, typer.Option("--language", help="A language they speak; once for each.")]
Title = Annotated[str | None, typer.Option("--display-name", help="What people call them.")]
RoleOption = Annotated[OperatorRole | None, typer.Option("--role", help="What they may do in the console.")]
LevelOption = Annotated[int | None, typer.Option("--level", min=1, max=10, help="The highest level they work at.")]
Capacity = Annotated[int | None, typer.Option("--capacity", min=0, help="How much they work on at once.")]
Zone = Annotated[str | None, typer.Option("--zone", help="Their time zone, such as `Europe/Berlin`.")]
SetPassword = Annotated[bool, typer.Option("--set-password", help="Ask for a password for the console.")]

COLUMNS = {
    "operator": lambda one: one.name,
    "name": lambda one: one.display_name,
    "role": lambda one: one.role,
    "presence": lambda one: "disabled" if one.disabled else one.presence,
    "load": lambda one: f"{one.load}/{one.capacity}",
    "level": lambda one: one.level,
    "queues": lambda one: ", ".join(one.queues),
    "skills": lambda one: ", ".join(one.skills),
    "languages": lambda one: ", ".join(one.languages) or "any",
    "seen": lambda one: one.seen_at,
}


@app.command("list", epilog="Example:  warmline operators list --queue billing")
def list_operators(
    context: typer.Context,
    queue: Annotated[str | None, typer.Option("--queue", help="Only those who work this queue.")] = None,
    limit: LimitOption = 50,
    as_json: JsonFlag = False,
) -> None:
    """List operators, newest first."""
    with connect(context) as client:
        found = list(islice(client.operators.list(queue=queue), limit))
    show_found(found, COLUMNS, as_json=as_json)


@app.command(epilog="Example:  warmline operators show operator-7")
def show(context: typer.Context, operator: NameArgument, as_json: JsonFlag = False) -> None:
    """Show one operator, and how much they hold."""
    with connect(context) as client:
        found = client.operators.get(operator)
    show_json(found) if as_json else _show(found)


@app.command(epilog="Example:  warmline operators create operator-7 --queue billing --skill refunds --set-password")
def create(
    context: typer.Context,
    operator: NameArgument,
    queue: Queues = None,
    skill: Skills = None,
    language: Languages = None,
    display_name: Title = None,
    role: RoleOption = None,
    level: LevelOption = None,
    capacity: Capacity = None,
    zone: Zone = None,
    set_password: SetPassword = False,
    as_json: JsonFlag = False,
) -> None:
    """Add somebody who works handoffs, as `human:NAME`."""
    fields = _fields(queue, skill, language, display_name, role, level, capacity, zone, set_password)
    with connect(context) as client:
        added = client.operators.create(operator, **fields)
    show_json(added) if as_json else _show(added)


@app.command(epilog="Example:  warmline operators revise operator-7 --presence away --capacity 3")
def revise(
    context: typer.Context,
    operator: NameArgument,
    queue: Queues = None,
    skill: Skills = None,
    language: Languages = None,
    display_name: Title = None,
    role: RoleOption = None,
    level: LevelOption = None,
    capacity: Capacity = None,
    zone: Zone = None,
    presence: Annotated[Presence | None, typer.Option("--presence", help="Whether they take new work.")] = None,
    disabled: Annotated[
        bool | None, typer.Option("--disable/--enable", help="Whether they may neither sign in nor work.")
    ] = None,
    set_password: SetPassword = False,
    as_json: JsonFlag = False,
) -> None:
    """Change an operator; what is left out stays, lists are replaced as a whole."""
    fields = _fields(queue, skill, language, display_name, role, level, capacity, zone, set_password)
    with connect(context) as client:
        revised = client.operators.revise(operator, **fields, presence=presence, disabled=disabled)
    show_json(revised) if as_json else _show(revised)


def _fields(
    queues: list[str] | None,
    skills: list[str] | None,
    languages: list[str] | None,
    display_name: str | None,
    role: OperatorRole | None,
    level: int | None,
    capacity: int | None,
    zone: str | None,
    set_password: bool,
) -> dict[str, Any]:
    """The fields that creating and revising share. The password is asked for here, so that no shell keeps it."""
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True) if set_password else None
    return {
        "queues": queues or None,
        "skills": skills or None,
        "languages": languages or None,
        "display_name": display_name,
        "role": role,
        "level": level,
        "capacity": capacity,
        "zone": zone,
        "password": password,
    }


def _show(operator: Operator) -> None:
    show_fields(
        {
            "operator": operator.name,
            "name": operator.display_name,
            "works as": operator.agent,
            "role": operator.role,
            "presence": "disabled" if operator.disabled else operator.presence,
            "seen": operator.seen_at,
            "load": f"{operator.load} of {operator.capacity}",
            "level": operator.level,
            "queues": ", ".join(operator.queues) or None,
            "skills": ", ".join(operator.skills) or None,
            "languages": ", ".join(operator.languages) or "any",
            "zone": operator.zone,
            "signs in": "yes" if operator.may_sign_in else "no",
        }
    )
