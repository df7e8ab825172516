"""Making a backup while the platform works on: the dump and what is counted for the manifest are of one moment."""

from datetime import UTC, datetime
from importlib.metadata import version

from warmline_local.backups import looking
from warmline_local.backups.files import BackupFile, Manifest
from warmline_local.backups.programs import find_program, output_of
from warmline_memory.errors import SetupError
from warmline_memory.storage import migrations

LOCK_WAIT = "60s"
"""How long the dump waits for a migration that changes a table."""


def back_up(owner_url: str, file: BackupFile) -> Manifest:
    """Write a backup of a database, as its owner. Raises ``SetupError``, with no file left behind."""
    file.check_new()
    revision = migrations.current(owner_url)
    if revision is None:
        raise SetupError(what="The database has no schema of Warmline.", fix="Check WARMLINE_DATABASE_URL.")
    with looking.connected(owner_url) as connection:
        looking.check_sees_all(connection)
        server = looking.version_of(connection)
        program = find_program("pg_dump", server)
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        ((snapshot,),) = connection.execute("SELECT pg_export_snapshot()").fetchall()
        manifest = Manifest(
            made_at=datetime.now(UTC),
            warmline=version("warmline"),
            revision=revision,
            postgres=server,
            rows=looking.count_rows(connection),
            audits=looking.heads_of_audits(connection),
            sealed=looking.sealed_values(connection),
        )
        options = (
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--lock-wait-timeout={LOCK_WAIT}",
            # Who owns what differs from server to server, and a comment on an extension is its owner's to make.
            "--no-owner",
            "--no-comments",
            # The owner is no superuser, and sees all rows as an administrator.
            "--enable-row-security",
            *(f"--exclude-table-data={table}" for table in looking.NOT_KEPT),
        )
        with file.write() as new:
            with output_of(program, owner_url, *options) as dump:
                manifest = new.add_dump(dump, manifest)
            new.add_manifest(manifest)
    return manifest
