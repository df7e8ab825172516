"""The command ``warmline``, which says how the command line is installed where it is not.

It comes with an extra: what it reads options and prints tables with is as large as the client and all that needs.
"""

import sys
from importlib import import_module

OF_THE_EXTRA = {"typer", "rich", "markdown_it"}


def main() -> None:
    """Run the command line."""
    try:
        cli = import_module("warmline.cli.app")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in OF_THE_EXTRA:
            raise
        sys.exit("warmline: The command line is an extra: run `pip install 'warmline[cli]'`.")
    cli.main()
