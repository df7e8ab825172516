"""Addresses: the ones that events may be sent to. Pure: whoever connects resolves a name and asks about what came out.

A webhook's URL is chosen by a tenant and connected to from inside the platform's own network. Without these rules it
could name a database, a neighbour or a cloud's metadata service (server-side request forgery; docs/decisions/0012).
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network (RFC 791)
            "10.0.0.0/8",  # private (RFC 1918)
            "100.64.0.0/10",  # shared by the customers of a provider (RFC 6598)
            "127.0.0.0/8",  # this host
            "168.63.129.16/32",  # Azure's platform service: inside of its cloud alone, although the address is public
            "169.254.0.0/16",  # link-local: the metadata of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocols of the IETF; 192.0.0.192 is the metadata of Oracle's cloud
            "192.0.2.0/24",  # examples (RFC 5737)
            "192.31.196.0/24",  # AS112: answers for private names
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # the relays of 6to4, given up (RFC 7526)
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # measurements (RFC 2544)
            "198.51.100.0/24",  # examples
            "203.0.113.0/24",  # examples
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
"""IANA's registry of special-purpose IPv4 addresses (as of 2025), multicast, and one address of a cloud. Python's own
list is not used: it differs from release to release."""
PUBLIC_6 = IPv6Network("2000::/3")
"""The addresses of IPv6 that are given to hosts at all."""
NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocols of the IETF: Teredo, benchmarks, ORCHID, drones
            "2001:db8::/32",  # examples (RFC 3849)
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # examples (RFC 9637)
        ),
    )
)
TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into the IPv4 address in their last 32 bits (RFC 6052)."""
MAPPED = IPv6Network("::ffff:0:0/96")
TUNNELLED = IPv6Network("2002::/16")
"""6to4: the IPv4 address of the tunnel's end stands behind the first 16 bits (RFC 3056)."""


class AllowedAddresses:
    """Every public address, and the private networks that were allowed, given as ``10.0.0.0/8,127.0.0.1``."""

    def __init__(self, allow_private: str) -> None:
        self.private = tuple(networks(allow_private))

    def allows(self, address: str) -> bool:
        """Whether events may be sent to an address that a name was resolved to."""
        return self.allows_private(address) or is_public(ip_address(address.partition("%")[0]))

    def allows_private(self, address: str) -> bool:
        """Whether an address is in a network that was allowed; such a network may also be reached without TLS."""
        # Behind a % stands the zone of a link-local address: it is no part of the address.
        parsed = ip_address(address.partition("%")[0])
        return any(parsed in network for network in self.private)

    def refusal(self, scheme: str, host: str) -> str | None:
        """Why nothing can ever be sent to such a URL, in a sentence. None where it may be possible: a name is judged
        later, by the addresses that it is resolved to."""
        if scheme != "https" and not self.private:
            return "It must begin with https://; http is for private networks alone, and none is allowed."
        literal = _literal(host)
        if literal is not None and not self.allows(str(literal)):
            return "It is no public address. Whoever runs this platform can allow its network in the settings."
        return None


def networks(written: str) -> Iterator[Network]:
    """The networks that a setting names. Raises ``ValueError``."""
    return (ip_network(one.strip()) for one in written.split(",") if one.strip())


def is_public(address: Address) -> bool:
    """Whether an address, and the one that it stands for, is one of the public internet's."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in NOT_PUBLIC_4)
    # An IPv6 address that carries an IPv4 address is judged by that one: `::ffff:10.0.0.1` reaches 10.0.0.1.
    inner = _inside(address)
    if inner is not None:
        return is_public(inner)
    return address in PUBLIC_6 and not any(address in network for network in NOT_PUBLIC_6)


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, translated, or tunnelled to."""
    if address in TRANSLATED or address in MAPPED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address in TUNNELLED:
        return IPv4Address(int(address) >> 80 & 0xFFFF_FFFF)
    return None


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
