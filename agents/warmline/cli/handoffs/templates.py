"""``warmline templates``."""

from pathlib import Path
from typing import Annotated

import typer

from warmline.cli.connection import connect
from warmline.cli.files import read_text, stop_because
from warmline.cli.naming import alone, command
from warmline.cli.options import IfVersionOption
from warmline.cli.output import JsonFlag, note, show_done, show_fields, show_found, show_json, show_list, version_of
from warmline_schemas.templates import Template, TemplateSection, WriteTemplate, read

app = typer.Typer(cls=alone("list"), help="Which sections a brief has, and how good it must be.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of the template.")]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A template as TOML.")]

COLUMNS = {
    "name": lambda one: one.name,
    "whose": lambda one: "built in" if one.built_in else "your own",
    "sections": lambda one: len(one.sections),
    "bar": lambda one: one.bar,
    "about": lambda one: one.about,
}
SECTIONS = {
    "section": lambda section: section.name,
    "title": lambda section: section.title,
    "required": lambda section: "yes" if section.required else None,
    "when empty": lambda section: section.when_empty,
    "share": lambda section: section.share,
}


@app.command("list", epilog="Example:  warmline templates list")
def list_templates(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the templates that briefs can have, by name."""
    with connect(context) as client:
        found = client.templates.list()
    show_found(found, COLUMNS, as_json=as_json)


@app.command(epilog="Example:  warmline templates show support")
def show(context: typer.Context, name: NameArgument, as_json: JsonFlag = False) -> None:
    """Show one template: its sections in the order of a brief, and what its briefs must have."""
    with connect(context) as client:
        template = client.templates.get(name)
    show_json(template) if as_json else _show(template)


@app.command(epilog="Example:  warmline templates check incident.toml")
def check(file: FileArgument, as_json: JsonFlag = False) -> None:
    """Check whether a file is a template, without sending it. For each fault it prints the line, the field and what to
    do.
    """
    template = _read(file)
    if as_json:
        return show_json(template)
    return note(f"{file} is a template with {len(template.sections)} sections.")


@command(app, "write", was="add", epilog="Example:  warmline templates write incident.toml --name incident")
def write(
    context: typer.Context,
    file: FileArgument,
    name: Annotated[
        str | None, typer.Option("--name", help="The name of the template. Without it, the name of the file.")
    ] = None,
    if_version: IfVersionOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Add a template, or replace your own one of that name."""
    template = _read(file)
    with connect(context) as client:
        added = client.templates.write(name or file.stem, template, if_unchanged=if_version)
    show_json(added) if as_json else _show(added)


@app.command(epilog="Example:  warmline templates delete incident")
def delete(
    context: typer.Context, name: NameArgument, if_version: IfVersionOption = None, as_json: JsonFlag = False
) -> None:
    """Delete a template of your own. A built-in one of the same name is used again."""
    with connect(context) as client:
        client.templates.delete(name, if_unchanged=if_version)
    show_done({"deleted": name}, f"Template {name} was deleted.", as_json=as_json)


def _read(file: Path) -> WriteTemplate:
    text = read_text(file)
    try:
        return read(text)
    except ValueError as error:
        stop_because(error, *(f"{file}: {fault}" for fault in str(error).splitlines()))


def _show(template: Template) -> None:
    needs = ", ".join(code.value for code in template.needs)
    show_fields(
        {
            "template": template.name,
            "whose": "built in" if template.built_in else "your own",
            "about": template.about,
            "words": template.words,
            "needs": needs or None,
            "bar": template.bar,
            "triggers": ", ".join(template.triggers) or None,
        }
        | version_of(template)
    )
    sections: list[TemplateSection] = template.sections
    show_list(sections, SECTIONS)
