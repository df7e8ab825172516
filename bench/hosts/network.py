"""Two network namespaces and a cable between them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

NETWORK = "10.213.97"
"""A private network that exists inside the two namespaces alone."""
SERVING, OTHER = f"{NETWORK}.1", f"{NETWORK}.2"


class Unable(Exception):
    """This machine cannot have hosts of its own."""


@dataclass(frozen=True)
class Network:
    """Two hosts by the names of their namespaces; the first one has the servers."""

    serving: str
    other: str

    def cut(self) -> None:
        """Pull the cable: packets are lost in silence, and nobody is told."""
        ip("-n", self.serving, "link", "set", "cable", "down")

    def restore(self) -> None:
        """Put the cable back."""
        ip("-n", self.serving, "link", "set", "cable", "up")


def inside(host: str, *command: str) -> list[str]:
    """The command that runs a program on a host."""
    return ["ip", "netns", "exec", host, *command]


@contextmanager
def two_hosts() -> Iterator[Network]:
    """Make two hosts; they are gone when the block ends. Raises ``Unable``, with a reason, where that cannot be."""
    if os.geteuid() != 0:
        raise Unable("network namespaces are made by root: run it as root")
    if shutil.which("ip") is None:
        raise Unable("the program ip is missing: install iproute2")
    network = Network(f"warmline-{os.getpid()}-1", f"warmline-{os.getpid()}-2")
    try:
        _lay(network)
        yield network
    finally:
        for host in (network.serving, network.other):
            with suppress(Unable):
                ip("netns", "delete", host)


def _lay(network: Network) -> None:
    for host in (network.serving, network.other):
        ip("netns", "add", host)
        ip("-n", host, "link", "set", "lo", "up")
    far = ("peer", "name", "cable", "netns", network.other)
    ip("-n", network.serving, "link", "add", "cable", "type", "veth", *far)
    for host, address in ((network.serving, SERVING), (network.other, OTHER)):
        ip("-n", host, "address", "add", f"{address}/24", "dev", "cable")
        ip("-n", host, "link", "set", "cable", "up")


def ip(*words: str) -> None:
    """Run ``ip``. Raises ``Unable`` with what it says."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unable(f"`ip {' '.join(words)}` says: {done.stderr.strip()}")
