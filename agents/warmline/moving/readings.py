"""Readings: which memory an item of another tool becomes, and which ones are left behind."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from warmline_schemas.memories import ROLES, Role
from warmline_schemas.wire import storable

Fields = Mapping[str, Any]
"""An item as its tool writes it."""

TAGS, SESSION = "_dakera_tags", "_dakera_session_id"
"""The members of metadata in which the platform's routes for Dakera keep tags and names of sessions."""
EVENT_TIME = "_dakera_event_time"
TYPES = ("episodic", "semantic", "procedural", "working")
SPEAKERS = {"human": Role.USER, "ai": Role.AGENT, **{role.value: role for role in Role}, **ROLES}


class Origin(StrEnum):
    """A tool from which memories can be brought."""

    DAKERA = "dakera"
    MEM0 = "mem0"
    ZEP = "zep"


@dataclass(frozen=True)
class Reading:
    """What an item becomes: the fields of a memory, or why it is left behind; and whose it is, if the item says so."""

    memory: dict[str, Any] | None
    owner: str | None = None
    left_behind: str = ""


def read(origin: Origin, fields: Fields) -> Reading:
    """Read an item of a tool. Raises ``ValueError`` for a time that is none."""
    return _READERS[origin](fields)


def _of_dakera(fields: Fields) -> Reading:
    # What recalls answer has the memory inside of an envelope with its scores.
    inside = fields.get("memory")
    one = inside if isinstance(inside, dict) else fields
    given = _object(one.get("metadata"))
    tags = one.get("tags") or []
    if isinstance(tags, str):
        tags = [tag.strip() for tag in tags.replace(";", ",").split(",") if tag.strip()]
    labels = {TAGS: tags, SESSION: one.get("session_id")}
    own = {name: value for name, value in given.items() if not name.startswith("_dakera_")}
    expires_at = _moment(one.get("expires_at"))
    return _reading(
        Origin.DAKERA,
        one,
        content=_text(one, "content"),
        owner=one.get("agent_id"),
        over=expires_at is not None and expires_at <= datetime.now(UTC),
        kind=one.get("memory_type") if one.get("memory_type") in TYPES else "episodic",
        importance=_number(one.get("importance")),
        metadata=own | {name: value for name, value in labels.items() if value},
        event_time=_moment(given.get(EVENT_TIME) or one.get("event_time") or one.get("created_at")),
        ttl_seconds=expires_at and max(1, int((expires_at - datetime.now(UTC)).total_seconds())),
    )


def _of_mem0(fields: Fields) -> Reading:
    told = ("user_id", "agent_id", "run_id", "actor_id", "app_id", "categories")
    expires_at = _moment(fields.get("expiration_date"))
    return _reading(
        Origin.MEM0,
        fields,
        content=_text(fields, "memory", "text", "content", "data"),
        owner=_first(fields, "user_id", "agent_id", "run_id"),
        over=expires_at is not None and expires_at <= datetime.now(UTC),
        kind="fact",
        role=SPEAKERS.get(str(fields.get("role"))),
        metadata=_object(fields.get("metadata")) | {name: fields[name] for name in told if fields.get(name)},
        event_time=_moment(_first(fields, "timestamp", "created_at")),
        ttl_seconds=expires_at and max(1, int((expires_at - datetime.now(UTC)).total_seconds())),
    )


def _of_zep(fields: Fields) -> Reading:
    is_fact = fields.get("fact") is not None
    ended = _moment(_first(fields, "invalid_at", "expired_at"))
    # Before the cloud's fourth version the free name stood in ``role``, and the role in ``role_type``.
    role = SPEAKERS.get(str(_first(fields, "role_type", "role")))
    told = ("thread_uuid", "session_id", "user_id", "name", "fact_name")
    return _reading(
        Origin.ZEP,
        fields,
        content=_text(fields, "fact", "content"),
        owner=fields.get("user_id"),
        over=is_fact and ended is not None and ended <= datetime.now(UTC),
        kind="fact" if is_fact else "message",
        role=None if is_fact else role,
        metadata=_object(fields.get("metadata")) | {name: fields[name] for name in told if fields.get(name)},
        event_time=_moment(_first(fields, "valid_at", "reference_time", "created_at")),
    )


_READERS: Mapping[Origin, Callable[[Fields], Reading]] = {
    Origin.DAKERA: _of_dakera,
    Origin.MEM0: _of_mem0,
    Origin.ZEP: _of_zep,
}


def _reading(origin: Origin, item: Fields, *, content: Any, owner: Any, over: bool, **memory: Any) -> Reading:
    text = content.strip() if isinstance(content, str) else ""
    if not text:
        return Reading(None, left_behind="without text")
    if over:
        return Reading(None, left_behind="no longer valid")
    given = {name: value for name, value in memory.items() if value not in (None, {})}
    identified = {"content": text, "external_id": _external_id(origin, item)}
    return Reading(storable(identified | given), None if owner is None else str(owner))


def _external_id(origin: Origin, item: Fields) -> str:
    """The item's own id, or else one of what it says, under the tool's name."""
    own = str(_first(item, "id", "uuid", "uuid_") or "")
    if not own or len(own) > 200:
        own = hashlib.sha256(json.dumps(item, sort_keys=True, default=str).encode(errors="replace")).hexdigest()
    return f"{origin}:{own}"


def _text(fields: Fields, *names: str) -> Any:
    """What an item says. Raises ``ValueError`` where it has no member for that: it is an item of something else."""
    if not any(name in fields for name in names):
        raise ValueError(f"it has no member {' or '.join(names)}, so that it is no memory of this tool")
    return _first(fields, *names)


def _first(fields: Fields, *names: str) -> Any:
    return next((fields[name] for name in names if fields.get(name) not in (None, "")), None)


def _object(given: Any) -> dict[str, Any]:
    return dict(given) if isinstance(given, dict) else {}


def _number(given: Any) -> float | None:
    return None if given in (None, "") else float(given)


def _moment(given: Any) -> datetime | None:
    """A time as these tools write it: seconds since 1970, or ISO 8601, in UTC where it says no zone."""
    if given in (None, ""):
        return None
    try:
        seconds = float(given)
    except ValueError:
        found = datetime.fromisoformat(given)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return datetime.fromtimestamp(seconds, UTC)
