"""Exports the embedding model of the settings, unless that was done before: ``python -m warmline_memory.embedding``."""

import sys

from warmline_memory.embedding import ensure_exported
from warmline_memory.errors import SetupError
from warmline_memory.settings import load_settings


def main() -> int:
    """Print the exported model's folder; 1 where it could not be exported."""
    try:
        sys.stdout.write(f"{ensure_exported(load_settings())}\n")
    except SetupError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
