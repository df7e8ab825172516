"""Addresses: where a request came from."""

from starlette.requests import HTTPConnection


def address_of(request: HTTPConnection) -> str | None:
    """The network address of the client; behind a proxy that uvicorn was told to trust, what the proxy says it is.

    None where the server knows none, as over a Unix socket.
    """
    return request.client.host if request.client else None
