"""What the program of a light platform does once it has made the copy of itself that forks others."""

from pathlib import Path

from rich.console import Console

from warmline_local.commands.complaints import complaints
from warmline_local.commands.staying_up import settings_with, stay_up
from warmline_local.light import LightStack
from warmline_local.stack import Steps
from warmline_worker.forks import Forks


def stay_light(forks: Forks, *, port: int | None, home: Path | None, idle: float | None, as_json: bool) -> None:
    """Keep a light platform up until it is stopped or, for so many minutes, unused."""
    steps = Steps(Console(stderr=True, highlight=False, emoji=False))
    with complaints():
        stack = LightStack(settings_with(port, home), forks, steps)
        stay_up(stack, lambda: None, home=home, idle=idle, as_json=as_json)
