"""Answering: the bot is asked when it is its turn, and speaks only while it is the one who may."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakValueDictionary

from warmline.asynchronous import AsyncWarmline
from warmline.errors import HandoffInProgress, WarmlineError
from warmline.web_chat.bots import Bot, Chat, HandOver, Line, Who, answer_of
from warmline.web_chat.conversations import SAID, Conversations
from warmline_schemas.claims import Owner
from warmline_schemas.handoffs import HandoffMode, HandoffState
from warmline_schemas.memories import Memory, Role
from warmline_schemas.targets import TargetKind, kind_of

logger = logging.getLogger("warmline")

MOST_LINES = 200
"""How much of a conversation a bot is shown at most; the newest."""
INSTRUCTION = "instruction"
MOST_SILENT = 10_000
"""So many silences are remembered; then bots are asked once more what they had nothing to say to."""


@dataclass(frozen=True)
class Due:
    """What waits for the bot's answer, under an id by which it is answered once."""

    id: str
    chat: Chat


class Answering:
    """Lets a bot answer, one turn of a visitor at a time. ``ring`` is called when it begins to work, and at its end."""

    def __init__(
        self, client: AsyncWarmline, conversations: Conversations, bot: Bot, ring: Callable[[str], None]
    ) -> None:
        self._client = client
        self._conversations = conversations
        self._bot = bot
        self._ring = ring
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._silent: dict[str, str] = {}
        self.working: set[str] = set()
        """The visitors whose answer is being made."""

    async def look(self, visitor: str) -> None:
        """Answer what waits for the bot, if anything does. What was answered before is not answered again."""
        turn = self._turns.setdefault(visitor, asyncio.Lock())
        async with turn:
            try:
                while (due := await self._due(visitor)) is not None:
                    if not await self._answer(visitor, due):
                        return
            except WarmlineError as error:
                # Whoever writes or comes next lets it look again.
                logger.warning("Visitor %s is not answered now: %s", visitor, error)

    async def take_back_all(self) -> None:
        """Look after every conversation that was given back to the bot meanwhile."""
        waiting = self._client.handoffs.list(to=self._conversations.agent, state=HandoffState.READY)
        for visitor in {self._conversations.visitor_in(one.namespace) async for one in waiting} - {None}:
            await self.look(str(visitor))

    async def _due(self, visitor: str) -> Due | None:
        chain = await self._conversations.newest_chain(visitor)
        owner = None if chain is None else await self._owner(chain)
        if owner is None or not owner.may_reply or owner.session_id is None:
            return None
        found = self._client.memories.list(
            namespace=self._conversations.namespace(visitor), kind=[*SAID, INSTRUCTION], page_size=MOST_LINES
        )
        newest: list[Memory] = []
        async for memory in found:
            newest.append(memory)
            if len(newest) == MOST_LINES:
                break
        due = await self._unanswered(owner.session_id, owner.chain_id, newest, self._conversations.namespace(visitor))
        return None if due is None or self._silent.get(visitor) == due.id else due

    async def _owner(self, chain: UUID) -> Owner | None:
        """Who speaks, once the bot has taken back what was given back to it; None while people are awaited."""
        agent = self._conversations.agent
        owner = await self._client.chains.owner(chain, agent=agent)
        if owner.waiting_handoff_id is None:
            return owner
        handoff = await self._client.handoffs.get(owner.waiting_handoff_id)
        if handoff.to != agent or handoff.state is not HandoffState.READY:
            return None
        await self._client.handoffs.accept(handoff.id, agent=agent)
        return await self._client.chains.owner(chain, agent=agent)

    async def _unanswered(
        self, session_id: UUID, chain_id: UUID, newest: Sequence[Memory], namespace: str
    ) -> Due | None:
        """What nobody of our side has answered yet: the visitor's words, or an instruction of a person's."""
        open_ones: list[Memory] = []
        for memory in newest:
            if _is_said(memory) and memory.role is not Role.USER:
                break
            open_ones.insert(0, memory)
        instructions = [one for one in open_ones if one.kind == INSTRUCTION]
        wish = instructions[-1].content if instructions else None
        answers = str(open_ones[-1].id) if open_ones else None
        if wish is None and not any(one.session_id == session_id and one.role is Role.AGENT for one in newest):
            session = await self._client.sessions.get(session_id)
            if session.handoff_id is not None:
                wish = (await self._client.handoffs.get(session.handoff_id)).goal
                answers = answers or str(session_id)
        if answers is None:
            return None
        said = [one for one in open_ones if _is_said(one)]
        lines = [Line(_who(one), one.content) for one in reversed(newest) if _is_said(one)]
        languages = [one.metadata["language"] for one in newest if one.metadata.get("language")]
        text = "\n".join(one.content for one in said)
        language = str(languages[0]) if languages else "en"
        return Due(answers, Chat(text, language, lines, wish, namespace, chain_id, session_id))

    async def _answer(self, visitor: str, due: Due) -> bool:
        """Ask the bot, and say what it answers; whether it has said something."""
        self.working.add(visitor)
        self._ring(visitor)
        try:
            answer = await answer_of(self._bot, due.chat)
        # Whatever a bot of yours raises, the conversation is there, and its visitor can still get a person.
        except Exception:
            logger.exception("The bot failed to answer visitor %s", visitor)
            answer = None
        finally:
            self.working.discard(visitor)
            self._ring(visitor)
        if isinstance(answer, HandOver):
            return await self._hand_over(due, answer)
        if answer is None:
            if len(self._silent) >= MOST_SILENT:
                self._silent.clear()
            self._silent[visitor] = due.id
            return False
        chat = due.chat
        return await self._conversations.say(chat.chain_id, answer, answers=due.id, language=chat.language)

    async def _hand_over(self, due: Due, ask: HandOver) -> bool:
        try:
            # Warm: the bot's session stays open until somebody accepts, so that nothing of the wait is lost.
            await self._client.handoffs.request(
                due.chat.session_id,
                to=ask.to,
                reason=ask.reason,
                goal=ask.goal,
                mode=HandoffMode.WARM,
                language=due.chat.language,
                idempotency_key=f"web-chat-{due.id}",
            )
        except HandoffInProgress:
            return False
        if ask.say is not None:
            await self._conversations.say(due.chat.chain_id, ask.say, answers=due.id, language=due.chat.language)
        return False


def _is_said(memory: Memory) -> bool:
    """Whether it was said to the other side; files that colleagues keep for themselves are nobody's words."""
    return memory.kind in SAID and (memory.kind == "message" or memory.role is not None)


def _who(memory: Memory) -> Who:
    if memory.role is Role.USER:
        return "visitor"
    return "person" if memory.agent is not None and kind_of(memory.agent) is TargetKind.HUMAN else "bot"
