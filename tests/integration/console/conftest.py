"""Who is signed in to the console."""

import pytest

from tests.builders.console import Browser, signed_in
from tests.conftest import Api


@pytest.fixture
def ann(api: Api) -> Browser:
    """The browser of an operator who works billing."""
    return signed_in(api)


@pytest.fixture
def admin(api: Api) -> Browser:
    """The browser of an administrator."""
    return signed_in(api, role="admin")
