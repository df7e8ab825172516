"""The connection to the platform that all commands use."""

from dataclasses import dataclass

import typer

from warmline.client import Warmline


@dataclass(frozen=True)
class Connection:
    """The values of ``--url`` and ``--api-key``."""

    url: str | None
    api_key: str | None


def connect(context: typer.Context) -> Warmline:
    """Connect with the global options, else with the environment, else with the local stack that is running."""
    chosen = context.find_root().obj
    # A plug-in's command can be called without the global options, such as in its own tests.
    if not isinstance(chosen, Connection):
        return Warmline()
    return Warmline(chosen.url, chosen.api_key)
