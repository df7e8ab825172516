"""``warmline operators``."""

from enum import StrEnum
from itertools import islice
from typing import Annotated, Any

import typer

from warmline.cli.connection import connect
from warmline.cli.naming import alone, command
from warmline.cli.options import IfVersionOption, changes
from warmline.cli.output import JsonFlag, LimitOption, show_done, show_fields, show_found, show_json, version_of
from warmline_schemas.operators import MailAbout, Operator, OperatorRole, Presence

app = typer.Typer(cls=alone("list"), help="The people who answer customers, and what each of them takes.")

NameArgument = Annotated[
    str, typer.Argument(metavar="OPERATOR", help="The name of the operator, such as `operator-7`.")
]
Queues = Annotated[
    list[str] | None, typer.Option("--queue", help="A queue that the operator works. Repeat it for more.")
]
Skills = Annotated[list[str] | None, typer.Option("--skill", help="A skill that the operator has. Repeat it for more.")]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="A language that the operator speaks. Repeat it for more.")
]
Title = Annotated[str | None, typer.Option("--display-name", help="The operator's name for other people.")]
RoleOption = Annotated[OperatorRole | None, typer.Option("--role", help="What the operator may do in the console.")]
LevelOption = Annotated[
    int | None, typer.Option("--level", min=1, max=10, help="The highest level at which the operator works.")
]
Capacity = Annotated[
    int | None, typer.Option("--capacity", min=0, help="How many handoffs the operator works on at the same time.")
]
Zone = Annotated[str | None, typer.Option("--zone", help="The operator's time zone, such as `Europe/Berlin`.")]
Email = Annotated[str | None, typer.Option("--email", help="The operator's e-mail address; `''` takes it away.")]
MailOn = Annotated[
    list[MailAbout] | None, typer.Option("--mail-about", help="What they are told by e-mail. Repeat it for more.")
]
SetPassword = Annotated[bool, typer.Option("--set-password", help="Ask for a password for the console.")]


class Clearable(StrEnum):
    """What of an operator can be cleared."""

    QUEUES = "queues"
    SKILLS = "skills"
    LANGUAGES = "languages"
    MAIL_ABOUT = "mail-about"


CLEARABLE: dict[str, tuple[str, Any]] = {word: (word.replace("-", "_"), []) for word in Clearable}
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
    queue: Annotated[str | None, typer.Option("--queue", help="Only operators who work this queue.")] = None,
    limit: LimitOption = 50,
    as_json: JsonFlag = False,
) -> None:
    """List operators, newest first."""
    with connect(context) as client:
        found = list(islice(client.operators.list(queue=queue), limit))
    show_found(found, COLUMNS, as_json=as_json)


@app.command(epilog="Example:  warmline operators show operator-7")
def show(context: typer.Context, operator: NameArgument, as_json: JsonFlag = False) -> None:
    """Show one operator, with the number of handoffs that they have now."""
    with connect(context) as client:
        found = client.operators.get(operator)
    show_json(found) if as_json else _show(found)


@app.command(epilog="Example:  warmline operators delete operator-7")
def delete(context: typer.Context, operator: NameArgument, as_json: JsonFlag = False) -> None:
    """Delete an operator. What they hold goes on to others, and nobody gets their name again."""
    with connect(context) as client:
        client.operators.delete(operator)
    show_done({"deleted": operator}, f"{operator} was deleted.", as_json=as_json)


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
    email: Email = None,
    set_password: SetPassword = False,
    as_json: JsonFlag = False,
) -> None:
    """Add an operator, who works as `human:NAME`."""
    fields = _fields(queue, skill, language, display_name, role, level, capacity, zone, set_password)
    with connect(context) as client:
        added = client.operators.create(operator, **fields, email=email)
    show_json(added) if as_json else _show(added)


@command(
    app, "change", was="revise", epilog="Example:  warmline operators change operator-7 --presence away --capacity 3"
)
def change(
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
    presence: Annotated[
        Presence | None, typer.Option("--presence", help="Whether the operator takes new work.")
    ] = None,
    disabled: Annotated[
        bool | None,
        typer.Option(
            "--disable/--enable", help="Block the operator from signing in and from working, or allow both again."
        ),
    ] = None,
    email: Email = None,
    mail_about: MailOn = None,
    clear: Annotated[
        list[Clearable] | None, typer.Option("--clear", help="A list that becomes empty. Repeat it for more.")
    ] = None,
    set_password: SetPassword = False,
    if_version: IfVersionOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Change an operator. What is left out stays; lists are replaced as a whole."""
    fields = _fields(queue, skill, language, display_name, role, level, capacity, zone, set_password)
    more = {"presence": presence, "disabled": disabled, "email": email, "mail_about": mail_about}
    changed = changes(fields | more, clear, CLEARABLE)
    with connect(context) as client:
        revised = client.operators.revise(operator, **changed, if_unchanged=if_version)
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
    """Return the fields that creating and revising share. It asks for the password, so that no shell history has it."""
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True) if set_password else None
    return {
        # Typer gives an empty list for an option that was not used, and an empty list would remove all queues.
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
            "e-mail": operator.email,
            "mailed of": ", ".join(operator.mail_about) or None,
            "signs in": "yes" if operator.may_sign_in else "no",
        }
        | version_of(operator)
    )
