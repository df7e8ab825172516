"""Migrates a database in a process of its own: ``python -m warmline_memory.storage.migrations``, with its address, as
its owner, on the standard input. What is wrong is printed as JSON.
"""

import json
import sys

from warmline_memory.errors import SetupError
from warmline_memory.storage import migrations


def main() -> int:
    """Migrate; 1 where it could not be done."""
    try:
        migrations.upgrade(sys.stdin.read())
    except SetupError as error:
        sys.stdout.write(json.dumps(error.facts))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
