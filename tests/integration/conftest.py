"""The platform as a worker has it, and somebody who may see nothing of this test's tenant."""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Api, TenantKey
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import Settings


@pytest.fixture(scope="module")
def platform(settings: Settings) -> Iterator[Platform]:
    """A worker's platform in this process."""
    with open_platform(settings, open_celery(settings)) as platform:
        yield platform


@pytest.fixture
def stranger(new_tenant: Callable[[], TenantKey], client_of: Callable[[TenantKey], Api]) -> Api:
    """A key of another tenant."""
    return client_of(new_tenant())
