"""The page about moving from Dakera lists every route that is served, with the operation that it is."""

import re
from pathlib import Path

from fastapi.routing import APIRoute

from warmline_api.dakera import DOOR
from warmline_api.needs import NEEDS, PUBLIC

PAGE = (Path(__file__).parents[3] / "docs" / "moving-from-dakera.md").read_text()


def test_every_route_is_listed_with_the_operation_that_it_is() -> None:
    routes = [route for router in DOOR.routers for route in router.routes if isinstance(route, APIRoute)]
    served = sorted(
        (f"{method} {route.path.replace(':path', '')}", route.name)
        for route in routes
        for method in route.methods or ()
    )
    assert sorted(re.findall(r"^\| ([A-Z]+ /\S+) \| `(\w+)` \|$", PAGE, re.M)) == served
    assert {name for _, name in served} <= {*NEEDS, *PUBLIC}
