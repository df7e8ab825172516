"""Stories that are played by a client of the real platform, in one event loop each."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from tests.conftest import Api
from warmline import AsyncWarmline

Story = Callable[[AsyncWarmline], Coroutine[Any, Any, None]]
Play = Callable[[Story], None]


@pytest.fixture
def play(api: Api, worker: None) -> Play:
    """Play a story from its beginning to its end, 150 seconds at most."""

    async def with_client(story: Story) -> None:
        async with AsyncWarmline(api.url, api.key) as client:
            await asyncio.wait_for(story(client), 150)

    return lambda story: asyncio.run(with_client(story))
