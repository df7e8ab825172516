"""The commands that ``warmline`` hands over to this module, each by its name in ``commands.HANDED_OVER``."""

import typer

from warmline_local.commands import (
    backups,
    demo,
    doctor,
    keys,
    limiting,
    migrating,
    reembedding,
    sealing,
    seeding,
    serving,
    status,
    up,
)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog="Example:  warmline up --port 8421")(up.up)
app.command(epilog="Example:  warmline demo")(demo.demo)
app.command(epilog="Example:  WARMLINE_DATABASE_URL=postgresql://… WARMLINE_REDIS_URL=redis://… warmline api")(
    serving.api
)
app.command(epilog="Example:  WARMLINE_DATABASE_URL=postgresql://… WARMLINE_REDIS_URL=redis://… warmline worker")(
    serving.worker
)
app.command(epilog="Example:  warmline alive || echo dead")(serving.alive)
app.command(epilog="Example:  warmline seed --again")(seeding.seed)
app.command(epilog="Example:  WARMLINE_DATABASE_URL=postgresql://… warmline migrate")(migrating.migrate)
app.command(epilog="Example:  WARMLINE_EMBEDDING_MODEL=all-MiniLM-L6-v2 warmline reembed")(reembedding.reembed)
app.command(epilog="Example:  warmline backup warmline-2026-07-01.backup")(backups.backup)
app.command(epilog="Example:  WARMLINE_DATABASE_URL=postgresql://… warmline restore warmline-2026-07-01.backup")(
    backups.restore
)
app.command(epilog="Example:  warmline doctor")(doctor.doctor)
app.command(epilog="Example:  warmline status --json")(status.status)
app.add_typer(keys.app, name="keys")
app.add_typer(limiting.app, name="limits")
app.add_typer(sealing.app, name="sealing")


if __name__ == "__main__":
    app(prog_name="warmline")
