"""A2A with the SDK's own client and server, over its JSON-RPC: handoffs as tasks, and tasks for handoffs."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
from a2a.client import Client, ClientConfig, ClientFactory
from a2a.helpers import get_artifact_text, get_message_text, new_data_part, new_task_from_user_message, new_text_part
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_jsonrpc_routes
from a2a.server.tasks import InMemoryTaskStore, TaskUpdater
from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    AgentSkill,
    CancelTaskRequest,
    GetTaskRequest,
    Message,
    Role,
    SendMessageConfiguration,
    SendMessageRequest,
    Task,
    TaskState,
)
from starlette.applications import Starlette

from tests.integration.adapters import scenario
from tests.integration.adapters.conftest import Play
from warmline import AsyncWarmline
from warmline.adapters.a2a import UNDER_WAY, RemoteAgent, WarmlineExecutor
from warmline_schemas.handoffs import Handoff

CARD = AgentCard(
    name="Warmline",
    description="Hands over to people",
    version="1",
    default_input_modes=["text/plain"],
    default_output_modes=["text/plain"],
    skills=[AgentSkill(id="hand-over", name="Hand over", description="Hands over to people", tags=["people"])],
    capabilities=AgentCapabilities(streaming=True),
    supported_interfaces=[
        AgentInterface(protocol_binding="JSONRPC", url="http://there.test/a2a", protocol_version="1.0")
    ],
)
REASON = {"reason": "A refund over $90 needs a person", "account": scenario.ACCOUNT}


HELD: list[DefaultRequestHandler] = []
"""The servers of this file. The tasks of one that nobody holds are collected while they wait, by whatever thread
allocates just then, and end there behind a lock of their own loop: a request of the platform hung so."""


def reached(executor: AgentExecutor, store: InMemoryTaskStore | None = None, *, streaming: bool = False) -> Client:
    """A client of an executor, which is served in this process."""
    handler = DefaultRequestHandler(agent_executor=executor, task_store=store or InMemoryTaskStore(), agent_card=CARD)
    HELD.append(handler)
    app = Starlette(routes=create_jsonrpc_routes(handler, "/a2a"))
    there = httpx.AsyncClient(transport=httpx.ASGITransport(app), timeout=120)
    return ClientFactory(ClientConfig(httpx_client=there, streaming=streaming)).create(CARD)


def a_message(text: str, data: dict[str, Any] | None = None, task: Task | None = None, id: str = "") -> Message:
    return Message(
        message_id=id or uuid4().hex,
        role=Role.ROLE_USER,
        parts=[new_text_part(text), *([new_data_part(data)] if data else [])],
        task_id=task.id if task else "",
        context_id=task.context_id if task else "",
    )


async def sent(client: Client, message: Message, *, at_once: bool = False) -> Task:
    asked = SendMessageRequest(message=message, configuration=SendMessageConfiguration(return_immediately=at_once))
    return [update.task async for update in client.send_message(asked)][-1]


def test_a_task_is_a_handoff_its_brief_an_artifact_and_a_persons_deed_completes_it(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        remote = reached(WarmlineExecutor(client, to="human:ana", namespace="user-dave"))
        asked = asyncio.create_task(sent(remote, a_message(scenario.CUSTOMER, REASON)))
        await scenario.person_gives_back(client, "user-dave")
        task = await asked
        assert task.status.state == TaskState.TASK_STATE_INPUT_REQUIRED
        assert scenario.DEED in get_message_text(task.status.message)
        assert scenario.INSTRUCTION in get_message_text(task.status.message)
        (brief,) = task.artifacts
        for known in ("W1", "$94", "Refund $94 to the card"):
            assert known in get_artifact_text(brief)

        asked = asyncio.create_task(sent(remote, a_message("The customer asks for a receipt.", task=task)))
        await scenario.person_resolves(client, "user-dave")
        task = await asked
        assert task.status.state == TaskState.TASK_STATE_COMPLETED
        assert scenario.DEED in get_message_text(task.status.message)
        assert "receipt" in get_artifact_text(task.artifacts[-1])
        made = await scenario.handoffs_in(client, "user-dave")
        assert [handoff.to for handoff in made] == ["human:ana", "a2a", "human:ana"]
        assert len({handoff.chain_id for handoff in made}) == 1

    play(story)


def test_a_task_is_waited_for_again_when_the_server_was_started_anew(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        store = InMemoryTaskStore()
        remote = reached(WarmlineExecutor(client, to="human:ana", namespace="user-dave"), store)
        task = await sent(remote, a_message(scenario.CUSTOMER), at_once=True)
        await scenario.waiting_for(client, "user-dave", "human:ana")
        await at_work(remote, task)
        anew = reached(WarmlineExecutor(client, to="human:ana", namespace="user-dave"), store)
        asked = asyncio.create_task(sent(anew, a_message("Still there?", task=task)))
        await scenario.person_resolves(client, "user-dave")
        assert (await asked).status.state == TaskState.TASK_STATE_COMPLETED
        assert len(await scenario.handoffs_in(client, "user-dave")) == 1

    play(story)


async def at_work(remote: Client, task: Task) -> None:
    while (await remote.get_task(GetTaskRequest(id=task.id))).status.state != TaskState.TASK_STATE_WORKING:
        await asyncio.sleep(0.1)


def test_a_message_that_is_sent_twice_makes_one_handoff_and_contexts_have_namespaces_of_their_own(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        remote = reached(WarmlineExecutor(client, to="human:ana"))
        first = await sent(remote, a_message(scenario.CUSTOMER, id="m-1"), at_once=True)
        again = a_message(scenario.CUSTOMER, id="m-1")
        again.context_id = first.context_id
        await sent(remote, again, at_once=True)
        other = await sent(remote, a_message(scenario.CUSTOMER, id="m-1"), at_once=True)
        for task in (first, other):
            await scenario.waiting_for(client, f"a2a-{task.context_id}", "human:ana")
            assert len(await scenario.handoffs_in(client, f"a2a-{task.context_id}")) == 1

    play(story)


def test_a_reroute_to_people_by_the_hop_budget_completes_the_task_with_their_deed(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await scenario.no_hops_are_left(client, "user-dave")
        remote = reached(WarmlineExecutor(client, to="billing", namespace="user-dave", agent="triage"))
        asked = asyncio.create_task(
            sent(remote, a_message(scenario.CUSTOMER, {"reason": "Not mine", "urgency": "high"}))
        )
        await scenario.person_resolves(client, "user-dave")
        task = await asked
        assert task.status.state == TaskState.TASK_STATE_COMPLETED
        assert scenario.DEED in get_message_text(task.status.message)
        made = await scenario.handoffs_in(client, "user-dave")
        assert [(handoff.to, handoff.urgency) for handoff in made][1:] == [("human:ana", "high")]

    play(story)


def test_agents_behind_a2a_that_pass_a_case_to_and_fro_end_with_people(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        await client.revise_preferences(hop_budget=2, people_target="human:ana")
        servers = {
            me: reached(WarmlineExecutor(client, to=other, namespace="user-dave", agent=me))
            for me, other in (("triage", "billing"), ("billing", "triage"))
        }
        tasks = []
        for me, other in (("triage", "billing"), ("billing", "triage"), ("triage", "human:ana")):
            task = await sent(servers[me], a_message(scenario.CUSTOMER, REASON), at_once=True)
            tasks.append((servers[me], task))
            await scenario.waiting_for(client, "user-dave", other)
        await scenario.person_resolves(client, "user-dave")
        for server, task in tasks:
            ended = await over(server, task)
            assert ended.status.state == TaskState.TASK_STATE_COMPLETED
            assert scenario.DEED in get_message_text(ended.status.message)
        made = await scenario.handoffs_in(client, "user-dave")
        assert [handoff.to for handoff in made] == ["billing", "triage", "human:ana"]

    play(story)


async def over(remote: Client, task: Task) -> Task:
    """A task whose last state is reached."""
    while (now := await remote.get_task(GetTaskRequest(id=task.id))).status.state in UNDER_WAY:
        await asyncio.sleep(0.1)
    return now


def test_a_task_that_is_cancelled_cancels_its_handoff_and_an_empty_one_is_rejected(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        remote = reached(WarmlineExecutor(client, to="human:ana", namespace="user-dave"))
        task = await sent(remote, a_message(scenario.CUSTOMER), at_once=True)
        await at_work(remote, task)
        cancelled = await remote.cancel_task(CancelTaskRequest(id=task.id))
        assert cancelled.status.state == TaskState.TASK_STATE_CANCELED
        assert [handoff.state for handoff in await scenario.handoffs_in(client, "user-dave")] == ["cancelled"]
        rejected = await sent(remote, a_message("  "))
        assert rejected.status.state == TaskState.TASK_STATE_REJECTED
        assert "reason" in get_message_text(rejected.status.message)

    play(story)


class Billing(AgentExecutor):
    """An agent of another maker: it refunds what the brief asks for, or wants to know more."""

    def __init__(self, ends: TaskState) -> None:
        self.ends = ends
        self.read: list[Message] = []

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        assert context.message is not None
        self.read.append(context.message)
        await event_queue.enqueue_event(new_task_from_user_message(context.message))
        updates = TaskUpdater(event_queue, str(context.task_id), str(context.context_id))
        await updates.start_work()
        await updates.update_status(self.ends, updates.new_agent_message([new_text_part(scenario.DEED)]))

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        raise NotImplementedError


async def handed_to_billing(client: AsyncWarmline, namespace: str = "user-dave") -> Handoff:
    session = await client.session(agent="triage", namespace=namespace)
    await session.remember(scenario.CUSTOMER, role="user")
    handoff = await session.hand_off(**scenario.TO_BILLING)
    await client.handoffs.wait(handoff.id)
    return handoff


def test_an_agent_behind_a2a_does_what_is_handed_over_to_its_name(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        for streaming in (False, True):
            handoff = await handed_to_billing(client)
            billing = Billing(TaskState.TASK_STATE_COMPLETED)
            remote = RemoteAgent(client, reached(billing, streaming=streaming), agent="billing")
            assert (await remote.take(handoff.id)).state == "closed"
            deed = await client.handoffs.wait_for_person(handoff.id)
            assert deed.state == "resolved"
            assert scenario.DEED in deed.text
            for known in ("W1", "$94", "Refund $94 to the card"):
                assert known in str(billing.read[0].parts[0].text)
            assert billing.read[0].context_id == str(handoff.chain_id)

    play(story)


def test_what_an_agent_behind_a2a_cannot_do_is_given_back_with_the_reason(play: Play) -> None:
    async def story(client: AsyncWarmline) -> None:
        handoff = await handed_to_billing(client)
        asks = Billing(TaskState.TASK_STATE_INPUT_REQUIRED)
        await RemoteAgent(client, reached(asks), agent="billing").take(handoff.id)
        deed = await client.handoffs.wait_for_person(handoff.id)
        assert deed.state == "returned"
        assert "input required" in deed.text
        assert scenario.DEED in deed.text

        handoff = await handed_to_billing(client)
        nowhere = ClientFactory(ClientConfig(streaming=False)).create(
            AgentCard(
                name="Nobody",
                supported_interfaces=[
                    AgentInterface(protocol_binding="JSONRPC", url="http://127.0.0.1:9/a2a", protocol_version="1.0")
                ],
            )
        )
        await RemoteAgent(client, nowhere, agent="billing").take(handoff.id)
        assert "cannot be reached" in (await client.handoffs.wait_for_person(handoff.id)).text

    play(story)
