"""The local stack's own tenant, its key and what seals its database, made on the first start and found again later."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import SecretStr

from warmline_local.servers import write_private
from warmline_memory import tenancy
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Role, new_sealing_key

NAME = "local"
KEY_FILE = "encryption-key"


@dataclass(frozen=True)
class LocalKey:
    """A key as its file keeps it."""

    tenant_id: str
    key_id: str
    secret: str


def ensure_local_key(database: Database, file: Path, name: str = NAME) -> str:
    """The secret of a key of a tenant, ``local`` unless it is named, that works with this database; makes what is
    missing.

    ``database`` connects as the owner. The file is for its owner alone; a key that was revoked, or that another
    database knew, is replaced.
    """
    # The file may be older than the database, or of another one, for WARMLINE_DATABASE_URL can change between two
    # starts. So its key is looked up by id, and made anew where it is missing or revoked.
    kept = _read(file)
    with database.transaction(role=Role.ADMIN) as db:
        if kept and any(str(key.id) == kept.key_id and key.revoked_at is None for key, _ in tenancy.list_all_keys(db)):
            return kept.secret
        tenant = tenancy.find_tenant(db, name) or tenancy.create_tenant(db, name)
        key, secret = tenancy.create_key(db, tenant_id=tenant.id, name=NAME)
        made = LocalKey(str(tenant.id), str(key.id), secret)
    write_private(file, json.dumps(asdict(made)))
    return secret


def ensure_encryption_keys(settings: Settings) -> SecretStr:
    """The keys that seal what this stack's database holds: those of the settings, else one that is kept in its home."""
    held = held_encryption_keys(settings)
    if held.get_secret_value():
        return held
    made = new_sealing_key()
    write_private(settings.home / KEY_FILE, made)
    return SecretStr(made)


def held_encryption_keys(settings: Settings) -> SecretStr:
    """The keys of the settings, else the one that is kept in the stack's home; empty where there is none."""
    file = settings.home / KEY_FILE
    if settings.encryption_keys.get_secret_value() or not file.exists():
        return settings.encryption_keys
    return SecretStr(file.read_text(encoding="ascii"))


def _read(file: Path) -> LocalKey | None:
    try:
        return LocalKey(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
