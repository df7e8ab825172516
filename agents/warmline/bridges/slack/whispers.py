"""Whispers: who pressed a button, and what they alone read."""

import logging
from collections.abc import Mapping
from typing import Any

from warmline.bridges.desk import Refused
from warmline.bridges.people import People
from warmline.bridges.slack.calls import Blocks, SlackApi
from warmline.bridges.store import Case

logger = logging.getLogger("warmline.bridges")

NOBODY = "No operator of Warmline has your e-mail address. Ask an administrator to set it."


class Whispers:
    """Tells people in Slack what concerns them alone."""

    def __init__(self, api: SlackApi, people: People) -> None:
        self._api = api
        self._people = people

    def person(self, body: Mapping[str, Any], case: Case) -> str | None:
        """Return who pressed a button; None where they are nobody in Warmline, of which they are told."""
        user = body["user"]["id"]
        person = self._people.agent_of(user)
        if person is None:
            self.say(case, user, NOBODY)
        return person

    def say(self, case: Case, user: str, text: str, blocks: Blocks | None = None) -> None:
        """Tell somebody something in the thread that only they see."""
        try:
            self._api.whisper(case.facts["channel"], user, text, blocks=blocks, thread=case.facts["ts"])
        except Refused as refusal:
            # Somebody who has left the channel; what they wanted is done or not done all the same.
            logger.warning("%s is not told: %s", user, refusal)
