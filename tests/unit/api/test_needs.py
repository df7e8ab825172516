"""Every route says what it needs of an API key, in one place."""

import re
from pathlib import Path

from fastapi.routing import APIRoute

import warmline_api
from warmline_api.needs import NEEDS, PUBLIC
from warmline_api.routes import HEALTH, ROUTERS

API = Path(warmline_api.__file__).parent


def test_every_route_says_what_it_needs() -> None:
    served = {route.name for router in (HEALTH, *ROUTERS) for route in router.routes if isinstance(route, APIRoute)}
    assert served == {*NEEDS, *PUBLIC}


def test_every_route_embeds_in_the_turn_of_its_tenant() -> None:
    # What asks the platform itself would be nobody's, and stand before everybody.
    routes = [path for path in API.rglob("*.py") if "console" not in path.parts and path.name != "callers.py"]
    assert [path.name for path in routes if re.search(r"caller\.platform\.embed(_query)?\b", path.read_text())] == []
