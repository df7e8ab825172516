"""What stands in transcripts of coding agents: keys of many vendors are hidden, and words about keys are not."""

from datetime import UTC, datetime
from uuid import UUID

from tests.builders.vendor_secrets import HARMLESS, SECRETS
from warmline_memory import redaction
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Role

UNCHANGED = 80


def shown(text: str) -> str:
    said = SourceMemory(
        id=UUID(int=1),
        role=Role.USER,
        kind="message",
        content=text,
        importance=0.5,
        event_time=datetime(2026, 3, 2, tzinfo=UTC),
    )
    return redaction.scrub(text, redaction.find([said]))


def test_keys_of_every_vendor_are_hidden() -> None:
    assert [name for name, (place, secret) in SECRETS.items() if secret in shown(place.format(secret))] == []


def test_texts_about_keys_and_passwords_are_left_as_they_are() -> None:
    texts = [line for line in HARMLESS.splitlines() if line.strip()]
    changed = [line for line in texts if shown(line) != line]
    assert len(texts) - len(changed) >= UNCHANGED, changed
