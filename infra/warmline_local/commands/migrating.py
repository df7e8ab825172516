"""``warmline migrate``: brings the database to the newest revision."""

import typer

from warmline.cli.output import JsonFlag, show_json
from warmline_local.commands.complaints import complaints
from warmline_local.stack import find_database, prepare_database
from warmline_memory.settings import load_settings
from warmline_memory.storage import migrations


def migrate(as_json: JsonFlag = False) -> None:
    """Bring the database to the newest revision: WARMLINE_MIGRATION_DATABASE_URL's, WARMLINE_DATABASE_URL's, or the
    running local stack's.
    """
    with complaints():
        addresses = find_database(load_settings())
        before = prepare_database(addresses.owner_url, addresses.service_url)
        after = migrations.current(addresses.owner_url)
    if as_json:
        show_json({"before": before, "after": after})
    elif before == after == migrations.head():
        typer.echo(f"The database is at {after}, the newest revision.")
    elif before == after:
        typer.echo(
            f"The database is at {after}, which a newer Warmline made, and serves this one. Nothing was changed."
        )
    else:
        typer.echo(f"The database went from {before or 'empty'} to {after}.")
