"""``warmline backup`` and ``warmline restore``: the whole database to a file, and from one."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from warmline.cli.output import JsonFlag, complain, note, show_json
from warmline_local.backups import BackupFile, Manifest, back_up, check_keys, restore as restore_backup
from warmline_local.commands.complaints import complaints
from warmline_local.servers import EmbeddedPostgres
from warmline_local.stack import (
    SERVICE_LOGIN,
    Addresses,
    Steps,
    ensure_service_login,
    find_database,
    find_running,
    held_encryption_keys,
)
from warmline_memory.settings import Settings, load_settings

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The backup's file.", show_default=False)]


def backup(file: FileArgument, as_json: JsonFlag = False) -> None:
    """Write the whole database, of all tenants, to a new file, while the platform works on.

    The database is WARMLINE_MIGRATION_DATABASE_URL's, WARMLINE_DATABASE_URL's, or the running local stack's.
    """
    with complaints():
        manifest = back_up(find_database(load_settings()).owner_url, BackupFile(file))
    _tell(manifest, f"{file} holds", as_json)
    if manifest.sealed:
        note("It holds sealed values: keep WARMLINE_ENCRYPTION_KEYS too, and elsewhere. They cannot be read without.")


def restore(
    file: FileArgument,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Restore it although what is sealed in it can never be opened.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Restore a backup into an empty database, and verify it. Nothing is changed before the file is found whole.

    Without WARMLINE_DATABASE_URL it becomes the database of the local stack in WARMLINE_HOME, which must not have one.
    """
    settings = load_settings()
    steps = Steps(Console(stderr=True, highlight=False, emoji=False))
    with complaints():
        backup_file = BackupFile(file)
        manifest = backup_file.read_manifest()
        if not without_keys:
            check_keys(held_encryption_keys(settings).get_secret_value(), manifest)
        with _database(settings) as at:
            problems = restore_backup(settings, at.owner_url, at.service_url, backup_file, steps)
    _tell(manifest, "Restored:", as_json)
    for problem in problems:
        complain(problem)
    if problems:
        raise typer.Exit(1)


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[Addresses]:
    """The database to restore into: the one that is named or runs, else the local stack's, started for the while."""
    if settings.database_url or settings.migration_database_url or find_running(settings.home):
        yield find_database(settings)
        return
    with EmbeddedPostgres(settings.home) as server:
        ensure_service_login(server.url)
        yield Addresses(server.url, server.url_as(SERVICE_LOGIN))


def _tell(manifest: Manifest, begins: str, as_json: bool) -> None:
    if as_json:
        show_json(manifest.model_dump(mode="json", exclude={"sealed"}))
        return
    rows = manifest.rows
    typer.echo(
        f"{begins} {sum(rows.values())} rows in {len(rows)} tables, {rows['memories']} memories and {rows['handoffs']} "
        f"handoffs of {rows['tenants']} tenants, of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, "
        f"at revision {manifest.revision}."
    )
