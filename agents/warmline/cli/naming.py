"""Naming: everyday verbs and services stand alone, all else is a noun with a verb, ``warmline handoffs list``.

A noun is found by one and by many (``handoff``, ``handoffs``), may have a verb that is meant where it stands alone, and
what was spelled otherwise before is still found, though no help shows it. A flag shows no type in help.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperGroup

AGENTS = "Agents: remember, recall, hand off"
CODING = "Coding agents"
OPERATORS = "Operators and leads: customers, queues, shifts"
ADMINISTRATORS = "Administrators: what is counted, kept and told"
SERVICES = "Services: each runs until Ctrl-C"
PLATFORM = "The platform"
"""Who the commands are for."""
PANELS = (AGENTS, CODING, OPERATORS, ADMINISTRATORS, SERVICES, PLATFORM)
"""The order in which help shows them; what others add comes last."""

Command = TypeVar("Command", bound=Callable[..., Any])


def command(app: typer.Typer, name: str, *, was: str, epilog: str) -> Callable[[Command], Command]:
    """Add a command; ``was`` is what it was called before, which still works."""

    def add(function: Command) -> Command:
        app.command(name, epilog=epilog)(function)
        app.command(was, epilog=epilog, hidden=True)(function)
        return function

    return add


def alone(verb: str, *, takes_words: bool = False) -> type[TyperGroup]:
    """A noun that means one of its verbs where it stands alone or with options: `warmline sessions --json`.

    With ``takes_words`` it also does before a word that is none of its verbs: `warmline limits acme`.
    """

    class Noun(TyperGroup):
        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            first = args[0] if args else ""
            has_option = first.startswith("-") and first not in ctx.help_option_names
            has_word = bool(first) and not first.startswith("-") and first not in self.commands
            if (has_word or has_option) if takes_words else (has_option or not first):
                args = [verb, *args]
            return super().parse_args(ctx, args)

    return Noun


def numbers_of(name: str) -> list[str]:
    """A name as people may type it for one or for many: `queue` and `queues`, `saved-reply` and `saved-replies`."""
    return [name, f"{name}s", name.removesuffix("s"), f"{name[:-1]}ies", f"{name.removesuffix('ies')}y"]


class Commands(TyperGroup):
    """All commands."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, or of its other number; None where there is none."""
        found = next(filter(None, (super(Commands, self).get_command(ctx, one) for one in numbers_of(cmd_name))), None)
        _show_no_type_of_flags(found, ctx)
        return found

    def list_commands(self, _ctx: Any) -> list[str]:
        """The names of all commands, those for the same people together."""
        panels = {name: getattr(command, "rich_help_panel", None) for name, command in self.commands.items()}
        return sorted(panels, key=lambda name: PANELS.index(panels[name]) if panels[name] in PANELS else len(PANELS))

    def get_params(self, ctx: Any) -> Any:
        """The options that all commands have."""
        found = super().get_params(ctx)
        _show_no_type(found)
        return found


def _show_no_type_of_flags(command: Any, ctx: Any) -> None:
    if command is None:
        return
    _show_no_type([*command.params, command.get_help_option(ctx)])
    for below in getattr(command, "commands", {}).values():
        _show_no_type_of_flags(below, ctx)


def _show_no_type(params: Any) -> None:
    for one in params:
        # `--json <bool>` reads as if it took a value.
        if getattr(one, "is_flag", False):
            one.metavar = ""
