"""What a customer writes at any moment of a case's life is there once, in its order, and seen by whom it concerns."""

from pathlib import Path

import pytest

from bench.bridges.moments.life import MOMENTS
from bench.bridges.moments.playing import BURST, play
from tests.builders.bridges import a_bridge
from tests.builders.chatwoot import a_chatwoot
from tests.conftest import Api


@pytest.mark.usefixtures("worker")
@pytest.mark.timeout(600)
def test_nothing_that_a_customer_writes_is_lost_at_any_moment(api: Api, tmp_path: Path) -> None:
    with a_chatwoot() as fake, a_bridge(api, fake, tmp_path):
        found = play(api, fake, 1, seed=1)
    assert found.wrong == []
    assert found.messages == dict.fromkeys(found.messages, BURST)
    assert set(found.messages) == set(MOMENTS)
