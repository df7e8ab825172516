"""What the server offers: tools, resources and prompts."""

import json
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver import Context, Elicit, ElicitationResult, Resolve
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp.types import CallToolResult, InputRequiredResult, Tool
from pydantic import BaseModel, Field, SkipValidation, ValidationError
from pydantic_core import InitErrorDetails

from warmline.asynchronous import AsyncWarmline
from warmline.errors import WarmlineError
from warmline.mcp_server.workplaces import Workplace
from warmline.tools import (
    TOOLS,
    Account,
    AlsoElsewhere,
    HowItEnded,
    HowMany,
    HowMuch,
    HowUrgent,
    ReadBack,
    WhatFor,
    WhatSort,
    WhatToDo,
    WhatToFind,
    WhatToKeep,
    WhichHandoff,
    WhichToken,
    Whom,
    Why,
    refusal_of,
)
from warmline.transport import sdk_version
from warmline_schemas.drafts import Draft
from warmline_schemas.handoffs import HandoffState

INSTRUCTIONS = (
    "Warmline keeps what agents and people must know when work changes hands. Keep facts, decisions and promises with "
    "`remember` as you go; look earlier ones up with `recall`. When somebody else should go on, call `request_handoff` "
    "with an account of your work. When work was handed to you, call `accept_handoff` first."
)
WhichSession = Annotated[
    str,
    Field(max_length=100, description="The session_id of an earlier answer. Leave out for the one that you work in."),
]
# Seconds. How long a draft that is still being written is waited for.
WRITING_SECONDS = 30.0

Found = dict[str, Any]


class Review(BaseModel):
    """What a person says of a draft."""

    decision: Literal["confirm", "cancel", "later"] = Field(
        description="confirm hands it on as it is, cancel keeps the work here, later leaves it to the console"
    )


Reading = SkipValidation[Context[Any, Any]]
"""The context in which a resource is read. Releases before 2.3 would validate it, and with that lose its request."""


class PlainServer(MCPServer[Any]):
    """Refuses wrong arguments in the words of the toolbox, which say what is wrong and what would be right."""

    async def list_tools(self) -> list[Tool]:
        """The tools. Their schemas allow no argument that is not named: what is sent beside them is refused."""
        return [
            tool.model_copy(update={"input_schema": {**tool.input_schema, "additionalProperties": False}})
            for tool in await super().list_tools()
        ]

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool. Raises ``ToolError`` for wrong arguments, among them those that the tool does not have."""
        schema = next((tool.input_schema for tool in await self.list_tools() if tool.name == name), None)
        # The library drops arguments that it does not know: a misspelt one would be lost in silence.
        if schema and (unknown := sorted(arguments.keys() - schema["properties"].keys())):
            raise ToolError(refusal_of(name, schema, _unknown(name, unknown)))
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if schema is None or not isinstance(error.__cause__, ValidationError):
                raise
            raise ToolError(refusal_of(name, schema, error.__cause__)) from error.__cause__


def build(workplace: Workplace) -> MCPServer[Any]:
    """Build the server. ``workplace`` finds the connection and the toolbox of each call."""
    server = PlainServer(
        "warmline", title="Warmline", instructions=INSTRUCTIONS, version=sdk_version(), log_level="WARNING"
    )
    _add_memories(server, workplace)
    _add_handoffs(server, workplace)
    _add_review(server, workplace)
    _add_resources(server, workplace)
    _add_prompts(server)
    return server


def _add_memories(server: MCPServer[Any], workplace: Workplace) -> None:
    @server.tool(description=TOOLS["remember"].description)
    async def remember(
        ctx: Context[Any, Any],
        content: WhatToKeep,
        kind: WhatSort | None = None,
        importance: HowMuch | None = None,
        session_id: WhichSession | None = None,
    ) -> Found:
        return await _called(workplace, ctx, "remember", session_id, content=content, kind=kind, importance=importance)

    @server.tool(description=TOOLS["recall"].description)
    async def recall(
        ctx: Context[Any, Any],
        query: WhatToFind,
        top_k: HowMany | None = None,
        other_branches: AlsoElsewhere | None = None,
        session_id: WhichSession | None = None,
    ) -> Found:
        asked = {"query": query, "top_k": top_k, "other_branches": other_branches}
        return await _called(workplace, ctx, "recall", session_id, **asked)


def _add_handoffs(server: MCPServer[Any], workplace: Workplace) -> None:
    @server.tool(description=f"{TOOLS['request_handoff'].description} Show the draft with `review_handoff`.")
    async def request_handoff(
        ctx: Context[Any, Any],
        to: Whom,
        reason: Why,
        goal: WhatFor | None = None,
        urgency: HowUrgent | None = None,
        account: Account | None = None,
        session_id: WhichSession | None = None,
    ) -> Found:
        given = {"to": to, "reason": reason, "goal": goal, "urgency": urgency, "account": account}
        asked = await _called(workplace, ctx, "request_handoff", session_id, **given)
        return {**asked, "review": _console_page(workplace.client(ctx), asked["handoff_id"])}

    @server.tool(description=TOOLS["accept_handoff"].description)
    async def accept_handoff(
        ctx: Context[Any, Any], handoff_id: WhichHandoff, read_back: ReadBack | None = None
    ) -> Found:
        return await _called(workplace, ctx, "accept_handoff", None, handoff_id=handoff_id, read_back=read_back)

    @server.tool(description=TOOLS["return_handoff"].description)
    async def return_handoff(
        ctx: Context[Any, Any], handoff_id: WhichHandoff, instruction: WhatToDo, token: WhichToken | None = None
    ) -> Found:
        given = {"handoff_id": handoff_id, "instruction": instruction, "token": token}
        return await _called(workplace, ctx, "return_handoff", None, **given)

    @server.tool(description=TOOLS["resolve"].description)
    async def resolve(
        ctx: Context[Any, Any], handoff_id: WhichHandoff, note: HowItEnded, token: WhichToken | None = None
    ) -> Found:
        return await _called(workplace, ctx, "resolve", None, handoff_id=handoff_id, note=note, token=token)


def _add_review(server: MCPServer[Any], workplace: Workplace) -> None:
    async def ask(handoff_id: WhichHandoff, ctx: Context[Any, Any]) -> Elicit[Review] | Review:
        # A client that cannot ask would end the call before the tool could name the console.
        if not _can_ask(ctx):
            return Review(decision="later")
        draft = await _draft(workplace.client(ctx), str(handoff_id))
        # In the stateless era this runs again with the answer: the question must be the same while the draft is.
        return Elicit(f"Hand this on?\n\n{draft.brief.text}", Review)

    @server.tool(
        description="Show the draft of a handoff to the person at this client, who confirms or cancels it. Where the "
        "client cannot ask, the answer has the page of the console."
    )
    async def review_handoff(
        ctx: Context[Any, Any],
        handoff_id: WhichHandoff,
        answer: Annotated[ElicitationResult[Review], Resolve(ask)],
    ) -> Found:
        client, page = workplace.client(ctx), _console_page(workplace.client(ctx), str(handoff_id))
        decision = answer.data.decision if answer.action == "accept" else "later"
        try:
            if decision == "confirm":
                draft = await _draft(client, str(handoff_id))
                handoff = await client.handoffs.confirm(handoff_id, revision=draft.revision)
            elif decision == "cancel":
                handoff = await client.handoffs.cancel(handoff_id)
            else:
                handoff = await client.handoffs.get(handoff_id)
        except WarmlineError as error:
            raise ToolError(str(error)) from error
        found = {"state": handoff.state.value, "handoff_id": str(handoff.id), "to": handoff.to}
        if decision != "later":
            return found
        return {**found, "review": page, "message": f"Nothing was decided here. The draft is reviewed at {page}."}


def _add_resources(server: MCPServer[Any], workplace: Workplace) -> None:
    @server.resource("warmline://handoffs/{handoff_id}/brief", name="brief", mime_type="text/markdown")
    async def brief(handoff_id: str, ctx: Reading) -> str:
        """The brief of a handoff: what whoever goes on must know."""
        try:
            return await workplace.client(ctx).handoffs.brief(handoff_id, "markdown")
        except WarmlineError as error:
            raise ResourceError(str(error)) from error

    @server.resource("warmline://chains/{chain_id}", name="chain", mime_type="application/json")
    async def chain(chain_id: str, ctx: Reading) -> str:
        """A chain: all sessions and handoffs of one piece of work."""
        try:
            tree = await workplace.client(ctx).chains.tree(chain_id)
        except WarmlineError as error:
            raise ResourceError(str(error)) from error
        return tree.model_dump_json(indent=2)


def _add_prompts(server: MCPServer[Any]) -> None:
    @server.prompt(description="Hand this work over, with an account of it.")
    def handoff(to: str, reason: str = "The context is nearly full") -> str:
        return (
            f"Hand this work over to {to}. First write an account of it as Markdown, with the headings Wanted, Done, "
            "Failed, Decided, Promised, Open questions and Next steps where they apply: short sentences with the exact "
            "identifiers, amounts, dates, commands and paths, and only what was said or done here. Then call "
            f"`request_handoff` with to={to!r}, reason={reason!r}, a goal that can be checked, and the account. Then "
            "call `review_handoff` with the id of the answer."
        )

    @server.prompt(description="Go on with work that was handed over.")
    def resume(handoff_id: str) -> str:
        return (
            f"Go on with work that was handed over: call `accept_handoff` with handoff_id={handoff_id!r}, read the "
            "prompt of the answer, and do what it says comes next. Keep what you find out with `remember`. When the "
            "work is done, call `resolve`; where it cannot be done here, call `return_handoff`."
        )


async def _called(
    workplace: Workplace, context: Context[Any, Any], name: str, session_id: str | None, **given: Any
) -> Found:
    arguments = {argument: value for argument, value in given.items() if value is not None}
    try:
        toolbox = await workplace.toolbox(context, session_id)
    except WarmlineError as error:
        raise ToolError(f"{name} did not work: {error}") from error
    answer = await toolbox.call(name, arguments)
    # The text of an exception is what the model reads.
    if answer.is_error:
        raise ToolError(answer.content)
    found: Found = json.loads(answer.content)
    return found


def _unknown(name: str, arguments: list[str]) -> ValidationError:
    faults: list[InitErrorDetails] = [{"type": "extra_forbidden", "loc": (one,), "input": None} for one in arguments]
    return ValidationError.from_exception_data(name, faults)


async def _draft(client: AsyncWarmline, handoff_id: str) -> Draft:
    try:
        handoff = await client.handoffs.wait(handoff_id, timeout=WRITING_SECONDS)
        if handoff.state is not HandoffState.DRAFTED:
            raise ToolError(f"Handoff {handoff_id} is {handoff.state.value}: there is no draft to review.")
        return await client.handoffs.draft(handoff_id)
    except WarmlineError as error:
        raise ToolError(str(error)) from error


def _can_ask(context: Context[Any, Any]) -> bool:
    capabilities = context.client_capabilities
    return bool(capabilities and capabilities.elicitation)


def _console_page(client: AsyncWarmline, handoff_id: str) -> str:
    return f"{client.url}/console/drafts/{handoff_id}"
