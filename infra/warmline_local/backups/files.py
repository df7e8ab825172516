"""The file of a backup: a ZIP of two parts, the dump that ``pg_dump`` made and a manifest of what is in it.

The manifest comes last, and the ZIP's own directory after it, so that a file which was cut off anywhere is no backup.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Literal
from uuid import UUID

from pydantic import BaseModel, ValidationError

from warmline_memory.errors import SetupError

DUMP, MANIFEST = "database.dump", "manifest.json"
PIECE = 1 << 20
"""How much is read at a time, in bytes."""


class ChainHead(BaseModel):
    """The newest entry of a tenant's audit."""

    tenant_id: UUID
    number: int
    hash: str


class Manifest(BaseModel):
    """What a backup holds, all of it as of one moment."""

    format: Literal[1] = 1
    made_at: datetime
    warmline: str
    """The version that made it."""
    revision: str
    """The revision of its schema."""
    postgres: int
    """The major version of the server that it was made of."""
    rows: dict[str, int]
    """How many rows each table has."""
    audits: list[ChainHead]
    """Where the audit of each tenant ends."""
    sealed: list[str]
    """Sealed values of it. Who restores it must have keys that open them."""
    dump_bytes: int = 0
    dump_sha256: str = ""


class BackupFile:
    """A backup on the disk. Whatever is wrong with it is a ``SetupError``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def check_new(self) -> None:
        """Raise ``SetupError`` where there is such a file."""
        if self.path.exists():
            raise SetupError(what=f"{self.path} is there already.", fix="Give another name, or move it away.")

    @contextmanager
    def write(self) -> Iterator["NewBackup"]:
        """Write a new file, for its owner alone. It has its name once it is whole and on the disk; else it is gone."""
        part = self.path.with_name(f"{self.path.name}.part")
        try:
            with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                with zipfile.ZipFile(file, "w") as archive:
                    yield NewBackup(archive)
                file.flush()
                os.fsync(file.fileno())
            part.rename(self.path)
        except OSError as error:
            raise SetupError(
                what=f"{part} cannot be written ({error.strerror}).", fix="Choose another place."
            ) from error
        finally:
            part.unlink(missing_ok=True)

    def read_manifest(self) -> Manifest:
        """What it says that it holds."""
        with self._opened() as archive:
            try:
                return Manifest.model_validate_json(archive.read(MANIFEST))
            except (KeyError, ValidationError) as error:
                raise _no_backup(self.path, "it has no manifest that this version reads") from error

    def check(self, manifest: Manifest) -> None:
        """Read the dump once, and look whether it is what was written."""
        digest, length = hashlib.sha256(), 0
        with self._opened() as archive, archive.open(DUMP) as dump:
            while piece := dump.read(PIECE):
                digest.update(piece)
                length += len(piece)
        if (length, digest.hexdigest()) != (manifest.dump_bytes, manifest.dump_sha256):
            raise _no_backup(self.path, "its dump is not the one that its manifest is of")

    @contextmanager
    def dump(self) -> Iterator[IO[bytes]]:
        """The dump, to be read from its beginning."""
        with self._opened() as archive, archive.open(DUMP) as dump:
            yield dump

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                yield archive
        except OSError as error:
            raise SetupError(what=f"{self.path} cannot be read ({error.strerror}).", fix="Name a backup.") from error
        except (zipfile.BadZipFile, KeyError) as error:
            raise _no_backup(self.path, str(error)) from error


class NewBackup:
    """A backup that is being written: first the dump, then the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add_dump(self, dump: IO[bytes], manifest: Manifest) -> Manifest:
        """Write a dump, which is read to its end; the manifest with its length and its hash."""
        digest, length = hashlib.sha256(), 0
        with self._archive.open(DUMP, "w", force_zip64=True) as part:
            while piece := dump.read(PIECE):
                part.write(piece)
                digest.update(piece)
                length += len(piece)
        return manifest.model_copy(update={"dump_bytes": length, "dump_sha256": digest.hexdigest()})

    def add_manifest(self, manifest: Manifest) -> None:
        """Write what the backup holds."""
        self._archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))


def _no_backup(path: Path, why: str) -> SetupError:
    return SetupError(
        what=f"{path} is no backup of Warmline, or is damaged ({why}).",
        fix="Nothing was changed. Take another backup, or copy this one again.",
    )
