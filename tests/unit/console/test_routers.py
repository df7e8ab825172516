"""Every module that serves paths is in the one list of its package, or nobody would reach it."""

from pathlib import Path
from types import ModuleType

import pytest

from warmline_api import routes
from warmline_api.console import analytics, desk, handoffs, settings, shell, shifts


def modules_that_serve(package: ModuleType) -> list[str]:
    folder = Path(str(package.__file__)).parent
    return [path.stem for path in folder.rglob("*.py") if "\nrouter = " in path.read_text()]


@pytest.mark.parametrize(
    "package", [routes, shell, desk, handoffs, shifts, analytics, settings], ids=lambda package: package.__name__
)
def test_every_module_with_a_router_is_listed_once(package: ModuleType) -> None:
    listed = [*package.ROUTERS, *([routes.HEALTH, routes.METRICS] if package is routes else [])]
    assert len({id(router) for router in listed}) == len(listed) == len(modules_that_serve(package))
