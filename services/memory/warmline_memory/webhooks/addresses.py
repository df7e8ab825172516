"""Addresses: the ones that events may be sent to. Pure: whoever connects resolves a name and asks about what came out.

A webhook's URL is chosen by a tenant and connected to from inside the platform's own network. Without these rules it
could name a database, a neighbour or a cloud's metadata service (server-side request forgery; docs/decisions/0012).
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into the IPv4 address in their last 32 bits (RFC 6052)."""
METADATA = frozenset({IPv4Address("168.63.129.16")})
"""Azure's platform service, which answers inside of its cloud alone although its address is a public one. The metadata
services of other clouds have link-local or private addresses."""


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
            return "It is no public address; the setting webhook_allow_private would have to name its network."
        return None


def networks(written: str) -> Iterator[Network]:
    """The networks that a setting names. Raises ``ValueError``."""
    return (ip_network(one.strip()) for one in written.split(",") if one.strip())


def is_public(address: Address) -> bool:
    """Whether an address, and every address that it stands for, is one of the public internet's."""
    # An IPv6 address that carries an IPv4 address is judged by that one: `::ffff:10.0.0.1` reaches 10.0.0.1.
    inner = list(_inside(address))
    if inner:
        return all(map(is_public, inner))
    # Python calls some of these global: multicast has no single host, and fec0::/10 was private until 2004.
    no_host = address.is_multicast or address.is_reserved or address.is_unspecified
    old_private = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (no_host or old_private or address in METADATA)


def _inside(address: Address) -> Iterator[Address]:
    """The IPv4 addresses that an IPv6 address stands for: mapped, translated, or tunnelled to."""
    if isinstance(address, IPv4Address):
        return
    if address in TRANSLATED:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
