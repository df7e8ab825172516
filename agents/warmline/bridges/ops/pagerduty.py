"""PagerDuty as a source: its webhooks (version 3) in, its REST API out. ``warmline bridge pagerduty`` runs it."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
from pydantic import Field, ValidationInfo, field_validator

from warmline.bridges import settings_files
from warmline.bridges.desk import Later, Refused, Taken, read_json
from warmline.bridges.finding_faults import Finding, answers, warmline_itself
from warmline.bridges.ops import running
from warmline.bridges.ops.incidents import Detail, Incident, Status
from warmline.bridges.ops.running import SourceSettings
from warmline.bridges.serving import Service
from warmline.client import Warmline
from warmline.errors import InvalidSignature
from warmline.http_errors import retry_after

PATH = "/pagerduty"
SIGNATURE, VERSION = "x-pagerduty-signature", "v1="
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
# Seconds until a call is made again for which PagerDuty does not say how long to wait.
TOO_MANY = 10.0
KEY_SECONDS = 30.0
ACCEPT = "application/vnd.pagerduty+json;version=2"
Secret = Annotated[str, Field(min_length=1)]
Body = Mapping[str, Any]


class PagerDutySettings(SourceSettings):
    """The settings of the bridge to PagerDuty."""

    secrets: Annotated[list[Secret], Field(min_length=1, max_length=2)]
    """The secret of the webhook subscription; two hold while it is changed."""
    token: Secret
    """A key of the REST API, with which incidents are acknowledged and resolved."""
    acts_as: Annotated[str, Field(pattern="@")]
    """The e-mail of the PagerDuty user in whose name that is done."""
    severities: dict[str, str] = Field(
        default_factory=lambda: {"P1": "critical", "P2": "high", "P3": "normal", "P4": "low", "P5": "low"}
    )
    """The urgency in Warmline by the priority's name; without a priority PagerDuty's own urgency counts."""
    store: Path = Path("pagerduty-bridge.sqlite3")
    """The file in which the bridge keeps what it must not forget."""
    api: str = Field(default="https://api.pagerduty.com", pattern=r"^https?://")
    """Where the REST API is; in Europe https://api.eu.pagerduty.com."""

    @field_validator("token", mode="before")
    @classmethod
    def _from_environment(cls, value: Any, info: ValidationInfo) -> Any:
        return settings_files.looked_up(value, info.field_name or "")

    @field_validator("secrets", mode="before")
    @classmethod
    def _each_from_environment(cls, value: Any) -> Any:
        return settings_files.looked_up_each(value, "secrets") if isinstance(value, (str, list)) else value


def read_settings(path: Path) -> PagerDutySettings:
    """Read the settings from a file. Raises ``NotConfigured``, which names each field that is wrong."""
    return settings_files.read(path, PagerDutySettings, page="docs/on-call.md")


class PagerDutyGate:
    """What PagerDuty's webhooks pass before they are taken in."""

    def __init__(self, secrets: list[str]) -> None:
        self._secrets = secrets

    def check(self, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether there is such a path. Raises ``InvalidSignature``."""
        if path.rstrip("/") != PATH:
            return False
        given = [one.strip() for one in headers.get(SIGNATURE, "").split(",")]
        wanted = [signature(secret, body) for secret in self._secrets]
        if not any(hmac.compare_digest(one.encode(), two.encode()) for one in given for two in wanted):
            raise InvalidSignature("The webhook was not signed with the secret of this subscription.")
        return True

    def read(self, body: bytes) -> Body | None:
        """Return what a webhook holds: a JSON object."""
        return read_json(body)

    def take(self, headers: Mapping[str, str], body: Body) -> Taken | None:  # noqa: ARG002 (the port's)
        """Return which incident an event is about; None for what is about none, such as a test."""
        event = _inside(body, "event")
        incident = _incident_of(_inside(event, "data"))
        return Taken(f"event:{event.get('id')}", incident) if incident and event.get("id") else None

    def answer(self, body: Body, *, is_new: bool) -> Body:  # noqa: ARG002 (the port's)
        """Say whether an event was new."""
        return {"taken": is_new}


def signature(secret: str, body: bytes) -> str:
    """The signature of a webhook as PagerDuty writes it."""
    return f"{VERSION}{hmac.digest(secret.encode(), body, hashlib.sha256).hex()}"


class PagerDuty:
    """An account of PagerDuty as a source."""

    name = "pagerduty"
    called = "PagerDuty"
    knows_who_has_it = True

    def __init__(self, settings: PagerDutySettings) -> None:
        self._settings = settings
        headers = {"Authorization": f"Token token={settings.token}", "Accept": ACCEPT, "From": settings.acts_as}
        self._http = httpx.Client(base_url=settings.api.rstrip("/"), timeout=TIMEOUT, headers=headers)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def heard(self, body: Body) -> Iterator[Incident]:
        """Read an event of an incident."""
        event = _inside(body, "event")
        data, at = _inside(event, "data"), _seconds(event.get("occurred_at"))
        who = _inside(event, "agent")
        by = str(who.get("id")) if str(who.get("type", "")).startswith("user") else None
        if data.get("type") == "incident":
            yield self._incident(event, data, at, by)
        elif data.get("type") == "incident_note":
            note = Detail(f"note:{data.get('id')}", f"{who.get('summary') or 'Somebody'}: {data.get('content', '')}")
            yield Incident(str(_incident_of(data)), at, None, details=[note])

    def acknowledge(self, incident: str, handle: Mapping[str, Any], who: str) -> None:  # noqa: ARG002 (the port's)
        """Acknowledge an incident. To do it again changes nothing."""
        self._put(incident, {"status": "acknowledged"})

    def resolve(self, incident: str, acknowledged: str | None, who: str, note: str) -> None:  # noqa: ARG002 (the port's)
        """Resolve an incident, with who did it and how."""
        self._put(incident, {"status": "resolved", "resolution": f"{who} in Warmline: {note}"[:1_000]})

    def email_of(self, user: str) -> str | None:
        """Return the e-mail of a user."""
        email = self.ask("GET", f"/users/{user}").get("user", {}).get("email")
        return str(email) if email else None

    def ask(self, method: str, path: str, body: Body | None = None) -> dict[str, Any]:
        """Ask something. Raises ``Later`` and ``Refused``."""
        try:
            answer = self._http.request(method, path, json=body)
        except NEVER_SENT as error:
            raise Later(f"PagerDuty was not reached: {error}") from error
        except httpx.HTTPError as error:
            raise Later(f"PagerDuty did not answer: {error}", was_sent=True) from error
        if answer.is_success:
            return dict(read_json(answer.content) or {})
        why = f"PagerDuty answered {answer.status_code} to {method} {path}: {answer.text[:200]}"
        if answer.status_code == 429:
            raise Later(why, retry_after(answer) or _reset(answer) or TOO_MANY)
        if answer.status_code >= 500:
            raise Later(why, was_sent=True)
        if answer.status_code in {401, 403}:
            # A key that was changed: what waits goes out once the new one is set.
            raise Later(why, KEY_SECONDS)
        raise Refused(why)

    def _put(self, incident: str, changes: Body) -> None:
        self.ask("PUT", f"/incidents/{incident}", {"incident": {"type": "incident_reference", **changes}})

    def _incident(self, event: Body, data: Body, at: float, by: str | None) -> Incident:
        service, priority = _called(data.get("service")), _called(data.get("priority"))
        urgency = self._settings.severities.get(priority) or _urgency(data)
        status = Status(data["status"]) if data.get("status") in set(Status) else None
        title = str(data.get("title") or "An incident")
        facts = {
            "incident": f"#{data.get('number')} {title}" if data.get("number") else title,
            "service": service,
            "severity": priority or urgency,
            "status": str(data.get("status") or ""),
            "assigned to": ", ".join(map(_called, data.get("assignees") or [])),
            "incident page": str(data.get("html_url") or ""),
        }
        who = _called(event.get("agent"))
        happened = str(event.get("event_type", "")).removeprefix("incident.").replace("_", " ").replace(".", " ")
        detail = Detail(f"event:{event.get('id')}", f"PagerDuty: {happened}{f' by {who}' if who else ''}. {title}")
        queue = self._settings.queue_of(service)
        return Incident(str(data.get("id")), at, status, title, service, urgency, queue, facts, [detail], by)


def check(settings: PagerDutySettings, client: Warmline) -> Iterator[Finding]:
    """Look at everything that a bridge needs, one after the other."""
    yield warmline_itself(client)
    with closing(PagerDuty(settings)) as source:
        try:
            found = source.ask("GET", f"/users?query={settings.acts_as}").get("users", [])
        except (Later, Refused) as error:
            yield Finding("token", False, f"{error}. Copy a key of the REST API once more, and look at `api`.")
        else:
            yield Finding("token", True, "PagerDuty knows it.")
            is_there = any(str(one.get("email")).lower() == settings.acts_as.lower() for one in found)
            mend = "" if is_there else f"PagerDuty has no user {settings.acts_as}: name one that may acknowledge."
            yield Finding("acts_as", is_there, mend or "PagerDuty has this user.")
    if settings.public_url is None:
        yield Finding("public_url", False, "It is not set, so nothing was checked of how PagerDuty reaches the bridge.")
    else:
        yield answers(settings.public_url)


def run(settings: PagerDutySettings, client: Warmline) -> None:
    """Serve until a signal comes."""
    with made(settings, client) as service:
        running.run(service, settings)


@contextmanager
def made(settings: PagerDutySettings, client: Warmline) -> Iterator[Service]:
    """The service, put together from its parts, which are closed with the block."""
    with (
        closing(PagerDuty(settings)) as source,
        running.made(
            settings, client, source, PagerDutyGate(settings.secrets), settings.store, source.email_of
        ) as service,
    ):
        yield service


def _incident_of(data: Body) -> str | None:
    """The incident that the data of an event are, or belong to."""
    found = data.get("id") if data.get("type") == "incident" else _inside(data, "incident").get("id")
    return str(found) if found else None


def _urgency(data: Body) -> str:
    return "low" if data.get("urgency") == "low" else "high"


def _called(reference: Any) -> str:
    """What people call what PagerDuty refers to."""
    return str(reference.get("summary") or "") if isinstance(reference, Mapping) else ""


def _inside(body: Body, name: str) -> Body:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _seconds(moment: Any) -> float:
    try:
        found = datetime.fromisoformat(str(moment))
    except ValueError:
        return datetime.now(UTC).timestamp()
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def _reset(answer: httpx.Response) -> float | None:
    """For how long the limit holds, as PagerDuty says it."""
    value = answer.headers.get("ratelimit-reset", "")
    return float(value) if value.isdigit() else None
