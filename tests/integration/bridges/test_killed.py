"""A bridge that is killed at random moments, again and again, loses nothing and doubles nothing."""

from pathlib import Path

import pytest

from bench.bridges.killing import KilledBridge
from bench.bridges.playing import play
from tests.builders.answering_bot import Bot
from tests.builders.chatwoot import ACCOUNT, BOT, a_chatwoot, settings_for
from tests.builders.keys import a_key, with_a_key
from tests.conftest import Api
from warmline import Warmline

CONVERSATIONS, SEED = 30, 7


@pytest.mark.usefixtures("worker")
@pytest.mark.timeout(600)
def test_what_was_said_on_one_side_stands_once_on_the_other(api: Api, client: Warmline, tmp_path: Path) -> None:
    key = str(a_key(api, "desk")["secret"])
    with (
        a_chatwoot(redelivers=0.2) as fake,
        KilledBridge(tmp_path, settings_for(fake, settle_seconds=1.0), api.url, key, SEED) as bridge,
        Bot(with_a_key(api)),
    ):
        fake.targets = {sender: f"{bridge.url}/chatwoot/{sender}" for sender in (BOT, ACCOUNT)}
        found = play(fake, bridge, client, CONVERSATIONS, SEED)
    assert found.wrong == [], bridge.log()[-5000:]
    assert bridge.killed_at_work > 0
    assert found.customers == 3 * CONVERSATIONS + CONVERSATIONS // 3
    assert found.people == CONVERSATIONS // 3
    assert found.answers > 0
