"""Every route says what it needs of an API key, in one place."""

from fastapi.routing import APIRoute

from warmline_api.needs import NEEDS, PUBLIC
from warmline_api.routes import HEALTH, ROUTERS


def test_every_route_says_what_it_needs() -> None:
    served = {route.name for router in (HEALTH, *ROUTERS) for route in router.routes if isinstance(route, APIRoute)}
    assert served == {*NEEDS, *PUBLIC}
