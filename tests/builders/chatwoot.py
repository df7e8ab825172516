"""A Chatwoot for tests: an HTTP server on the loopback interface that does what Chatwoot's source and reference say.

It keeps the numbers of conversations and messages apart, signs each attempt anew, sends the events of one conversation
at once and in no order, with its state at the time of sending, sends again only after 429 and 500, opens a conversation
whose bot did not answer, brings our own messages back, and lets a bot's token do little.
"""

import hashlib
import hmac
import json
import random
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import unquote

import httpx

Json = dict[str, Any]

BOT, INBOX, ACCOUNT = "bot", "inbox", "account"
BOT_TOKEN, USER_TOKEN = "bot-token", "user-token"
SECRETS = {BOT: "secret-of-the-bot", INBOX: "secret-of-the-inbox", ACCOUNT: "secret-of-the-account"}
BOT_USER = {"id": 7, "name": "Warmline", "type": "agent_bot"}
ANA = {"id": 4, "name": "Ana Reis", "email": "ana@acme.test", "type": "user"}
BEN = {"id": 5, "name": "Ben Oduya", "email": "ben@acme.test", "type": "user"}
NUMBERS = {"incoming": 0, "outgoing": 1, "activity": 2, "template": 3}
MOST_CHARACTERS = 150_000
SENDS_ON = "/rails/active_storage/blobs/redirect"
# Seconds; Chatwoot waits 5 s for an answer, and 3 s before it sends to a bot again. How fast the machine is must not
# decide whether a test passes: what is late is measured (`seconds`), and not given up.
WEBHOOK_TIMEOUT, BEFORE_RETRY, ATTEMPTS = 60.0, 0.05, 3
SENT_TO = {
    "message_created": (BOT, INBOX, ACCOUNT),
    "message_updated": (BOT, INBOX, ACCOUNT),
    "conversation_opened": (BOT,),
    "conversation_resolved": (BOT,),
    "conversation_created": (INBOX, ACCOUNT),
    "conversation_updated": (INBOX, ACCOUNT),
    "conversation_status_changed": (INBOX, ACCOUNT),
}
# What a bot's token may do besides reading nothing.
OF_BOTS = re.compile(r"POST .*/(messages|toggle_status|assignments|custom_attributes|toggle_priority)$")
NOT_FOR_BOTS = "Access to this endpoint is not authorized for bots"


@dataclass
class Talk:
    """A conversation."""

    id: int
    contact: int
    status: str = "pending"
    assignee: Json | None = None
    team: int | None = None
    priority: str | None = None
    labels: list[str] = field(default_factory=list)
    custom_attributes: Json = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)
    updated_at: float = 0.0
    channel: str = "Channel::WebWidget"

    def said(self, kind: str = "outgoing", *, private: bool = False) -> list[str]:
        """The texts of a kind, the oldest first."""
        return [one["content"] for one in self.messages if one["kind"] == kind and one["private"] is private]


@dataclass
class FakeChatwoot:
    """The server. ``targets`` are the webhooks' addresses by sender."""

    targets: dict[str, str] = field(default_factory=dict)
    url: str = ""
    signs: bool = True
    teams: dict[int, str] = field(default_factory=lambda: {4: "Billing", 5: "Fraud"})
    users: dict[int, Json] = field(default_factory=lambda: {4: ANA, 5: BEN})
    talks: dict[int, Talk] = field(default_factory=dict)
    answers: list[tuple[str, int]] = field(default_factory=list)
    """What was asked of the API, and the status that was answered."""
    files: dict[str, bytes] = field(default_factory=dict)
    """The files of messages by their path. Their address sends on to it, as Chatwoot's does to its store."""
    seconds: list[float] = field(default_factory=list)
    """How long each webhook took to be acknowledged."""
    redelivers: float = 0.0
    """How many of the webhooks are sent once more although they were acknowledged, 0 to 1."""
    trouble: Callable[[str, str], str | None] = lambda _method, _path: None
    """What goes wrong with a request: ``lost`` is done and not answered, ``failed`` is done and answered with 500,
    ``busy`` is refused with 429."""

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self._numbers, self._message_numbers = count(57), count(9001)
        self._pool = ThreadPoolExecutor(16)
        self._jobs: list[Future[None]] = []
        self._http = httpx.Client(timeout=WEBHOOK_TIMEOUT)

    # What people and customers do.

    def begins(
        self, text: str, *, contact: int | None = None, status: str = "pending", channel: str = "Channel::WebWidget"
    ) -> Talk:
        """A customer writes for the first time, in an inbox with an active bot."""
        with self.lock:
            number = next(self._numbers)
            talk = self.talks[number] = Talk(number, contact or number + 1000, status=status, channel=channel)
            self.touch(talk)
            self.tell("conversation_created", talk)
        self.writes(talk, text)
        return talk

    def writes(self, talk: Talk, text: str | None, **more: Any) -> Json:
        """A customer writes: what was resolved is pending again, what was set aside is open."""
        with self.lock:
            now = {"resolved": "pending", "snoozed": "open"}.get(talk.status)
            if now is not None:
                self.set_status(talk, now)
            contact = {"id": talk.contact, "name": "Ann", "email": None, "account": {"id": 1}}
            return self.add(talk, "incoming", text, contact, **more)

    def replies(self, talk: Talk, text: str, user: Json | None = ANA, **more: Any) -> Json:
        """A person answers, or with ``private`` leaves a note; without a user it was written outside Chatwoot."""
        with self.lock:
            return self.add(talk, "outgoing", text, user, **more)

    def keeps(self, name: str, content: bytes) -> Json:
        """A file of Chatwoot, to be given to a message."""
        number = next(self._message_numbers)
        self.files[f"/store/{number}/{name}"] = content
        url = f"{self.url}{SENDS_ON}/{number}/{name}"
        return {"id": number, "file_type": "file", "data_url": url, "file_size": len(content)}

    def file_at(self, path: str) -> tuple[int, bytes, Json] | None:
        """What is answered to who loads a file; None where a path is none of a file."""
        if path.startswith(SENDS_ON):
            return 302, b"", {"Location": path.replace(SENDS_ON, "/store")}
        if not path.startswith("/store"):
            return None
        content = self.files.get(unquote(path))
        return 404 if content is None else 200, content or b"", {}

    def set_status(self, talk: Talk, status: str) -> None:
        """Somebody changes the state."""
        with self.lock:
            was, talk.status = talk.status, status
            if was == status:
                return
            self.touch(talk)
            changed = [{"status": {"previous_value": was, "current_value": status}}]
            self.tell("conversation_status_changed", talk, changed_attributes=changed)
            if status in {"open", "resolved"}:
                self.tell(f"conversation_{'opened' if status == 'open' else 'resolved'}", talk)

    def assign(self, talk: Talk, user: Json | None) -> None:
        """Somebody gives the conversation to a person, or to nobody."""
        with self.lock:
            was, talk.assignee = talk.assignee, user
            self.touch(talk)
            ids = {"previous_value": was and was["id"], "current_value": user and user["id"]}
            self.tell("conversation_updated", talk, changed_attributes=[{"assignee_id": ids}])

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until no webhook is on its way."""
        deadline = time.monotonic() + seconds
        while True:
            with self.lock:
                waiting = [job for job in self._jobs if not job.done()]
                self._jobs = waiting
            if not waiting:
                return
            waiting[0].result(max(0.0, deadline - time.monotonic()))

    # How Chatwoot keeps and sends it.

    def touch(self, talk: Talk) -> None:
        """Note that a conversation changed just now."""
        talk.updated_at = max(time.time(), talk.updated_at + 1e-6)

    def add(self, talk: Talk, kind: str, content: str | None, sender: Json | None, **more: Any) -> Json:
        """Add a message, and send it, and its state a little later."""
        message = {
            "id": next(self._message_numbers),
            "content": content,
            "kind": kind,
            "sender": sender,
            "private": False,
            "source_id": None,
            "status": "sent",
            # Webhooks tell milliseconds.
            "at": max(time.time(), talk.messages[-1]["at"] + 0.001 if talk.messages else 0.0),
            "content_attributes": {},
            "additional_attributes": {},
            **more,
        }
        talk.messages.append(message)
        self.touch(talk)
        self.tell("message_created", talk, message)
        if kind == "outgoing":
            self.tell("message_updated", talk, message)
        return message

    def tell(self, event: str, talk: Talk, message: Json | None = None, **more: Any) -> None:
        """Send an event to everybody who gets it, at once and in no order."""
        for sender in SENT_TO[event]:
            if sender in self.targets:
                self._jobs.append(self._pool.submit(self._send, sender, event, talk, message, more))

    def _send(self, sender: str, event: str, talk: Talk, message: Json | None, more: Json) -> None:
        delivery = str(uuid.uuid4())
        with self.lock:
            body = {"event": event, **(self.body(talk, message) if message else self.conversation(talk)), **more}
        for attempt in range(ATTEMPTS):
            status = self.post(sender, body, delivery)
            if status is not None and 200 <= status < 300:
                if random.random() < self.redelivers:
                    self.post(sender, body, delivery)
                return
            if sender != BOT or status not in {429, 500}:
                break
            if attempt < ATTEMPTS - 1:
                time.sleep(BEFORE_RETRY)
        self._give_up(sender, talk, message)

    def _give_up(self, sender: str, talk: Talk, message: Json | None) -> None:
        with self.lock:
            if sender == BOT and message is not None and talk.status == "pending":
                self.set_status(talk, "open")
                talk.messages.append({**message, "id": next(self._message_numbers), "kind": "activity"})
            if sender == INBOX and message is not None and message["kind"] == "outgoing":
                message["status"] = "failed"

    def post(self, sender: str, body: Json, delivery: str | None = None) -> int | None:
        """Send a webhook once; the status of the answer, None without one."""
        content = json.dumps(body).encode()
        moment = str(int(time.time()))
        headers = {"Content-Type": "application/json", "X-Chatwoot-Delivery": delivery or str(uuid.uuid4())}
        if self.signs:
            signed = hmac.new(SECRETS[sender].encode(), f"{moment}.".encode() + content, hashlib.sha256)
            headers |= {"X-Chatwoot-Timestamp": moment, "X-Chatwoot-Signature": f"sha256={signed.hexdigest()}"}
        began = time.monotonic()
        try:
            answer = self._http.post(self.targets[sender], content=content, headers=headers)
        except (httpx.HTTPError, KeyError):
            return None
        self.seconds.append(time.monotonic() - began)
        return answer.status_code

    def body(self, talk: Talk, message: Json) -> Json:
        """A message as webhooks have it: `message_type` is a word, `attachments` is absent where there are none."""
        shown = {
            "id": message["id"],
            "content": message["content"],
            "content_type": "text",
            "content_attributes": message["content_attributes"],
            "additional_attributes": message["additional_attributes"],
            "message_type": message["kind"],
            "private": message["private"],
            "created_at": datetime.fromtimestamp(message["at"], UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "source_id": message["source_id"],
            "account": {"id": 1, "name": "Acme"},
            "inbox": {"id": 3, "name": "Web"},
            "sender": message["sender"],
            "conversation": self.conversation(talk),
        }
        return {**shown, **({"attachments": message["files"]} if message.get("files") else {})}

    def conversation(self, talk: Talk) -> Json:
        """A conversation as it is now; `message_type` is a number in it."""
        last = [one for one in talk.messages if one["kind"] != "activity" and not one["private"]][-1:]
        return {
            "id": talk.id,
            "inbox_id": 3,
            "account_id": 1,
            "status": talk.status,
            "channel": talk.channel,
            "can_reply": True,
            "contact_inbox": {"source_id": f"source-{talk.contact}"},
            "messages": [self.answer(talk, one) for one in last],
            "labels": talk.labels,
            "meta": {
                "sender": {"id": talk.contact, "name": "Ann"},
                "assignee": talk.assignee,
                "team": None if talk.team is None else {"id": talk.team},
                "hmac_verified": False,
            },
            "custom_attributes": talk.custom_attributes,
            "additional_attributes": {},
            "priority": talk.priority,
            "snoozed_until": None,
            "timestamp": int(talk.updated_at),
            "last_activity_at": int(talk.updated_at),
            "created_at": int(talk.updated_at),
            "updated_at": talk.updated_at,
        }

    def answer(self, talk: Talk, message: Json) -> Json:
        """A message as the API answers it."""
        names = ("id", "content", "private", "source_id", "status", "content_attributes", "sender")
        shown = {name: message[name] for name in names}
        numbers = {"message_type": NUMBERS[message["kind"]], "created_at": int(message["at"])}
        files = {"attachments": message["files"]} if message.get("files") else {}
        return {**shown, **numbers, **files, "conversation_id": talk.id}

    # Its API.

    def answered(self, method: str, path: str, token: str, ask: Json) -> tuple[int, bytes] | None:
        """Answer a request as far as no trouble comes in between; None where the answer is lost."""
        wrong = self.trouble(method, path)
        status, answer = (429, {}) if wrong == "busy" else self.serve(method, path, token, ask)
        self.answers.append((f"{method} {path}", status))
        return None if wrong == "lost" else (500 if wrong == "failed" else status, json.dumps(answer).encode())

    def serve(self, method: str, path: str, token: str, ask: Json) -> tuple[int, Any]:
        """Answer a request."""
        if token not in {BOT_TOKEN, USER_TOKEN}:
            return 401, {"error": "Invalid Access Token"}
        if token == BOT_TOKEN and not OF_BOTS.match(f"{method} {path}"):
            return 401, {"error": NOT_FOR_BOTS}
        found = re.match(r"/api/v1/accounts/1/(\w+)(?:/(\d+))?(?:/(\w+))?$", path)
        if not found:
            return 404, {"error": "Resource could not be found"}
        room, number, what = found.groups()
        if room != "conversations" or number is None:
            return self._lists(room, ask)
        with self.lock:
            talk = self.talks.get(int(number or 0))
            if talk is None:
                return 404, {"error": "Resource could not be found"}
            return getattr(self, f"_{method.lower()}_{what or 'conversation'}")(talk, ask, token)

    def _lists(self, room: str, ask: Json) -> tuple[int, Any]:
        if room == "conversations":
            return self._get_conversations(ask)
        lists: Json = {
            "teams": [{"id": number, "name": name} for number, name in self.teams.items()],
            "agents": list(self.users.values()),
            "inboxes": {"payload": [{"id": 3, "name": "Web", "channel_type": "Channel::WebWidget"}]},
            "labels": {"payload": []},
            "webhooks": {"payload": {"webhooks": [{"url": self.targets.get(ACCOUNT)}]}},
            "agent_bots": [{"id": 7, "name": "Warmline", "outgoing_url": self.targets.get(BOT)}],
        }
        return (200, lists[room]) if room in lists else (404, {"error": "Resource could not be found"})

    def _get_conversations(self, ask: Json) -> tuple[int, Any]:
        begin = 25 * (int(ask.get("page", 1)) - 1)
        with self.lock:
            newest = sorted(self.talks.values(), key=lambda talk: -talk.updated_at)[begin : begin + 25]
            return 200, {"data": {"meta": {}, "payload": [self.conversation(talk) for talk in newest]}}

    def _get_conversation(self, talk: Talk, _ask: Json, _token: str) -> tuple[int, Any]:
        return 200, self.conversation(talk)

    def _get_messages(self, talk: Talk, ask: Json, _token: str) -> tuple[int, Any]:
        before = int(ask.get("before", 10**9))
        older = [one for one in talk.messages if one["id"] < before][-20:]
        return 200, {"meta": {}, "payload": [self.answer(talk, one) for one in older]}

    def _post_messages(self, talk: Talk, ask: Json, token: str) -> tuple[int, Any]:
        content, files = ask.get("content"), [self.keeps(*one) for one in ask.get("attachments[]", [])]
        if len(content or "") > MOST_CHARACTERS:
            return 422, {"error": "Content is too long (maximum is 150000 characters)"}
        if ask.get("message_type") == "incoming":
            return 422, {"error": "Incoming messages are only allowed in Api inboxes"}
        sender = BOT_USER if token == BOT_TOKEN else ANA
        about = {"private": ask.get("private") in {True, "true"}, "source_id": ask.get("source_id"), "files": files}
        kept = self.add(talk, "outgoing", content, sender, **about)
        return 200, self.answer(talk, kept)

    def _post_toggle_status(self, talk: Talk, ask: Json, _token: str) -> tuple[int, Any]:
        turned = "open" if talk.status == "resolved" else "resolved"
        self.set_status(talk, ask.get("status") or turned)
        return 200, {"payload": {"success": True, "current_status": talk.status, "conversation_id": talk.id}}

    def _post_assignments(self, talk: Talk, ask: Json, _token: str) -> tuple[int, Any]:
        if "assignee_id" in ask:
            self.assign(talk, self.users.get(ask["assignee_id"]))
            return 200, talk.assignee
        talk.team = ask["team_id"] if ask["team_id"] in self.teams else None
        self.touch(talk)
        return 200, None if talk.team is None else {"id": talk.team}

    def _post_custom_attributes(self, talk: Talk, ask: Json, _token: str) -> tuple[int, Any]:
        talk.custom_attributes = ask["custom_attributes"]
        return 200, {"custom_attributes": talk.custom_attributes}

    def _post_labels(self, talk: Talk, ask: Json, _token: str) -> tuple[int, Any]:
        talk.labels = ask["labels"]
        return 200, {"payload": talk.labels}

    def _post_toggle_priority(self, talk: Talk, ask: Json, _token: str) -> tuple[int, Any]:
        talk.priority = ask["priority"]
        return 200, {}


def read(kind: str, content: bytes) -> Json:
    """What is asked: JSON, or the fields of a form with files, which are a list of names and contents each."""
    if not kind.startswith("multipart/"):
        return dict(json.loads(content or b"{}"))
    form: Json = {}
    whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + content)
    for part in whole.walk():
        field = str(part.get_param("name", header="content-disposition") or "")
        value = part.get_payload(decode=True)
        if part.get_filename() is not None:
            form.setdefault(field, []).append((part.get_filename(), value))
        elif field and isinstance(value, bytes):
            form[field] = value.decode()
    return form


def settings_for(fake: FakeChatwoot, **changes: Any) -> Json:
    """The settings of a bridge to a Chatwoot, as they stand in its file."""
    return {
        "url": fake.url,
        "account": 1,
        "bot_token": BOT_TOKEN,
        "user_token": USER_TOKEN,
        "secrets": {name: [secret] for name, secret in SECRETS.items()},
        "teams": {"queue:billing": 4, "queue:fraud": 5},
        "labels": {"always": ["warmline"], "fraud_or_security_concern": ["fraud"]},
        "attributes": {"warmline_reason": "reason_code", "warmline_link": "link"},
        "settle_seconds": 0.2,
        "catch_up_seconds": 0.5,
        **changes,
    }


class Answering(BaseHTTPRequestHandler):
    fake: FakeChatwoot
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        found = self.fake.file_at(self.path)
        if found is None:
            self._do(dict(httpx.QueryParams(self.path.partition("?")[2])))
        else:
            self._send(*found)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self._do(read(self.headers.get("Content-Type", ""), content))

    def _do(self, ask: Json) -> None:
        path, token = self.path.partition("?")[0], self.headers.get("api_access_token", "")
        answered = self.fake.answered(self.command, path, token, ask)
        if answered is None:
            self.close_connection = True
        else:
            self._send(*answered, {"Content-Type": "application/json"})

    def _send(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


class Serving(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A bridge that is killed hangs up."""


@contextmanager
def a_chatwoot(**settings: Any) -> Iterator[FakeChatwoot]:
    """A Chatwoot that runs until the block ends."""
    fake = FakeChatwoot(**settings)
    answering = type("Answering", (Answering,), {"fake": fake})
    with Serving(("127.0.0.1", 0), answering) as server:
        fake.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
            fake._pool.shutdown(wait=True, cancel_futures=True)
            fake._http.close()
