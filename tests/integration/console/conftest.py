"""Who is signed in to the console."""

import pytest

from tests.builders.console import Browser, signed_in
from tests.builders.queues import a_queue
from tests.conftest import Api


@pytest.fixture
def ann(api: Api) -> Browser:
    """The browser of an operator who works billing, beside a queue for fraud."""
    a_queue(api, "fraud")
    return signed_in(api)


@pytest.fixture
def admin(api: Api) -> Browser:
    """The browser of an administrator."""
    return signed_in(api, role="admin")
