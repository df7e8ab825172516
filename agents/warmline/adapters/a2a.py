"""A2A (``a2a-sdk``): a handoff is a task, and its brief is an artifact.

Agents of other makers hand over to people and agents of Warmline:
executor = WarmlineExecutor(client, to="human:ana")  # the ``agent_executor`` of a request handler

And what is handed over to a name is done by an agent behind A2A:
remote = RemoteAgent(client, await create_client("https://billing.example"), agent="billing")
await remote.take(handoff.id)
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

import anyio
from a2a.client import Client
from a2a.client.errors import A2AClientError
from a2a.helpers import (
    get_artifact_text,
    get_data_parts,
    get_message_text,
    new_data_part,
    new_task_from_user_message,
    new_text_message,
    new_text_part,
)
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.tasks import TaskUpdater
from a2a.types import GetTaskRequest, Message, Role, SendMessageRequest, StreamResponse, Task, TaskState
from pydantic import ValidationError

from warmline.adapters.engagement import Engagement
from warmline.adapters.handing_over import HandOver
from warmline.asynchronous.client import AsyncWarmline
from warmline.asynchronous.takeover import AsyncTakeover
from warmline.calls import Id
from warmline.errors import HandoffAccepted, HandoffStateForbids, WarmlineError
from warmline_schemas.claims import DeedState
from warmline_schemas.handoffs import Handoff, HandoffMode, HandoffWithBrief

logger = logging.getLogger("warmline")

MOST_REASON = 2_000
"""How many characters a reason, a note or an instruction has at most."""
BETWEEN_LOOKS = 1.0
"""Seconds between two looks at a task that the remote agent works on."""
UNDER_WAY = {TaskState.TASK_STATE_SUBMITTED, TaskState.TASK_STATE_WORKING}


class WarmlineExecutor(AgentExecutor):
    """An A2A agent whose tasks are handed over to ``to``: an agent, a person, a queue or a skill of Warmline.

    - ``namespace``: whose memories the conversation is; or a function that says so of a request. Without it, each
      context of A2A has a namespace of its own.
    - ``agent``: under which name the tasks are handed over.

    A task is at work until whoever takes it is done. What they gave back needs input: the next message of the task
    hands it over again, with what was said. A message may have a data part with ``reason``, ``goal``, ``urgency`` and
    ``account``.
    """

    def __init__(
        self,
        client: AsyncWarmline,
        *,
        to: str,
        namespace: str | Callable[[RequestContext], str] | None = None,
        agent: str = "a2a",
    ) -> None:
        self._client = client
        self._to = to
        self._namespace = namespace
        self._agent = agent
        # Requests of one conversation at once share an engagement: a message that is sent twice hands over once.
        self._engagements: WeakValueDictionary[str, Engagement] = WeakValueDictionary()

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Hand a task over, add the brief as its artifact, and wait until it is done."""
        assert context.message is not None  # noqa: S101 (the framework executes messages)
        if context.current_task is None:
            await event_queue.enqueue_event(new_task_from_user_message(context.message))
        updates = TaskUpdater(event_queue, str(context.task_id), str(context.context_id))
        try:
            asked = _asked(self._to, context.message)
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            return await updates.reject(new_text_message(f"This cannot be handed over ({faults})."))
        try:
            handoff = await self._handoff(context, context.message, asked)
            await self._show_brief(updates, await self._client.handoffs.wait(handoff.id))
            await self._settle(updates, handoff)
        except WarmlineError:
            # What happened stands in the log. Whoever calls may be a stranger, and learns nothing of what is inside.
            logger.exception("The task %s of A2A failed", context.task_id)
            await updates.failed(new_text_message("The task could not be handed over."))

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        """Cancel the handoff of a task, where nobody has taken it over yet."""
        updates = TaskUpdater(event_queue, str(context.task_id), str(context.context_id))
        with suppress(HandoffAccepted, HandoffStateForbids):  # they have begun, and end it in their own way
            if (handoff_id := _newest_handoff(context.current_task)) is not None:
                await self._client.handoffs.cancel(handoff_id, reason="The task was cancelled by A2A")
        await updates.cancel()

    async def _handoff(self, context: RequestContext, message: Message, asked: HandOver) -> Handoff:
        namespace = self._namespace_of(context)
        work = self._engagements.setdefault(namespace, Engagement(self._client, agent=self._agent, namespace=namespace))
        await work.warm_start()  # takes back what was given back
        if text := get_message_text(message):
            await work.record([{"role": "user", "content": text, "external_id": f"a2a:{message.message_id}"}])
        task = context.current_task
        known = _newest_handoff(task)
        if task is not None and known is not None and task.status.state in UNDER_WAY:
            return await self._client.handoffs.get(known)  # the server was started again meanwhile
        # Warm, so that it can be cancelled until somebody takes it.
        return await work.hand_off(message.message_id, **asked.model_dump(), mode=HandoffMode.WARM)

    def _namespace_of(self, context: RequestContext) -> str:
        if self._namespace is None:
            return f"a2a-{context.context_id}"
        return self._namespace(context) if callable(self._namespace) else self._namespace

    async def _show_brief(self, updates: TaskUpdater, handoff: HandoffWithBrief) -> None:
        brief = handoff.brief
        if brief is not None:
            parts = [new_text_part(brief.text, "text/markdown"), new_data_part(brief.model_dump(mode="json"))]
            await updates.add_artifact(parts, artifact_id=str(handoff.id), name="brief")

    async def _settle(self, updates: TaskUpdater, handoff: Handoff) -> None:
        await updates.start_work(new_text_message(f"{handoff.to} has this now."))
        deed = await self._client.handoffs.wait_for_person(handoff.id)
        said = new_text_message(deed.text, context_id=updates.context_id, task_id=updates.task_id)
        match deed.state:
            case DeedState.RETURNED:
                await updates.requires_input(said)
            case DeedState.CANCELLED:
                await updates.cancel(said)
            case DeedState.FAILED:
                await updates.failed(said)
            case _:
                await updates.complete(said)


class RemoteAgent:
    """An agent behind A2A, which does what is handed over to ``agent``."""

    def __init__(self, client: AsyncWarmline, remote: Client, *, agent: str) -> None:
        self._client = client
        self._remote = remote
        self._agent = agent

    async def take(self, handoff_id: Id) -> Handoff:
        """Accept a handoff, send its brief as a task, wait, and resolve it with the answer.

        Where the task was not completed, because it needs input or was refused, the handoff is given back with the
        reason; so it is where the remote agent cannot be reached. Raises the errors of ``client.accept``.
        """
        taken = await self._client.accept(handoff_id, agent=self._agent)
        try:
            state, said = await self._ask(taken)
        except A2AClientError as error:
            logger.warning("%s could not be asked: %s", self._agent, error)
            return await taken.give_back(f"{self._agent} cannot be reached by A2A: go on without it, or try again.")
        if said:
            await taken.session.remember(said, role="agent")
        if state == TaskState.TASK_STATE_COMPLETED:
            return await taken.resolve(said[:MOST_REASON] or "Done")
        why = TaskState.Name(state).removeprefix("TASK_STATE_").lower().replace("_", " ")
        return await taken.give_back(f"{self._agent} did not complete it ({why}): {said}"[:MOST_REASON])

    async def _ask(self, taken: AsyncTakeover) -> tuple[TaskState, str]:
        """Send the brief; the state that the task ended in, and what was said."""
        message = Message(
            # An id of its own for each handoff: who receives it twice can see that it is the same.
            message_id=str(taken.handoff.id),
            context_id=str(taken.handoff.chain_id),
            role=Role.ROLE_USER,
            parts=[new_text_part(taken.prompt, "text/markdown"), new_data_part(taken.brief.model_dump(mode="json"))],
        )
        task = Task()
        async for update in self._remote.send_message(SendMessageRequest(message=message)):
            if update.HasField("message"):
                return TaskState.TASK_STATE_COMPLETED, get_message_text(update.message)
            _follow(task, update)
        while task.status.state in UNDER_WAY:
            await anyio.sleep(BETWEEN_LOOKS)
            task = await self._remote.get_task(GetTaskRequest(id=task.id))
        said = [get_message_text(task.status.message), *map(get_artifact_text, task.artifacts)]
        return task.status.state, "\n\n".join(text for text in said if text)


def _asked(to: str, message: Message) -> HandOver:
    """What a message asks for: by its data, or else by its words."""
    given: dict[str, Any] = {"reason": get_message_text(message)[:MOST_REASON]}
    for data in get_data_parts(message.parts):
        if isinstance(data, dict):
            given |= {name: data[name] for name in ("reason", "goal", "urgency", "account") if name in data}
    asked = HandOver.model_validate({**given, "to": to})
    return HandOver.model_validate({**asked.model_dump(), "reason": asked.reason.strip() or None})


def _newest_handoff(task: Task | None) -> UUID | None:
    """The handoff of a task: its last brief has the same id."""
    briefs = [artifact.artifact_id for artifact in task.artifacts if artifact.name == "brief"] if task else []
    return UUID(briefs[-1]) if briefs else None


def _follow(task: Task, update: StreamResponse) -> None:
    """Bring a task up to date with an update of it."""
    if update.HasField("task"):
        task.CopyFrom(update.task)
    elif update.HasField("status_update"):
        task.id = update.status_update.task_id
        task.status.CopyFrom(update.status_update.status)
    elif update.HasField("artifact_update"):
        task.artifacts.append(update.artifact_update.artifact)
