"""What it costs to hand out no dead connection: a look at its socket, a ping, and nothing at all, in one process.

python -m bench.checkouts
"""

import tempfile
import time
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, create_engine, event, text

from warmline_local.servers import EmbeddedPostgres
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, sqlalchemy_url

TURNS = 2_000


def main() -> None:
    """Print the median time of one statement on a connection of each pool, in microseconds."""
    with tempfile.TemporaryDirectory(prefix="warmline-") as folder, EmbeddedPostgres(Path(folder)) as server:
        database = Database(Settings(database_url=server.url))
        # ``Database`` enters a tenant in every transaction, which is not what is measured.
        event.remove(database.engine, "begin", database._enter)
        url = sqlalchemy_url(server.url)
        pools = {
            "nothing": create_engine(url),
            "a look at the socket": database.engine,
            "a ping": create_engine(url, pool_pre_ping=True),
        }
        for name, seconds in _taking_turns(pools).items():
            print(f"{name:22} {1e6 * seconds:6.0f} µs")
        for engine in pools.values():
            engine.dispose()


def _taking_turns(pools: dict[str, Engine]) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in pools}
    for _ in range(TURNS):
        for name, engine in pools.items():
            began = time.perf_counter()
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            times[name].append(time.perf_counter() - began)
    return {name: median(seconds) for name, seconds in times.items()}


if __name__ == "__main__":
    main()
