"""What a bridge looks for after it was away, in a Chatwoot in which conversations go on meanwhile."""

import time
from contextlib import closing
from typing import Any

from tests.builders.chatwoot import a_chatwoot, settings_for
from warmline.bridges.chatwoot.calls import Chatwoot
from warmline.bridges.chatwoot.settings import ChatwootSettings

PAGE = 25


def test_what_moves_to_the_front_while_the_list_is_read_is_found() -> None:
    began = time.time() - 60
    with a_chatwoot() as fake, closing(Chatwoot(ChatwootSettings(**settings_for(fake)))) as desk:
        talks = [fake.begins(f"My lamp {number} is broken") for number in range(PAGE + 5)]
        for number, talk in enumerate(talks):
            talk.updated_at = began + number
        moves = [talks[0], talks[1]]

        def somebody_answers(_method: str, path: str) -> None:
            # The first page was read, and the second one was not.
            if path.endswith("/messages") and moves:
                fake.replies(moves.pop(), "It is on its way.")

        fake.trouble = somebody_answers
        found: list[dict[str, Any]] = [dict(one) for one in desk.missed(began - 60)]
    said = [one["content"] for one in found if one["event"] == "message_created"]
    assert sorted(set(said) - {"It is on its way."}) == sorted(f"My lamp {number} is broken" for number in range(30))
    changed = [one["id"] for one in found if one["event"] == "conversation_updated"]
    assert sorted(changed) == sorted(talk.id for talk in talks)
