"""Options of the commands that keep a platform up."""

from pathlib import Path
from typing import Annotated

import typer

PortOption = Annotated[
    int | None, typer.Option(min=0, max=65535, help="The API's port; 0 picks a free one. [WARMLINE_PORT, or 8420]")
]
HomeOption = Annotated[
    Path | None, typer.Option(help="The folder for data and logs. [WARMLINE_HOME]", show_default=False)
]
IdleOption = Annotated[
    float | None,
    typer.Option("--stop-when-idle", min=0.05, metavar="MINUTES", help="Stop when nobody used it for so long."),
]
