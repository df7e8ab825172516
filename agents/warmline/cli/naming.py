"""Naming: a group is found by one or by many (``handoff``, ``handoffs``), and a flag shows no type in help."""

from typing import Any

from typer.core import TyperGroup

OTHER_NUMBERS = {
    "handoffs": "handoff",
    "chains": "chain",
    "shifts": "shift",
    "templates": "template",
    "hooks": "hook",
    "bridges": "bridge",
    "session": "sessions",
    "queue": "queues",
    "operator": "operators",
    "rota": "rotas",
    "webhook": "webhooks",
    "attachment": "attachments",
    "flag": "flags",
    "customer": "customers",
    "saved-reply": "saved-replies",
    "consolidation": "consolidations",
    "key": "keys",
    "event": "events",
}
"""What people type, by the name that it is listed under: nobody should have to know which of them the help has."""


class Commands(TyperGroup):
    """All commands."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, or of its other number; None where there is none."""
        found = super().get_command(ctx, cmd_name) or super().get_command(ctx, OTHER_NUMBERS.get(cmd_name, cmd_name))
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
