"""The platform that the commands talk to."""

from dataclasses import dataclass

import typer

from warmline.client import Warmline


@dataclass(frozen=True)
class Connection:
    """What the global options say."""

    url: str | None
    api_key: str | None


def connect(context: typer.Context) -> Warmline:
    """Connect as the global options say, else as the environment and the running local stack do."""
    chosen = context.find_root().obj
    if not isinstance(chosen, Connection):
        return Warmline()
    return Warmline(chosen.url, chosen.api_key)
