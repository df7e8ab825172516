"""Makes the hosts, and goes on on the first of them."""

import argparse
import subprocess
import sys

from bench.hosts import __doc__ as about
from bench.hosts.network import Network, Unable, inside, two_hosts
from bench.hosts.platform import play

UNABLE = 2


def main() -> int:
    """Run the check; its exit status, 2 where this machine cannot have hosts of its own."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.hosts", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cuts", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each cut lasts, and the time between two")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return play(Network(*options.inside), options.cuts, options.seconds)
    again = [sys.executable, "-m", "bench.hosts", "--cuts", str(options.cuts), "--seconds", str(options.seconds)]
    try:
        with two_hosts() as network:
            command = [*again, "--inside", network.serving, network.other]
            return subprocess.run(inside(network.serving, *command), check=False).returncode
    except Unable as reason:
        print(f"Two hosts cannot be made here: {reason}.", file=sys.stderr)
        return UNABLE


if __name__ == "__main__":
    sys.exit(main())
