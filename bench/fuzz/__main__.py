"""Starts a stack, has Schemathesis send its requests, and prints one line of JSON: how many, and what was wrong."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from bench.fuzz import __doc__ as about
from bench.stacks import own_stack

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
NOT_CHECKED = {
    # Values are read leniently where one reading is possible: "1" as a number, 0 as false.
    "negative_data_rejection",
    # An id that is none, as in PATCH /v1/memories/batch, is a memory that is not there, and not a wrong method.
    "unsupported_method",
    # Paths of namespaces overlap: /v1/namespaces/x/export is also a namespace that can be deleted.
    "allow_header_conformance",
}
ENDS_KEYS = ("rotate_key", "revoke_key")
"""Operations that end keys, the one that they are called with too: what comes after that is refused."""
HOOKS = "serializing"
"""The module beside this one that Schemathesis loads."""
WAITS = 40
"""Seconds until a request is given up: the longest wait that a route takes is 30."""


def main() -> int:
    """Run it; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schemathesis", default="schemathesis", help="the program")
    parser.add_argument("--examples", type=int, default=100, help="how many requests of each route are made up at most")
    parser.add_argument("--phases", default="coverage,fuzzing", help="of Schemathesis, with commas")
    options = parser.parse_args()
    program = shutil.which(options.schemathesis)
    if program is None:
        parser.error(f"there is no program {options.schemathesis}; `make test-schemathesis` installs it")
    program = str(Path(program).absolute())
    with tempfile.TemporaryDirectory(prefix="warmline-fuzz-") as folder, own_stack() as stack:
        filters = {kind: [f"--{kind}-operation-id={name}" for name in ENDS_KEYS] for kind in ("exclude", "include")}
        most = _found(program, options, stack.url, stack.api_key, Path(folder) / "most.json", filters["exclude"])
        headers = {"Authorization": f"Bearer {stack.api_key}"}
        # What the key may not do any more would be refused, and count as right.
        another = httpx.post(f"{stack.url}/v1/keys", json={"name": "another", "kind": "admin"}, headers=headers)
        key = another.raise_for_status().json()["secret"]
        rest = _found(program, options, stack.url, key, Path(folder) / "rest.json", filters["include"])
    print(json.dumps({"most": most, "ends_keys": rest}))
    return int(bool(most["wrong"] or rest["wrong"]))


def _found(
    program: str, options: argparse.Namespace, url: str, key: str, report: Path, filters: list[str]
) -> dict[str, Any]:
    """Have the program send its requests to the routes that the filters leave; what came of them."""
    arguments = ["--config-file", str(CONFIGURATION), "run", f"{url}/openapi.json", *filters]
    arguments += ["--header", f"Authorization: Bearer {key}", "--checks", "all"]
    arguments += ["--exclude-checks", ",".join(sorted(NOT_CHECKED))]
    arguments += ["--phases", options.phases, "--max-examples", str(options.examples), "--workers", "2"]
    arguments += ["--continue-on-failure", "--no-shrink", "--suppress-health-check", "all"]
    arguments += ["--request-timeout", str(WAITS), "--report", "json", "--report-json-path", str(report)]
    told = os.environ | {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(CONFIGURATION.parent)}
    # It leaves files where it works.
    subprocess.run([program, *arguments], check=False, stdout=sys.stderr, cwd=report.parent, env=told)
    return summary(json.loads(report.read_text()))


def summary(report: dict[str, Any]) -> dict[str, Any]:
    """How many requests were sent to how many routes, and what was wrong with the answers of which routes."""
    return {
        "routes": report["operations"]["tested"],
        "requests": report["test_cases"]["generated"],
        "seconds": round(report["running_time"], 1),
        "seed": report["seed"],
        "wrong": {failure["title"]: failure["operations"] for failure in report["failures"]},
    }


if __name__ == "__main__":
    sys.exit(main())
