"""``warmline reembed``: makes the stored embeddings anew with the model that the settings name."""

from contextlib import closing

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from warmline.cli.output import JsonFlag, show_json
from warmline_local.commands.complaints import complaints
from warmline_local.stack import held_encryption_keys, opened_database
from warmline_memory import jobs
from warmline_memory.embedding import ensure_exported, open_embedder
from warmline_memory.settings import EmbeddingEngine, load_settings
from warmline_memory.storage import Database


def reembed(as_json: JsonFlag = False) -> None:
    """Make all stored embeddings anew with WARMLINE_EMBEDDING_MODEL, and make it the database's model.

    A platform that runs works on meanwhile, and recall stays whole; a local stack that is stopped stays so. It can be
    interrupted and run again. When it is done, restart the API and the worker with the same model, and run it once more
    for what they wrote at the very end.
    """
    settings = load_settings()
    # What is sealed must be opened to be embedded.
    settings = settings.model_copy(update={"encryption_keys": held_encryption_keys(settings)})
    columns = (TextColumn("Embedding"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with complaints():
        # The model is exported first: that may fail, and must not do so in the middle of the work.
        if settings.embedding_engine is EmbeddingEngine.ONNX:
            ensure_exported(settings)
        with (
            opened_database(settings) as addresses,
            closing(Database(settings, addresses.owner_url)) as database,
            closing(open_embedder(settings)) as embedder,
        ):
            database.check()
            stale = jobs.count_stale(database, embedder)
            with Progress(*columns, console=Console(stderr=True)) as progress:
                bar = progress.add_task("Embedding", total=stale)
                embedded = 0
                for count in jobs.reembed(database, embedder):
                    progress.advance(bar, count)
                    embedded += count
            done = {"model": embedder.name, "dimension": embedder.dimension, "embedded": embedded}
    if as_json:
        show_json(done)
    else:
        typer.echo(f"{embedded} memories embedded; the database's model is {done['model']}.")
