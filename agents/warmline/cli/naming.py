"""Naming: a group is found by one or by many (``handoff``, ``handoffs``), and a flag shows no type in help."""

from typing import Any

from typer.core import TyperGroup


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
