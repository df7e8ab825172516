"""An engagement before a platform that is slow."""

import asyncio

import httpx
import pytest

from tests.unit.sdk.test_asynchronous import a_problem, answering
from tests.unit.sdk.test_waiting import a_handoff
from warmline.adapters import engagement
from warmline_schemas.problems import ProblemType


def test_a_brief_that_is_late_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[str] = []
    monkeypatch.setattr(engagement, "WAIT_FOR_A_BRIEF", 0.1)

    def reply(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return a_problem(ProblemType.HANDOFF_STATE, 409)
        if "wait" in request.url.params:
            waits.append(request.url.path)
            return httpx.Response(200, json=a_handoff("requested"))
        waiting = [a_handoff("requested")] if "requested" in request.url.params.get_list("state") else []
        return httpx.Response(200, json={"items": waiting, "next_cursor": None})

    async def story() -> None:
        async with answering(reply) as client:
            billing = engagement.Engagement(client, agent="billing-specialist", namespace="user-dave")
            assert await billing.warm_start() == ""
            waited = len(waits)
            await billing.record_conversation([{"role": "user", "content": "Hello?"}])
            assert await billing.warm_start() == ""
            assert len(waits) == waited > 0

    asyncio.run(story())
