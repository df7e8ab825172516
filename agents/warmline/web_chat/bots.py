"""Bots of yours: a function that answers a visitor, or hands the conversation over to people."""

import inspect
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal
from uuid import UUID

import anyio.to_thread

from warmline.errors import NotConfigured

Who = Literal["visitor", "bot", "person"]


@dataclass(frozen=True)
class Line:
    """One message of a conversation."""

    who: Who
    text: str


@dataclass(frozen=True)
class Chat:
    """What a bot is asked to answer."""

    text: str
    """What the visitor wrote since the last answer; empty where a person gave the conversation back after theirs."""
    language: str
    """The language of the visitor's page or browser, as a tag of BCP 47 such as `de` or `pt-BR`."""
    lines: Sequence[Line]
    """The conversation so far, oldest first, with what people said in it."""
    instruction: str | None
    """What the bot should do, where a person gave the conversation back with an instruction. It is no message to the
    visitor."""
    namespace: str
    """Whose memories these are."""
    chain_id: UUID
    """The case."""
    session_id: UUID
    """The bot's session in it."""


@dataclass(frozen=True)
class HandOver:
    """Hands the conversation over; the bot is asked again when it comes back."""

    to: str
    """Such as `queue:billing`, `skill:refunds` or `human:ana`."""
    reason: str
    """Why, in one sentence, for whoever takes it."""
    say: str | None = None
    """What the visitor is told."""
    goal: str | None = None
    """What whoever takes it should achieve."""


Answer = str | HandOver | None
Bot = Callable[[Chat], Answer | Awaitable[Answer]]
"""Returns what to say, to whom to hand over, or None to be silent. With or without ``async``."""


def load_bot(name: str) -> Bot:
    """The function that ``module:function`` names, also of a module in this folder. Raises ``NotConfigured``."""
    module, _, function = name.partition(":")
    if not module or not function:
        raise NotConfigured(f"{name!r} names no bot: write module:function, such as my_shop.bot:answer.")
    # A command does not look for modules where it is called, as `python -m` does.
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise NotConfigured(f"The bot {name!r} cannot be loaded: {error}.") from error
    if not callable(found):
        raise NotConfigured(f"{name!r} is no function, so that it cannot answer.")
    bot: Bot = found
    return bot


async def answer_of(bot: Bot, chat: Chat) -> Answer:
    """Ask a bot. One without ``async`` works in a thread, so that others need not wait for it."""
    if inspect.iscoroutinefunction(bot):
        answer = await bot(chat)
    else:
        answer = await anyio.to_thread.run_sync(bot, chat)
        answer = await answer if inspect.isawaitable(answer) else answer
    if not isinstance(answer, str | HandOver | None):
        raise TypeError(f"a bot returns a text, a HandOver or None, and not {type(answer).__name__}")
    return answer or None
