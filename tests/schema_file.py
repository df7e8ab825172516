"""The whole schema as one readable file: ``storage/schema.sql``, by ``pg_dump`` from a database that was just migrated.

``python -m tests.schema_file`` (``make schema``) writes it anew; ``test_schema.py`` says when it is out of date.
"""

import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from warmline_local.servers import EmbeddedPostgres
from warmline_local.servers.programs import postgres_folder
from warmline_memory import storage
from warmline_memory.storage import migrations

SCHEMA_FILE = Path(storage.__file__).parent / "schema.sql"

HEAD = (
    "-- The schema as the migrations make it. `make schema` writes this file, and a test compares it: do not edit it."
)

STATED_BY_TABLES = {"TABLE", "SEQUENCE", "DEFAULT", "CONSTRAINT", "CHECK CONSTRAINT", "FK CONSTRAINT", "INDEX"}
"""What ``storage.tables`` states of a schema. SQLAlchemy knows no policies, grants, triggers and functions."""

ENTRY = re.compile(r"^--\n-- Name: .+; Type: (?P<kind>.+); Schema: .+\n--\n\n", re.MULTILINE)
"""What ``pg_dump`` writes above each object."""
TABLE = re.compile(r" (?:ON|ON TABLE|TABLE|TABLE ONLY) public\.(\w+)")
NOISE = re.compile(
    r"^(\\(un)?restrict .+|SET .+;|SELECT pg_catalog\..+;|--.*|ALTER .+ OWNER TO (?!warmline_).+;)\n", re.MULTILINE
)
"""What is no part of the schema: the settings of the dump, a token that ``psql`` checks, and the owner of most objects,
which is whoever migrates."""


class Entry(NamedTuple):
    """An object of a schema: what it is, the table that it belongs to ("" for none), and the SQL that makes it."""

    kind: str
    table: str
    sql: str


def read_schema(database_url: str) -> list[Entry]:
    """The objects of a database, by kind and then by name."""
    program = postgres_folder() / "bin" / "pg_dump"
    done = subprocess.run([program, "--schema-only", database_url], capture_output=True, text=True, check=True)
    return list(_entries(done.stdout))


def as_file(entries: Collection[Entry]) -> str:
    """A schema as SQL. First comes what belongs to no table; then each table with all that belongs to it."""
    of_tables: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        of_tables[entry.table].append(entry.sql)
    paragraphs = [HEAD, *of_tables.pop("", [])]
    for table in sorted(of_tables):
        paragraphs += [f"-- {table}", "\n".join(of_tables[table])]
    return "\n\n".join(paragraphs) + "\n"


def stated_by_tables(entries: Collection[Entry]) -> dict[str, list[str]]:
    """The statements that ``storage.tables`` accounts for, by table, sorted."""
    stated: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry.kind in STATED_BY_TABLES and entry.table != migrations.REVISION_TABLE:
            stated[entry.table].append(re.sub(r"\n.*FORCE ROW LEVEL SECURITY;", "", entry.sql))
    return {table: sorted(statements) for table, statements in stated.items()}


def _entries(dump: str) -> Iterator[Entry]:
    found = list(ENTRY.finditer(dump))
    for entry, after in zip(found, [*found[1:], None], strict=True):
        sql = dump[entry.end() : after.start() if after else None]
        table = TABLE.search(sql)
        sql = re.sub(r"\n{2,}", "\n", NOISE.sub("", sql)).strip().replace("public.", "")
        if entry["kind"] != "COMMENT":
            yield Entry(entry["kind"], "" if table is None or entry["kind"] == "FUNCTION" else table[1], sql)


def main() -> None:
    """Write the file from an empty database of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="warmline-") as folder,
        EmbeddedPostgres(Path(folder), durable=False) as server,
    ):
        migrations.upgrade(server.url)
        SCHEMA_FILE.write_text(as_file(read_schema(server.url)))


if __name__ == "__main__":
    main()
