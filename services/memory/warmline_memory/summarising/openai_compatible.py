"""Any OpenAI-compatible endpoint, through the `openai` package. Loaded only where an endpoint is set.

A call runs in an event loop of its own, the one place beside the event stream that is not synchronous: so one deadline
ends it wherever it hangs, in a wait between retries or in an answer that drips, which a timeout per read does not.
"""

import asyncio
import logging
import re
import time
from collections.abc import Sequence

import openai
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam
from openai.types.chat.completion_create_params import ResponseFormat

from warmline_memory.briefs import BriefSource
from warmline_memory.errors import SetupError
from warmline_memory.language.one_reading import one_reading
from warmline_memory.settings import Settings
from warmline_memory.summarising import prompting, replies, telling
from warmline_memory.summarising.prompting import Prompt
from warmline_memory.summarising.summariser import Proposal
from warmline_schemas.briefs import Brief, FallBack, SectionName, SummaryReport

log = logging.getLogger(__name__)

OUTPUT_TOKENS = 2_000
"""What a model may write at most: a brief's words three times over, with ids and brackets."""
# The worker would take a brief whose lease has run out for abandoned, and begin anew.
PART_OF_LEASE = 0.8
"""The part of a brief's lease that a call may take: reading, checking, embedding and storing need the rest."""
MOST_TOKENS = 10**9
"""What an endpoint counts beyond this is no count."""
NO_KEY = "none"
"""What is sent to an endpoint that asks for no key: the client insists on one."""


class OpenAiCompatible:
    """An account by a language model, and briefs with what the record supports of it."""

    def __init__(self, settings: Settings) -> None:
        """Raises ``SetupError`` where the settings do not go together. The endpoint is not called yet."""
        _check(settings)
        self._settings = settings
        self._speaks_schema = True

    def propose(self, source: BriefSource) -> Proposal:
        """Ask the model for an account of a session. A fault of the endpoint is named in the report."""
        sections = [one.name for one in source.template.sections if one.name not in telling.RECORD_ONLY]
        memories = prompting.without_orders(source.memories)
        if not memories or not sections:
            return Proposal()
        return self._call(prompting.compose(source, memories, sections), sections)

    @one_reading()
    def write(self, source: BriefSource) -> Brief:
        """Write the brief of a session with what the record supports of the model's account."""
        return telling.with_account(source, self.propose(source), prompting.without_orders(source.memories))

    def _call(self, prompt: Prompt, sections: Sequence[SectionName]) -> Proposal:
        """The account that the endpoint gives, and what that took; no account where it was at fault."""
        started = time.monotonic()
        report = SummaryReport(model=self._settings.llm_model)
        account, why = None, None
        try:
            answer = asyncio.run(self._in_time(prompt, sections))
            report = report.model_copy(update=self._spent(answer))
            account = replies.read(_written(answer), prompt.shown, sections)
        except replies.UnusableReply as unusable:
            why = unusable.why
        except (TimeoutError, openai.OpenAIError, ValueError) as error:
            why = _why(error)
            log.warning("The language model did not help: %s (%s)", why, type(error).__name__)
        seconds = round(time.monotonic() - started, 3)
        return Proposal(account, report.model_copy(update={"seconds": seconds, "fell_back_because": why}))

    async def _in_time(self, prompt: Prompt, sections: Sequence[SectionName]) -> ChatCompletion:
        settings = self._settings
        async with (
            asyncio.timeout(settings.llm_timeout_seconds),
            openai.AsyncOpenAI(
                base_url=settings.llm_url,
                api_key=settings.llm_api_key.get_secret_value() or NO_KEY,
                timeout=settings.llm_timeout_seconds,
                max_retries=settings.llm_retries,
                http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False),
            ) as client,
        ):
            if not self._speaks_schema:
                return await self._ask(client, prompt)
            try:
                return await self._ask(client, prompt, replies.schema(sections))
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                answer = await self._ask(client, prompt)
                self._speaks_schema = False
                log.warning("The endpoint takes no JSON Schema; it is asked for plain JSON from now on")
                return answer

    async def _ask(
        self, client: openai.AsyncOpenAI, prompt: Prompt, schema: dict[str, object] | None = None
    ) -> ChatCompletion:
        """Ask for an answer of this JSON Schema, or, as older servers understand it, for any JSON."""
        messages: list[ChatCompletionMessageParam] = [
            {"role": "system", "content": prompt.orders},
            {"role": "user", "content": prompt.material},
        ]
        model = self._settings.llm_model
        if schema is not None:
            form: ResponseFormat = {
                "type": "json_schema",
                "json_schema": {"name": "brief", "schema": schema, "strict": True},
            }
            return await client.chat.completions.create(
                model=model, messages=messages, response_format=form, max_completion_tokens=OUTPUT_TOKENS
            )
        return await client.chat.completions.create(
            model=model,
            messages=messages,
            response_format={"type": "json_object"},
            max_tokens=OUTPUT_TOKENS,
            temperature=0,
        )

    def _spent(self, answer: ChatCompletion) -> dict[str, float | None]:
        """The tokens that an endpoint counted, and their cost where both prices are set."""
        usage = getattr(answer, "usage", None)
        tokens_in = _number(getattr(usage, "prompt_tokens", None))
        tokens_out = _number(getattr(usage, "completion_tokens", None))
        price_in, price_out = self._settings.llm_price_input, self._settings.llm_price_output
        cost = None
        if price_in is not None and price_out is not None:
            cost = (price_in * tokens_in + price_out * tokens_out) / 1_000_000
        return {"tokens_in": tokens_in, "tokens_out": tokens_out, "cost": cost}


def _check(settings: Settings) -> None:
    if not re.match(r"https?://[^/\s]", settings.llm_url):
        raise SetupError(what="WARMLINE_LLM_URL is no address.", fix="Set it to one such as https://host/v1.")
    if not settings.llm_model:
        raise SetupError(what="WARMLINE_LLM_URL is set and WARMLINE_LLM_MODEL is not.", fix="Name a model of it.")
    most = PART_OF_LEASE * settings.brief_lease_seconds
    if settings.llm_timeout_seconds > most:
        raise SetupError(
            what=f"WARMLINE_LLM_TIMEOUT_SECONDS is {settings.llm_timeout_seconds:g}, and a brief's lease "
            f"{settings.brief_lease_seconds:g} seconds.",
            fix=f"Set it to at most {most:g}, or raise WARMLINE_BRIEF_LEASE_SECONDS.",
        )


def _number(counted: object) -> int:
    """A number of tokens; 0 for what is none."""
    return counted if isinstance(counted, int) and 0 <= counted <= MOST_TOKENS else 0


def _written(answer: ChatCompletion) -> str | None:
    """What a model wrote. Raises ``UnusableReply`` where it refused, was cut off, or the answer is no chat completion:
    the client builds answers without looking whether they are whole."""
    try:
        choice = answer.choices[0]
        reason, content, refusal = choice.finish_reason, choice.message.content, choice.message.refusal
    except (AttributeError, IndexError, TypeError) as error:
        raise replies.UnusableReply(FallBack.INVALID) from error
    if refusal or reason == "content_filter":
        raise replies.UnusableReply(FallBack.REFUSED)
    if reason == "length":
        raise replies.UnusableReply(FallBack.TRUNCATED)
    return content


def _why(error: Exception) -> FallBack:
    match error:
        case TimeoutError() | openai.APITimeoutError():
            return FallBack.LATE
        case openai.APIConnectionError():
            return FallBack.UNREACHABLE
        case openai.APIStatusError():
            return FallBack.HTTP_ERROR
    return FallBack.INVALID
