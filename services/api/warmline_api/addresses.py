"""Addresses: where a request came from."""

from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection


def address_of(request: HTTPConnection) -> str | None:
    """The network address of the client; behind a proxy that uvicorn was told to trust, what the proxy says it is.

    None where the server knows none, as over a Unix socket.
    """
    return request.client.host if request.client else None


def network_of(address: str) -> str:
    """What counts as one client: an IPv4 address, and of IPv6 the /64 network, all of which one client has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address
