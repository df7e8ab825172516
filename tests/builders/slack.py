"""A Slack for tests: an HTTP server on the loopback interface that does what Slack's reference says of the methods that
a bridge asks, and a client that presses buttons and fills in forms as Slack's own would have it.

Failures are 200 with `ok: false`; methods that read take forms alone; a form opens once for each press of its button;
texts, buttons and forms that are too long are refused; what is posted has no key that would make it once.
"""

import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx

from tests.builders.bridges import served
from tests.builders.keys import a_key
from tests.builders.waits import eventually
from tests.conftest import Api
from warmline import Warmline
from warmline.bridges.slack import SlackSettings, made

Json = dict[str, Any]

TOKEN, SECRET = "xoxb-a-token", "a-signing-secret"
BILLING, FRAUD = "C0BILLING", "C0FRAUD"
CHANNELS = {"queue:billing": BILLING, "queue:fraud": FRAUD}
SCOPES = "chat:write,users:read,users:read.email,channels:history,channels:read"
ANN, BOB, EVE = "U0ANN", "U0BOB", "U0EVE"
LONG = 60.0


class Fault(Exception):
    """What Slack answers instead of doing it."""


@dataclass
class FakeSlack:
    """A workspace: what was posted, what was told to one person alone, the forms that are open, and who is who."""

    url: str = ""
    target: str = ""
    messages: list[Json] = field(default_factory=list)
    whispers: list[Json] = field(default_factory=list)
    forms: list[Json] = field(default_factory=list)
    asked: list[tuple[str, float]] = field(default_factory=list)
    emails: dict[str, str] = field(default_factory=lambda: {one: f"{one.lower()}@acme.example" for one in (ANN, BOB)})
    channels: set[str] = field(default_factory=lambda: {BILLING, FRAUD})
    scopes: str = SCOPES
    trouble: Callable[[str], str | None] = lambda _: None
    triggers: dict[str, float] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    # What the bridge sees.

    def do(self, method: str, ask: Json) -> Json:
        """Carry out a method. Raises ``Fault``."""
        doing = getattr(self, re.sub(r"[.]|(?=[A-Z])", "_", method).lower(), None)
        if doing is None:
            raise Fault("unknown_method")
        with self.lock:
            return {"ok": True, **doing(ask)}

    def auth_test(self, _: Json) -> Json:
        return {"user": "warmline", "team": "Acme", "user_id": "U0BOT", "team_id": "T0ACME"}

    def chat_post_message(self, ask: Json) -> Json:
        self._check_message(ask)
        kept = {name: ask.get(name) for name in ("channel", "text", "blocks", "thread_ts", "metadata")}
        self.messages.append({**kept, "ts": f"1700000000.{next(self.numbers):06}"})
        return {"channel": ask["channel"], "ts": self.messages[-1]["ts"]}

    def chat_update(self, ask: Json) -> Json:
        self._check_message(ask)
        found = [one for one in self.messages if (one["channel"], one["ts"]) == (ask["channel"], ask["ts"])]
        if not found:
            raise Fault("message_not_found")
        found[0].update(text=ask["text"], blocks=ask["blocks"])
        return {"channel": ask["channel"], "ts": ask["ts"]}

    def chat_post_ephemeral(self, ask: Json) -> Json:
        self._check_message(ask)
        self.whispers.append(ask)
        return {"message_ts": f"1700000000.{next(self.numbers):06}"}

    def views_open(self, ask: Json) -> Json:
        # How fast the machine is must not decide whether a test passes: that a form opens in time is not looked at.
        if self.triggers.pop(str(ask.get("trigger_id")), None) is None:
            raise Fault("expired_trigger_id")
        view = ask["view"]
        fields = [one["element"] for one in view["blocks"]]
        too_long = len(view["title"]["text"]) > 24 or len(view["private_metadata"]) > 3000
        if too_long or any(one["max_length"] > 3000 for one in fields):
            raise Fault("invalid_arguments")
        number = next(self.numbers)
        self.forms.append({**view, "id": f"V{number}", "hash": f"{number}.abc"})
        return {"view": self.forms[-1]}

    def users_info(self, ask: Json) -> Json:
        if ask.get("user") not in {ANN, BOB, EVE, *self.emails}:
            raise Fault("user_not_found")
        email = self.emails.get(ask["user"])
        return {"user": {"id": ask["user"], "profile": {"email": email} if email else {}}}

    def conversations_info(self, ask: Json) -> Json:
        self._check_channel(ask)
        return {"channel": {"id": ask["channel"], "name": ask["channel"].lower(), "is_member": True}}

    def conversations_history(self, ask: Json) -> Json:
        self._check_channel(ask)
        if "channels:history" not in self.scopes:
            raise Fault("missing_scope")
        return {"messages": self._newest(ask, lambda one: one["thread_ts"] is None)}

    def conversations_replies(self, ask: Json) -> Json:
        self._check_channel(ask)
        return {"messages": self._newest(ask, lambda one: ask["ts"] in {one["thread_ts"], one["ts"]})}

    def _newest(self, ask: Json, wanted: Callable[[Json], bool]) -> list[Json]:
        found = [one for one in self.messages if one["channel"] == ask["channel"] and wanted(one)]
        has_metadata = ask.get("include_all_metadata") == "true"
        return [one if has_metadata else {**one, "metadata": None} for one in reversed(found)][: int(ask["limit"])]

    def _check_channel(self, ask: Json) -> None:
        if ask.get("channel") not in self.channels:
            raise Fault("channel_not_found")

    def _check_message(self, ask: Json) -> None:
        self._check_channel(ask)
        blocks = ask.get("blocks") or []
        texts = [one["text"]["text"] for one in blocks if one["type"] == "section"]
        buttons = [one for block in blocks if block["type"] == "actions" for one in block["elements"]]
        if len(blocks) > 50 or any(not text or len(text) > 3000 for text in texts):
            raise Fault("invalid_blocks")
        if any(len(one.get("value", "")) > 2000 for one in buttons):
            raise Fault("invalid_blocks")
        if not ask.get("text"):
            raise Fault("no_text")

    # What people in Slack see and do.

    def threads(self, channel: str = BILLING) -> list[Json]:
        """The first messages of a channel's threads."""
        return [one for one in self.messages if one["channel"] == channel and one["thread_ts"] is None]

    def thread(self, channel: str = BILLING) -> Json:
        """The one thread of a channel, once it is there."""
        [found] = eventually(lambda: self.threads(channel), seconds=LONG)
        return found

    def in_thread(self, thread: Json) -> list[str]:
        return [one["text"] for one in self.messages if one["thread_ts"] == thread["ts"]]

    def told(self, user: str) -> list[str]:
        return [one["text"] for one in self.whispers if one["user"] == user]

    def press(self, user: str, message: Json, name: str, *, times: int = 1) -> int:
        """Press a button of a message, of which Slack tells as often as ``times``; the last answer's status."""
        elements = [one for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]
        button = next(one for one in elements if one["action_id"] == name)
        trigger = f"{next(self.numbers)}.trigger"
        self.triggers[trigger] = time.monotonic()
        payload = {
            "type": "block_actions",
            "user": {"id": user},
            "trigger_id": trigger,
            "container": {"type": "message", "channel_id": message["channel"]},
            "actions": [{"action_id": name, "type": "button", "value": button.get("value", "")}],
        }
        return [self.send(payload, retry=number) for number in range(times)][-1]

    def opened(self, user: str, message: Json, name: str) -> Json:
        """Press a button; the form that opens."""
        before = len(self.forms)
        assert self.press(user, message, name) == 200
        return eventually(lambda: self.forms[before:], seconds=LONG)[0]

    def submit(self, user: str, form: Json, *, times: int = 1, **typed: str) -> int:
        """Fill a form in, and send it."""
        values = {block["block_id"]: {block["block_id"]: {"value": None}} for block in form["blocks"]}
        values |= {name: {name: {"type": "plain_text_input", "value": one}} for name, one in typed.items()}
        view = {**form, "state": {"values": values}}
        payload = {"type": "view_submission", "user": {"id": user}, "view": view, "trigger_id": "later"}
        return [self.send(payload, retry=number) for number in range(times)][-1]

    def fill_in(self, user: str, message: Json, name: str, **typed: str) -> None:
        """Press a button, fill its form in, and send it."""
        assert self.submit(user, self.opened(user, message, name), **typed) == 200

    def send(self, payload: Json, *, retry: int = 0, secret: str = SECRET, age: float = 0.0) -> int:
        """Send a request as Slack signs it. A body in an answer would be a command to Slack."""
        body = urlencode({"payload": json.dumps(payload)})
        moment = str(int(time.time() - age))
        signed = hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": moment,
            "X-Slack-Signature": f"v0={signed}",
            **({"X-Slack-Retry-Num": str(retry)} if retry else {}),
        }
        answer = httpx.post(f"{self.target}/slack/interactive", content=body, headers=headers, timeout=LONG)
        assert answer.status_code != 200 or answer.content == b""
        return answer.status_code


@contextmanager
def a_slack() -> Iterator[FakeSlack]:
    """Serve until the block ends."""
    fake = FakeSlack()
    with ThreadingHTTPServer(("127.0.0.1", 0), _answering(fake)) as server:
        fake.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()


def _answering(fake: FakeSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            method, body = self.path.lstrip("/"), self.rfile.read(int(self.headers["Content-Length"]))
            fake.asked.append((method, time.monotonic()))
            wrong = fake.trouble(method)
            if wrong in NOTHING_DONE:
                return self._answer(*NOTHING_DONE[wrong])
            answer = self._done(method, body)
            # It was done, and nobody hears of it.
            return self.connection.close() if wrong == "lost" else self._answer(200, answer)

        def _done(self, method: str, body: bytes) -> Json:
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                return {"ok": False, "error": "invalid_auth"}
            try:
                return fake.do(method, _read(method, self.headers["Content-Type"], body))
            except Fault as fault:
                return {"ok": False, "error": str(fault)}

        def _answer(self, status: int, answer: Json, headers: dict[str, str] | None = None) -> None:
            content = json.dumps(answer).encode()
            self.send_response(status)
            own = {"Content-Type": "application/json", "Content-Length": str(len(content))}
            _send_headers(self, {**own, "X-OAuth-Scopes": fake.scopes, **(headers or {})})
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


NOTHING_DONE: dict[str | None, tuple[int, Json, dict[str, str]]] = {
    "busy": (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}),
    "failed": (503, {}, {}),
}


def _send_headers(handler: BaseHTTPRequestHandler, headers: dict[str, str]) -> None:
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()


def _read(method: str, kind: str, body: bytes) -> Json:
    if not kind.startswith("application/json"):
        return {name: one[0] for name, one in parse_qs(body.decode()).items()}
    # The methods that read see nothing of a JSON body.
    return {} if method.startswith(("users.", "conversations.")) else dict(json.loads(body))


@contextmanager
def a_bridge(api: Api, fake: FakeSlack, folder: Path, **changes: Any) -> Iterator[str]:
    """A bridge that runs until the block ends; its address."""
    given = {
        "token": TOKEN,
        "signing_secrets": [SECRET],
        "channels": CHANNELS,
        "api": fake.url,
        "store": folder / "slack.sqlite3",
        "settle_seconds": 0.2,
        **changes,
    }
    key = str(a_key(api, "desk")["secret"])
    with Warmline(api.url, key) as client, served(made(SlackSettings.model_validate(given), client)) as fake.target:
        yield fake.target


def text_of(message: Json) -> str:
    """What stands in a message."""
    return "\n".join(one["text"]["text"] for one in message["blocks"] if one["type"] == "section")


def buttons_of(message: Json) -> list[str]:
    return [one["action_id"] for block in message["blocks"] if block["type"] == "actions" for one in block["elements"]]
