"""PagerDuty and Alertmanager for tests: HTTP servers on the loopback interface that do what their references say.

They answer what a bridge asks, and send to one what they would send.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import httpx

from warmline.bridges.ops.pagerduty import signature

Json = dict[str, Any]
Answer = tuple[int, Json]

TOKEN, SECRET, BOSS = "pd-token", "a-secret", "boss@acme.example"
ANN_ID, ANN_EMAIL = "PANN", "ann@acme.example"
MOMENT = "2026-03-01T10:{:02}:00Z"


@contextmanager
def _serving(answer: Callable[[str, str, dict[str, str], Json], Answer]) -> Iterator[str]:
    """Serve until the block ends; the address. ``answer`` gets the method, the path, the headers and the body."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, said = answer(self.command, self.path, dict(self.headers), json.loads(body) if body else {})
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._do)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


@dataclass
class FakePagerDuty:
    """An account with one service: its incidents' states, and what it was asked."""

    url: str = ""
    target: str = ""
    statuses: dict[str, str] = field(default_factory=dict)
    resolutions: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    fails: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def answer(self, method: str, path: str, headers: dict[str, str], body: Json) -> Answer:
        self.asked.append(f"{method} {path}")
        if headers.get("Authorization") != f"Token token={TOKEN}":
            return 401, {"error": {"message": "Unauthorized"}}
        if path.startswith("/users"):
            users = [{"id": ANN_ID, "email": ANN_EMAIL}, {"id": "PBOSS", "email": BOSS}]
            found = next((one for one in users if path.endswith(f"/{one['id']}")), None)
            return (200, {"user": found}) if found else (200, {"users": users if "query=" in path else []})
        if self.fails:
            self.fails -= 1
            return 503, {}
        if headers.get("From") != BOSS:
            return 400, {"error": {"message": "Requester User Not Found"}}
        incident, change = path.rpartition("/")[2], body["incident"]
        # Noted first: whoever waits for the status reads it next.
        self.resolutions[incident] = change.get("resolution", "")
        # What is resolved stays so.
        if self.statuses.get(incident) != "resolved":
            self.statuses[incident] = change["status"]
        return 200, {"incident": {"id": incident, "status": change["status"]}}

    def event(self, incident: str, happened: str, status: str, minute: int, **changes: Any) -> Json:
        """An event as it is sent to webhooks of version 3."""
        data = {
            "id": incident,
            "type": "incident",
            "html_url": f"https://acme.pagerduty.com/incidents/{incident}",
            "number": 17,
            "status": status,
            "title": "Checkout answers slowly",
            "service": {"id": "PSVC", "type": "service_reference", "summary": "Checkout"},
            "assignees": [{"id": ANN_ID, "type": "user_reference", "summary": "Ann Weber"}],
            "priority": {"id": "PP1", "type": "priority_reference", "summary": "P1"},
            "urgency": "high",
            **changes,
        }
        return {
            "id": f"01EV{next(self.numbers)}",
            "event_type": f"incident.{happened}",
            "resource_type": "incident",
            "occurred_at": MOMENT.format(minute),
            "agent": {"id": ANN_ID, "type": "user_reference", "summary": "Ann Weber"},
            "client": None,
            "data": data,
        }

    def send(self, event: Json, *, secret: str = SECRET) -> int:
        """Send an event; the answer's status."""
        body = json.dumps({"event": event}).encode()
        headers = {"X-PagerDuty-Signature": f"v1=0000,{signature(secret, body)}", "Content-Type": "application/json"}
        return httpx.post(f"{self.target}/pagerduty", content=body, headers=headers, timeout=60).status_code


@contextmanager
def a_pagerduty() -> Iterator[FakePagerDuty]:
    """Serve until the block ends."""
    fake = FakePagerDuty()
    with _serving(fake.answer) as fake.url:
        yield fake


@dataclass
class FakeAlertmanager:
    """An Alertmanager with its silences."""

    url: str = ""
    target: str = ""
    silences: dict[str, Json] = field(default_factory=dict)

    def answer(self, method: str, path: str, _: dict[str, str], body: Json) -> Answer:
        if method == "POST" and path == "/api/v2/silences":
            self.silences[f"s-{len(self.silences)}"] = body
            return 200, {"silenceID": f"s-{len(self.silences) - 1}"}
        if method == "DELETE":
            return (200, {}) if self.silences.pop(path.rpartition("/")[2], None) else (404, {})
        return 200, {"cluster": {"status": "ready"}}

    def news(self, *alerts: Json, status: str = "firing") -> Json:
        """The news of a group of alerts as webhooks of version 4 have it."""
        labels = {"alertname": "HighLatency", "service": "checkout"}
        return {
            "version": "4",
            "groupKey": '{}:{alertname="HighLatency", service="checkout"}',
            "truncatedAlerts": 0,
            "status": status,
            "receiver": "warmline",
            "groupLabels": labels,
            "commonLabels": {**labels, "severity": "critical"},
            "commonAnnotations": {"summary": "Checkout answers slowly", "runbook_url": "https://acme.example/slow"},
            "externalURL": "https://alerts.acme.example",
            "alerts": list(alerts),
        }

    def alert(self, fingerprint: str, minute: int, *, ended: int | None = None) -> Json:
        """One alert, by its fingerprint."""
        return {
            "status": "firing" if ended is None else "resolved",
            "labels": {"alertname": "HighLatency", "service": "checkout", "severity": "critical", "pod": fingerprint},
            "annotations": {"description": f"p99 of {fingerprint} is 4 s"},
            "startsAt": MOMENT.format(minute),
            "endsAt": "0001-01-01T00:00:00Z" if ended is None else MOMENT.format(ended),
            "generatorURL": "https://prometheus.acme.example",
            "fingerprint": fingerprint,
        }

    def send(self, news: Json, *, secret: str = SECRET) -> int:
        """Send news; the answer's status."""
        headers = {"Authorization": f"Bearer {secret}"}
        return httpx.post(f"{self.target}/alertmanager", json=news, headers=headers, timeout=60).status_code


@contextmanager
def an_alertmanager() -> Iterator[FakeAlertmanager]:
    """Serve until the block ends."""
    fake = FakeAlertmanager()
    with _serving(fake.answer) as fake.url:
        yield fake
