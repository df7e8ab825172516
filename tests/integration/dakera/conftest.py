"""A server that also serves Dakera's routes, and Dakera's own clients, which know it only by their base URL."""

from collections.abc import Callable, Iterator

import pytest
from dakera import DakeraClient, RetryConfig

from tests.conftest import Api, TenantKey, serve
from tests.integration.dakera.clients import Dakera, Waiting
from warmline_memory.settings import Settings

ONCE = RetryConfig(max_retries=1)
"""An error is what a test looks at, and is not tried again."""


@pytest.fixture(scope="session")
def dakera_url(settings: Settings) -> Iterator[str]:
    """The base URL for Dakera's clients."""
    with serve(settings.model_copy(update={"dakera_routes": True})) as url:
        yield f"{url}/dakera"


@pytest.fixture
def dakera_of(dakera_url: str) -> Iterator[Callable[[str], DakeraClient]]:
    """Makes clients with an API key."""
    opened: list[DakeraClient] = []

    def connect(key: str) -> DakeraClient:
        opened.append(DakeraClient(dakera_url, api_key=key, retry_config=ONCE))
        return opened[-1]

    yield connect
    for client in opened:
        client.close()


@pytest.fixture(params=["sync", "async"])
def dakera(request: pytest.FixtureRequest, dakera_url: str, tenant: TenantKey) -> Iterator[Dakera]:
    """Dakera's client with this test's own key: once the synchronous one, once the asynchronous one."""
    if request.param == "sync":
        with DakeraClient(dakera_url, api_key=tenant.key, retry_config=ONCE) as client:
            yield client
    else:
        with Waiting(dakera_url, tenant.key, ONCE) as client:
            yield client


@pytest.fixture
def own(dakera_url: str, tenant: TenantKey, client_of: Callable[[TenantKey], Api]) -> Api:
    """The run's API with the same key, to see in our own words what was kept."""
    return client_of(tenant)
