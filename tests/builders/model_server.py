"""A model server for real coding agents: it speaks what Anthropic's and OpenAI's clients stream, and follows a script.

A script says for words of the person what the model does then, step by step: it uses a tool, or it says something.
Which step is next follows from the conversation alone, as a client sends it whole with each request.
"""

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

NOTHING_LEFT = "Done."
SHELLS = {"Bash": "command", "bash": "command", "exec_command": "cmd", "shell_command": "command", "shell": "command"}
"""What the agents call their shell, and its argument with the command."""
SEARCH = "ToolSearch"
"""How Claude Code calls the tool by which a model asks for tools of MCP servers, which it does not offer at once."""


@dataclass(frozen=True)
class Uses:
    """The model uses a tool. ``tool`` is the end of its name."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Runs:
    """The model runs a command in whatever shell the agent has."""

    command: str


Step = str | Uses | Runs
Script = Mapping[str, Sequence[Step | Callable[["Conversation"], Step]]]


@dataclass
class Conversation:
    """What a client sent, oldest first: whose words or which result, and the text. ``tools`` are those it offers."""

    rows: list[tuple[str, str]]
    tools: list[tuple[str, str | None]]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join(text for _, text in self.rows)

    def of(self, *roles: str) -> str:
        """The words of some."""
        return "\n".join(text for role, text in self.rows if role in roles)


class ModelServer:
    """Serves on a port of the loopback interface. ``asked`` are the conversations that came with tools, in order."""

    def __init__(self, script: Script) -> None:
        self.script = dict(script)
        self.asked: list[Conversation] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def step(self, asked: Conversation) -> Step:
        """The next step: that of the script's words which the person said last, by how many results came since."""
        # A request without tools is the client's own, such as for a title.
        if not asked.tools:
            return "A title"
        self.asked.append(asked)
        said = [(at, key) for at, (role, text) in enumerate(asked.rows) if role == "user"
                for key in self.script if key in text]  # fmt: skip
        if not said:
            return NOTHING_LEFT
        at, key = said[-1]
        steps = self.script[key]
        done = sum(role == "result" for role, _ in asked.rows[at + 1 :])
        step = steps[done] if done < len(steps) else NOTHING_LEFT
        return step(asked) if callable(step) else step

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send("application/json", json.dumps({"data": [], "models": []}))

            def do_HEAD(self) -> None:
                self._send("application/json", "")

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
                protocol = next(
                    (one for end, one in PROTOCOLS.items() if self.path.partition("?")[0].endswith(end)), None
                )
                if protocol is None:
                    return self._send("application/json", json.dumps({"input_tokens": 100}))
                read, write = protocol
                step, asked = NOTHING_LEFT, read(body)
                step = server.step(asked)
                events = write(*_call(step, asked))
                return self._send("text/event-stream", "".join(events))

            def _send(self, kind: str, body: str) -> None:
                content = body.encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler

    def start(self) -> None:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def a_model_server(script: Script) -> Iterator[ModelServer]:
    """A server that follows a script until the block ends."""
    server = ModelServer(script)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _call(step: Step, asked: Conversation) -> tuple[str, tuple[str, str | None] | None, dict[str, Any]]:
    """A step as its text, or as a tool that the client offers with its arguments."""
    if isinstance(step, str):
        return step, None, {}
    names = [name for name, _ in asked.tools]
    if isinstance(step, Uses) and SEARCH in names and not any(name.endswith(step.tool) for name in names):
        return "", (SEARCH, None), {"query": step.tool, "max_results": 5}
    if isinstance(step, Runs):
        shell = next(name for name in SHELLS if name in names)
        about = {} if shell == "exec_command" else {"description": "Run it"}
        return "", (shell, None), {SHELLS[shell]: step.command, **about}
    offered = next((one for one in asked.tools if one[0].endswith(step.tool)), None)
    assert offered, f"{step.tool} is not among the tools offered: {names}"
    return "", offered, dict(step.arguments)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(str(one.get("text", "")) for one in content or [] if isinstance(one, Mapping))


def _read_messages(body: Mapping[str, Any]) -> Conversation:
    """A request to Anthropic's `/v1/messages`."""
    rows = [("system", _text(body.get("system")))]
    searches = set()
    for message in body["messages"]:
        content = message["content"]
        for block in [{"type": "text", "text": content}] if isinstance(content, str) else content:
            if block["type"] == "tool_use" and block["name"] == SEARCH:
                searches.add(block["id"])
            # A search for tools is no step of the script.
            elif block["type"] == "tool_result" and block["tool_use_id"] not in searches:
                rows.append(("result", _text(block.get("content"))))
            elif block["type"] == "text":
                rows.append((message["role"], block["text"]))
    return Conversation(rows, [(tool["name"], None) for tool in body.get("tools") or []])


def _read_responses(body: Mapping[str, Any]) -> Conversation:
    """A request to OpenAI's `/v1/responses`."""
    rows = [("system", str(body.get("instructions") or ""))]
    for item in body["input"]:
        if item["type"] == "message":
            rows.append((item["role"], _text(item["content"])))
        elif item["type"].endswith("_output"):
            rows.append(("result", _text(item["output"])))
    tools: list[tuple[str, str | None]] = []
    for tool in body.get("tools") or []:
        inside = tool.get("tools") if tool.get("type") == "namespace" else None
        tools += [(one["name"], tool["name"]) for one in inside or []] or [(tool.get("name", tool["type"]), None)]
    return Conversation(rows, tools)


def _read_chat(body: Mapping[str, Any]) -> Conversation:
    """A request to OpenAI's `/v1/chat/completions`."""
    rows = [("result" if one["role"] == "tool" else one["role"], _text(one.get("content"))) for one in body["messages"]]
    return Conversation(rows, [(tool["function"]["name"], None) for tool in body.get("tools") or []])


def _write_messages(text: str, tool: tuple[str, str | None] | None, given: Mapping[str, Any]) -> Iterable[str]:
    usage = {"input_tokens": 100, "output_tokens": 20}
    message = {"id": f"msg_{uuid4().hex}", "type": "message", "role": "assistant", "model": "scripted", "content": [],
               "stop_reason": None, "stop_sequence": None, "usage": usage}  # fmt: skip
    if tool:
        block: dict[str, Any] = {"type": "tool_use", "id": f"toolu_{uuid4().hex}", "name": tool[0], "input": {}}
        delta = {"type": "input_json_delta", "partial_json": json.dumps(given)}
    else:
        block, delta = {"type": "text", "text": ""}, {"type": "text_delta", "text": text}
    for event in (
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use" if tool else "end_turn", "stop_sequence": None},
         "usage": usage},
        {"type": "message_stop"},
    ):  # fmt: skip
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


def _write_responses(text: str, tool: tuple[str, str | None] | None, given: Mapping[str, Any]) -> Iterable[str]:
    own_id = f"resp_{uuid4().hex}"
    if tool:
        item: dict[str, Any] = {"type": "function_call", "id": f"fc_{uuid4().hex}", "call_id": f"call_{uuid4().hex}",
                                "name": tool[0], "arguments": json.dumps(given), "status": "completed"}  # fmt: skip
        if tool[1]:
            item["namespace"] = tool[1]
    else:
        item = {"type": "message", "id": f"msg_{uuid4().hex}", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": text, "annotations": []}]}  # fmt: skip
    usage = {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 0}, "output_tokens": 20,
             "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 120}  # fmt: skip
    for event in (
        {"type": "response.created", "response": {"id": own_id}},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": {"id": own_id, "usage": usage}},
    ):
        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"


def _write_chat(text: str, tool: tuple[str, str | None] | None, given: Mapping[str, Any]) -> Iterable[str]:
    about = {"id": f"chatcmpl-{uuid4().hex}", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    delta: dict[str, Any] = {"role": "assistant"}
    if tool:
        called = {"name": tool[0], "arguments": json.dumps(given)}
        delta["tool_calls"] = [{"index": 0, "id": f"call_{uuid4().hex}", "type": "function", "function": called}]
    else:
        delta["content"] = text
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    end = {"index": 0, "delta": {}, "finish_reason": "tool_calls" if tool else "stop"}
    yield f"data: {json.dumps({**about, 'choices': [{'index': 0, 'delta': delta, 'finish_reason': None}]})}\n\n"
    yield f"data: {json.dumps({**about, 'choices': [end], 'usage': usage})}\n\n"
    yield "data: [DONE]\n\n"


PROTOCOLS: Mapping[str, tuple[Callable[[Mapping[str, Any]], Conversation], Callable[..., Iterable[str]]]] = {
    "/messages": (_read_messages, _write_messages),
    "/responses": (_read_responses, _write_responses),
    "/chat/completions": (_read_chat, _write_chat),
}
