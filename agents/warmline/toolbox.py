# Written by `python -m tests.sync_client` from asynchronous/toolbox.py: change that one.
"""The toolbox: carries out the calls of a model for one agent, and answers so that the model can go on."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from warmline.client import Warmline
from warmline.errors import NothingHeld, WarmlineError
from warmline.live import LiveSession
from warmline.tools import (
    TOOLS,
    AcceptArguments,
    Arguments,
    RecallArguments,
    RememberArguments,
    RequestArguments,
    ResolveArguments,
    ReturnArguments,
    ToolAnswer,
    anthropic_tools,
    openai_tools,
    read_arguments,
)
from warmline_schemas.memories import Memory
from warmline_schemas.sessions import SessionState

logger = logging.getLogger("warmline")


class Toolbox:
    """The six tools of ``warmline.tools`` for one agent in one namespace.

    - ``session``: the session that the agent works in. Where it is left out, the agent's newest open session in the
      namespace is taken, and a new one is started where there is none.
    - ``review``: handoffs that the model requests wait as drafts until somebody confirms them.
    - ``branch``: says on which branch of the code the agent works. It is noted in what is remembered; what was kept on
      others is recalled only where the model asks for it.

    A model never makes ``call`` raise an error: whatever it wrote, and whatever the platform refused, is an answer with
    ``is_error``. Calls can run at the same time.
    """

    def __init__(
        self,
        client: Warmline,
        *,
        session: LiveSession | None = None,
        agent: str | None = None,
        namespace: str | None = None,
        review: bool = True,
        branch: Callable[[], str | None] = lambda: None,
    ) -> None:
        if session is None and not (agent and namespace):
            raise TypeError("a toolbox needs a session, or an agent and a namespace")
        self._client = client
        self.session = session
        self.agent = session.agent if session else str(agent)
        self.namespace = session.namespace if session else str(namespace)
        self._review = review
        self._branch = branch
        self._tokens: dict[UUID, int] = {}

    def openai(self) -> list[dict[str, Any]]:
        """Return the tools for OpenAI's API, with strict schemas."""
        return openai_tools()

    def anthropic(self) -> list[dict[str, Any]]:
        """Return the tools for Anthropic's API."""
        return anthropic_tools()

    def call(self, name: str, arguments: str | bytes | Mapping[str, Any], *, call_id: str | None = None) -> ToolAnswer:
        """Carry out a call. ``arguments`` is an object, or its JSON text, as some APIs give it.

        ``call_id`` is the model's id of the call: a call that is repeated under its id is carried out once.
        """
        tool = TOOLS.get(name)
        if tool is None:
            return ToolAnswer(f"There is no tool {name!r}: call one of {', '.join(TOOLS)}.", is_error=True)
        try:
            asked = read_arguments(tool.arguments, arguments)
            answer = self._carry_out(asked, call_id)
        except ValidationError as error:
            return ToolAnswer(tool.refusal(error), is_error=True)
        except WarmlineError as error:
            logger.info("The tool %s failed: %s", name, error)
            return ToolAnswer(f"{name} did not work: {error}", is_error=True)
        return ToolAnswer(json.dumps(answer, ensure_ascii=False))

    def remember(self, asked: RememberArguments, *, call_id: str | None = None) -> dict[str, Any]:
        """Keep one memory in the agent's session."""
        session = self.open_session()
        memory = self._client.memories.remember(
            asked.content,
            session_id=session.id,
            kind=asked.kind,
            importance=asked.importance,
            metadata={"branch": branch} if (branch := self._branch()) else None,
            idempotency_key=_key(session, call_id),
        )
        return {"memory_id": str(memory.id), "session_id": str(session.id)}

    def recall(self, asked: RecallArguments) -> dict[str, Any]:
        """Look up memories of the namespace, best first."""
        branch = None if asked.other_branches else self._branch()
        found = self._client.memories.recall(
            asked.query, namespace=self.namespace, top_k=asked.top_k or 10, branch=branch
        )
        return {"memories": [_shown(result.memory) for result in found.results]}

    def request_handoff(self, asked: RequestArguments, *, call_id: str | None = None) -> dict[str, Any]:
        """Request a handoff of the agent's session. It confirms nothing."""
        session = self.open_session()
        handoff = session.hand_off(
            to=asked.to,
            reason=asked.reason,
            goal=asked.goal,
            urgency=asked.urgency,
            account=asked.account,
            review=self._review or None,
            idempotency_key=_key(session, call_id),
        )
        what = "A draft of the brief waits for review" if self._review else "The brief is being written"
        return {"handoff_id": str(handoff.id), "to": handoff.to, "message": f"{what}. Go on until you are told."}

    def accept_handoff(self, asked: AcceptArguments) -> dict[str, Any]:
        """Take a handoff over as the agent. The agent works in its session from then on."""
        takeover = self._client.accept(asked.handoff_id, agent=self.agent, read_back=asked.read_back, lean=True)
        self.session = takeover.session
        self.namespace = takeover.session.namespace
        if takeover.token is not None:
            self._tokens[takeover.handoff.id] = takeover.token
        return {
            "handoff_id": str(takeover.handoff.id),
            "token": takeover.token,
            "session_id": str(takeover.session.id),
            "namespace": self.namespace,
            "opening": takeover.opening,
            "prompt": takeover.prompt,
        }

    def return_handoff(self, asked: ReturnArguments) -> dict[str, Any]:
        """Give a handoff that the agent holds back to the agent that handed over."""
        token = self._token(asked.handoff_id, asked.token)
        onward = self._client.handoffs.give_back(asked.handoff_id, token=token, instruction=asked.instruction)
        return {"handoff_id": str(onward.id), "to": onward.to, "message": "The work goes back. Do no more of it."}

    def resolve(self, asked: ResolveArguments) -> dict[str, Any]:
        """Close a handoff that the agent holds."""
        token = self._token(asked.handoff_id, asked.token)
        handoff = self._client.handoffs.resolve(asked.handoff_id, token=token, note=asked.note)
        return {"handoff_id": str(handoff.id), "state": handoff.state.value}

    def open_session(self) -> LiveSession:
        """Return the session that the agent works in; start one where there is none."""
        if self.session is None:
            newest = self._client.sessions.list(
                namespace=self.namespace, agent=self.agent, state=SessionState.OPEN, page_size=1
            )
            for found in newest:
                self.session = self._client.session(id=found.id)
                break
            else:
                self.session = self._client.session(agent=self.agent, namespace=self.namespace)
        return self.session

    def _carry_out(self, asked: Arguments, call_id: str | None) -> dict[str, Any]:
        match asked:
            case RememberArguments():
                return self.remember(asked, call_id=call_id)
            case RecallArguments():
                return self.recall(asked)
            case RequestArguments():
                return self.request_handoff(asked, call_id=call_id)
            case AcceptArguments():
                return self.accept_handoff(asked)
            case ReturnArguments():
                return self.return_handoff(asked)
            case ResolveArguments():
                return self.resolve(asked)
        raise AssertionError("there are no other tools")

    def _token(self, handoff_id: UUID, given: int | None) -> int:
        token = given or self._tokens.get(handoff_id)
        if token is None:
            raise NothingHeld(f"You do not hold handoff {handoff_id}: accept it, and give the token of the answer.")
        return token


def _shown(memory: Memory) -> dict[str, Any]:
    shown = {"content": memory.content, "kind": memory.kind, "agent": memory.agent, "at": memory.created_at.isoformat()}
    on = {"branch": memory.metadata["branch"]} if memory.metadata.get("branch") else {}
    return {**shown, **on, "memory_id": str(memory.id)}


def _key(session: LiveSession, call_id: str | None) -> str | None:
    # The ids that models give are unique in a conversation, not in a tenant.
    return f"{session.id}:{call_id}" if call_id else None
