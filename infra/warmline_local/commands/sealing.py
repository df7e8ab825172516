"""``warmline sealing``: the keys that encrypt what the database must not give away by itself."""

from collections import Counter
from contextlib import closing
from typing import Annotated

import typer

from warmline.cli.output import JsonFlag, note, show_json
from warmline_local.commands.complaints import complaints
from warmline_local.stack import administration, held_encryption_keys, opened_database
from warmline_memory import jobs, operators, webhooks
from warmline_memory.errors import SetupError
from warmline_memory.settings import load_settings
from warmline_memory.storage import Database, new_sealing_key, renew_seals_of_content_keys

app = typer.Typer(help="Keys that encrypt secrets, recorded answers, and what people said.", no_args_is_help=True)


@app.command("new-key", epilog="Example:  WARMLINE_ENCRYPTION_KEYS=$(warmline sealing new-key)")
def new_key() -> None:
    """Print a new key for WARMLINE_ENCRYPTION_KEYS."""
    typer.echo(new_sealing_key())


@app.command(epilog="Example:  WARMLINE_ENCRYPTION_KEYS=NEW,OLD warmline sealing renew")
def renew() -> None:
    """Seal every secret that is stored with the first of the keys, so that the others can be taken away."""
    settings = load_settings()
    with complaints():
        if not settings.encryption_keys.get_secret_value():
            raise SetupError(
                what="WARMLINE_ENCRYPTION_KEYS is not set.", fix="Give the new key, a comma, and the old one."
            )
        with administration(settings) as db:
            of_webhooks, of_factors = webhooks.renew_seals(db), operators.renew_seals_of_factors(db)
            of_providers = operators.renew_seals_of_providers(db)
            of_tenants = renew_seals_of_content_keys(db, db.sealer)
    sealed = f"{of_webhooks} webhooks, {of_factors} second factors and {of_providers} providers"
    typer.echo(f"The secrets of {sealed} are sealed with the first key, and so are {of_tenants} content keys.")
    note(f"Recorded answers are kept {settings.idempotency_hours} hours; keep the old key for as long.")


@app.command(epilog="Example:  warmline sealing contents")
def contents(
    is_opening: Annotated[bool, typer.Option("--open", help="Store in clear what is sealed, the other way.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Seal what people said before WARMLINE_SEAL_CONTENT was set; with --open, after it was taken away, open it again.

    The platform works on meanwhile. It can be interrupted and run again, and is to be run once more when the last
    process that writes the other way has ended.
    """
    settings = load_settings()
    changed = Counter[str]()
    with complaints(), opened_database(settings) as addresses:
        wanted = {"seal_content": not is_opening, "encryption_keys": held_encryption_keys(settings)}
        with closing(Database(settings.model_copy(update=wanted), addresses.owner_url)) as database:
            database.check()
            database.check_content_keys()
            for table, count in jobs.seal_contents(database):
                changed[table] += count
    if as_json:
        show_json({"open": is_opening, "changed": dict(changed)})
    else:
        rows = ", ".join(f"{count} of {table}" for table, count in sorted(changed.items()) if count)
        typer.echo(f"{'Opened' if is_opening else 'Sealed'} rows: {rows or 'none'}.")
