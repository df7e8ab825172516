"""A worker of the local stack is not killed while it may still finish a brief, or hand one back."""

import pytest

from warmline_local.stack.services import HANDING_BACK_SECONDS, worker_stop
from warmline_memory.settings import Settings


@pytest.mark.parametrize("seconds", [0.0, 8.0, 120.0])
def test_a_worker_has_the_time_of_its_briefs_and_that_to_hand_back_the_others(seconds: float) -> None:
    (stop,) = worker_stop(Settings(worker_drain_seconds=seconds))
    assert stop.seconds == seconds + HANDING_BACK_SECONDS
