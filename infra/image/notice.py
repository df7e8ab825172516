"""Writes what the NOTICE file says: every package of the server image, with its version and licence.

python infra/image/notice.py > NOTICE
"""

import sys
from importlib.metadata import Distribution, distribution

from prune import needed  # type: ignore[import-not-found]  # it lies in the same folder

HEAD = """\
Warmline
Copyright the authors of Warmline. Licensed under the Apache License, version 2.0 (LICENSE).

The server image holds these packages, each under its own licence; the texts of the licences lie in its folder
/venv/lib/python3*/site-packages/*.dist-info.
LGPL packages (psycopg, python-stdnum, recurring-ical-events, x-wr-timezone) are unchanged and can be replaced where
they lie.

"""
SAID_ELSEWHERE = {
    "pystemmer": "MIT, BSD-3-Clause",
    "fastapi-offline": "MIT, with Swagger UI (Apache-2.0) and ReDoc (MIT)",
}
"""What a package's metadata do not say, and its files do."""


def licence_of(package: Distribution) -> str:
    """The licence that a package states: as an expression, as a classifier, or in a line of its own."""
    stated = package.metadata
    if elsewhere := SAID_ELSEWHERE.get(stated["Name"].lower().replace("_", "-")):
        return elsewhere
    if expression := stated.get("License-Expression"):
        return expression
    classified = [one.split(" :: ")[-1] for one in stated.get_all("Classifier") or () if one.startswith("License ::")]
    line = (stated.get("License") or "").strip().split("\n")[0]
    return ", ".join(classified) or line or "UNKNOWN"


def main() -> None:
    """Print the notice for the packages that the server needs."""
    names = sorted(needed("warmline", frozenset({"", "server"}), set()) - {"warmline"})
    rows = [f"{name} {distribution(name).version}: {licence_of(distribution(name))}" for name in names]
    sys.stdout.write(HEAD + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
