"""The program of a light platform, which ``warmline up --light`` becomes and coding agents start on demand.

It loads what writes briefs, copies itself for that, and only then loads the rest: what it had loaded by then is shared
by the copy, and what either of them touches later is there twice.
"""

import logging
from contextlib import suppress
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from warmline_local.commands.options import HomeOption, IdleOption, PortOption
from warmline_memory import logs, salience
from warmline_memory.settings import Settings
from warmline_memory.summarising import load_models
from warmline_worker.forks import Forks
from warmline_worker.text_process import serve

REST = "warmline_local.commands.staying_light"

app = typer.Typer(pretty_exceptions_enable=False, context_settings={"help_option_names": ["-h", "--help"]})


@app.command()
def up(
    port: PortOption = None,
    home: HomeOption = None,
    idle: IdleOption = None,
    is_light: Annotated[bool, typer.Option("--light", hidden=True)] = True,  # noqa: ARG001 (it is named in the call)
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document, and nothing else.")] = False,
) -> None:
    """Start the whole platform for one developer in about 400 MB, and keep it up until Ctrl-C."""
    load_models()
    # What is wrong with the settings is said by the rest, in a sentence.
    with suppress(ValidationError):
        salience.keep_rows_in(Settings().model_dir)
    with Forks(partial(_write_briefs, home=home)) as forks:
        rest: Any = import_module(REST)
        rest.stay_light(forks, port=port, home=home, idle=idle, as_json=as_json)


def _write_briefs(pipe: Connection, home: Path | None) -> None:
    """What a process does that is forked for a brief. It opens the log of the platform when it has something to say."""
    settings = Settings() if home is None else Settings(home=home)
    log = logging.FileHandler(settings.home.expanduser() / "logs" / "warmline.log", encoding="utf-8", delay=True)
    logs.keep(settings.log_level, as_json=settings.log_json, to=log)
    serve(pipe, settings)


if __name__ == "__main__":
    app(prog_name="warmline up")
