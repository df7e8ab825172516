"""``warmline sealing``: the keys that encrypt what the database must not give away by itself."""

import typer

from warmline.cli.output import note
from warmline_local.commands.complaints import complaints
from warmline_local.stack import administration
from warmline_memory import operators, webhooks
from warmline_memory.errors import SetupError
from warmline_memory.settings import load_settings
from warmline_memory.storage import new_sealing_key

app = typer.Typer(help="Keys that encrypt secrets and recorded answers.", no_args_is_help=True)


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
    sealed = f"{of_webhooks} webhooks, {of_factors} second factors and {of_providers} providers"
    typer.echo(f"The secrets of {sealed} are sealed with the first key.")
    note(f"Recorded answers are kept {settings.idempotency_hours} hours; keep the old key for as long.")
