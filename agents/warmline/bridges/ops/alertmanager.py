"""Alertmanager as a source: its webhooks in, silences out. ``warmline bridge alertmanager`` runs it."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import httpx
from pydantic import Field, field_validator

from warmline.bridges import settings_files
from warmline.bridges.desk import Later, Refused, Taken, read_json
from warmline.bridges.finding_faults import Finding, answers, warmline_itself
from warmline.bridges.ops import running
from warmline.bridges.ops.incidents import Detail, Incident, Status
from warmline.bridges.ops.running import SourceSettings
from warmline.bridges.serving import Service
from warmline.client import Warmline
from warmline.errors import InvalidSignature

PATH = "/alertmanager"
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
FIRING = "firing"
ORDER = ("low", "normal", "high", "critical")
"""Urgencies, the least first."""
Secret = Annotated[str, Field(min_length=1)]
Body = Mapping[str, Any]


class AlertmanagerSettings(SourceSettings):
    """The settings of the bridge to Alertmanager."""

    secrets: Annotated[list[Secret], Field(min_length=1, max_length=2)]
    """The token that Alertmanager sends as a bearer token; two hold while it is changed."""
    severities: dict[str, str] = Field(
        default_factory=lambda: {
            "critical": "critical",
            "page": "critical",
            "error": "high",
            "warning": "normal",
            "info": "low",
            "none": "low",
        }
    )
    """The urgency in Warmline by the label ``severity``; ``normal`` for others."""
    service_labels: list[str] = Field(default_factory=lambda: ["service", "job", "namespace", "alertname"])
    """The labels of which the first that is there names the service."""
    api: str | None = Field(default=None, pattern=r"^https?://")
    """Where Alertmanager is, to be silenced while somebody works on it."""
    silence_minutes: int = Field(default=0, ge=0, le=10_080)
    """For how long alerts are silenced that somebody took over, at most until they resolve the case; 0 for not."""
    store: Path = Path("alertmanager-bridge.sqlite3")
    """The file in which the bridge keeps what it must not forget."""

    @field_validator("secrets", mode="before")
    @classmethod
    def _each_from_environment(cls, value: Any) -> Any:
        return settings_files.looked_up_each(value, "secrets") if isinstance(value, (str, list)) else value


def read_settings(path: Path) -> AlertmanagerSettings:
    """Read the settings from a file. Raises ``NotConfigured``, which names each field that is wrong."""
    return settings_files.read(path, AlertmanagerSettings, page="docs/on-call.md")


class AlertmanagerGate:
    """What Alertmanager's webhooks pass before they are taken in."""

    def __init__(self, secrets: list[str]) -> None:
        self._secrets = secrets

    def check(self, path: str, headers: Mapping[str, str], body: bytes) -> bool:  # noqa: ARG002 (the port's)
        """Return whether there is such a path. Raises ``InvalidSignature``."""
        if path.rstrip("/") != PATH:
            return False
        given = headers.get("authorization", "").removeprefix("Bearer ").encode()
        if not any(hmac.compare_digest(given, one.encode()) for one in self._secrets):
            raise InvalidSignature("The webhook does not carry the token of `secrets`.")
        return True

    def read(self, body: bytes) -> Body | None:
        """Return what a webhook holds: a JSON object."""
        return read_json(body)

    def take(self, headers: Mapping[str, str], body: Body) -> Taken | None:  # noqa: ARG002 (the port's)
        """Return which group of alerts a webhook is about. The same news of it, sent again, has the same key."""
        group, alerts = body.get("groupKey"), _alerts(body)
        if not group or not alerts:
            return None
        known = [(one.get("fingerprint"), one.get("status"), one.get("startsAt")) for one in alerts]
        digest = hashlib.sha256(json.dumps([group, sorted(map(str, known)), body.get("status")]).encode())
        return Taken(f"news:{digest.hexdigest()}", _id(str(group)))

    def answer(self, body: Body, *, is_new: bool) -> Body:  # noqa: ARG002 (the port's)
        """Say whether the news was new."""
        return {"taken": is_new}


class Alertmanager:
    """An Alertmanager as a source. A group of alerts is an incident, and each alert, by its fingerprint, a detail."""

    name = "alertmanager"
    called = "Alertmanager"
    knows_who_has_it = False

    def __init__(self, settings: AlertmanagerSettings) -> None:
        self._settings = settings
        self._http = httpx.Client(timeout=TIMEOUT)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def heard(self, body: Body) -> Iterator[Incident]:
        """Read the news of a group of alerts."""
        alerts = _alerts(body)
        firing = [one for one in alerts if one.get("status") == FIRING]
        labels = {**_texts(body, "groupLabels"), **_texts(body, "commonLabels")}
        common = _texts(body, "commonAnnotations")
        service = next((labels[one] for one in self._settings.service_labels if labels.get(one)), "")
        urgency = max((self._urgency(one) for one in firing or alerts), key=ORDER.index)
        title = common.get("summary") or labels.get("alertname") or "Alerts"
        facts = {
            "alert": title,
            "service": service,
            "severity": labels.get("severity", urgency),
            "status": str(body.get("status") or ""),
            "alerts that fire": str(len(firing)),
            "runbook": common.get("runbook_url", ""),
            "alertmanager page": str(body.get("externalURL") or ""),
        }
        yield Incident(
            _id(str(body.get("groupKey"))),
            max(_changed(one) for one in alerts),
            Status.RESOLVED if body.get("status") == "resolved" else Status.TRIGGERED,
            title,
            service,
            urgency,
            self._settings.queue_of(service),
            facts,
            [_detail(one) for one in alerts],
            handle={"labels": _texts(body, "groupLabels")},
        )

    def acknowledge(self, incident: str, handle: Mapping[str, Any], who: str) -> str | None:
        """Silence a group while somebody works on it; the silence's id. Without its labels nothing is silenced."""
        minutes, labels = self._settings.silence_minutes, handle.get("labels") or {}
        if not minutes or not labels or self._settings.api is None:
            return None
        now = datetime.now(UTC)
        matchers = [{"name": name, "value": value, "isRegex": False, "isEqual": True} for name, value in labels.items()]
        silence = {
            "matchers": matchers,
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(minutes=minutes)).isoformat(),
            "createdBy": who,
            "comment": f"{who} has it in Warmline ({incident})",
        }
        return str(self._ask("POST", "/api/v2/silences", silence).get("silenceID") or "") or None

    def resolve(self, incident: str, acknowledged: str | None, who: str, note: str) -> None:  # noqa: ARG002 (the port's)
        """End the silence: what still fires is told again, and begins another case."""
        if acknowledged:
            self._ask("DELETE", f"/api/v2/silence/{acknowledged}")

    def look(self) -> None:
        """Look whether Alertmanager answers. Raises ``Later`` and ``Refused``."""
        self._ask("GET", "/api/v2/status")

    def _urgency(self, alert: Body) -> str:
        return self._settings.severities.get(_texts(alert, "labels").get("severity", ""), "normal")

    def _ask(self, method: str, path: str, body: Body | None = None) -> Body:
        try:
            answer = self._http.request(method, f"{(self._settings.api or '').rstrip('/')}{path}", json=body)
        except NEVER_SENT as error:
            raise Later(f"Alertmanager was not reached: {error}") from error
        except httpx.HTTPError as error:
            raise Later(f"Alertmanager did not answer: {error}", was_sent=True) from error
        if answer.is_success:
            return read_json(answer.content) or {}
        why = f"Alertmanager answered {answer.status_code} to {method} {path}: {answer.text[:200]}"
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Later(why, was_sent=True)
        raise Refused(why)


def check(settings: AlertmanagerSettings, client: Warmline) -> Iterator[Finding]:
    """Look at everything that a bridge needs, one after the other."""
    yield warmline_itself(client)
    if settings.silence_minutes and settings.api is None:
        yield Finding("api", False, "Silences are wanted, and it is not set: set where Alertmanager is.")
    elif settings.api is not None:
        with closing(Alertmanager(settings)) as source:
            try:
                source.look()
            except (Later, Refused) as error:
                yield Finding("api", False, f"{error}. Look at where Alertmanager is.")
            else:
                yield Finding("api", True, "Alertmanager answers there.")
    if settings.public_url is None:
        says = "It is not set, so nothing was checked of how Alertmanager reaches the bridge."
        yield Finding("public_url", False, says)
    else:
        yield answers(settings.public_url)


def run(settings: AlertmanagerSettings, client: Warmline) -> None:
    """Serve until a signal comes."""
    with made(settings, client) as service:
        running.run(service, settings)


@contextmanager
def made(settings: AlertmanagerSettings, client: Warmline) -> Iterator[Service]:
    """The service, put together from its parts, which are closed with the block."""
    gate = AlertmanagerGate(settings.secrets)
    with (
        closing(Alertmanager(settings)) as source,
        running.made(settings, client, source, gate, settings.store, lambda _: None) as service,
    ):
        yield service


def _alerts(body: Body) -> list[Body]:
    found = body.get("alerts")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _texts(body: Body, name: str) -> dict[str, str]:
    found = body.get(name)
    return {str(one): str(value) for one, value in found.items()} if isinstance(found, Mapping) else {}


def _detail(alert: Body) -> Detail:
    labels, annotations = _texts(alert, "labels"), _texts(alert, "annotations")
    said = annotations.get("description") or annotations.get("summary") or ""
    about = ", ".join(f"{name}={value}" for name, value in sorted(labels.items()) if name != "alertname")
    text = (
        f"{str(alert.get('status')).upper()} {labels.get('alertname', 'alert')} ({about}){f': {said}' if said else ''}"
    )
    return Detail(f"alert:{alert.get('fingerprint')}:{alert.get('status')}:{alert.get('startsAt')}", text)


def _changed(alert: Body) -> float:
    """When an alert began to be as it is: its end is in the future, or long ago, while it fires."""
    moment = alert.get("startsAt") if alert.get("status") == FIRING else alert.get("endsAt")
    try:
        return datetime.fromisoformat(str(moment)).timestamp()
    except ValueError:
        return datetime.now(UTC).timestamp()


def _id(group: str) -> str:
    """A group's key, which is as long as its labels are, as an id."""
    return hashlib.sha256(group.encode()).hexdigest()[:32]
