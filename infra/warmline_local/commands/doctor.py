"""``warmline doctor``: looks at every part of the platform, and says what is wrong and how to put it right."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import httpx
import typer
from sqlalchemy import func, select

from warmline.cli.output import JsonFlag, show_json
from warmline_local.commands.complaints import complaints
from warmline_local.servers import check_redis
from warmline_local.stack import find_database, find_running, held_encryption_keys
from warmline_memory.errors import SetupError, WarmlineError
from warmline_memory.mailing import Mailer
from warmline_memory.settings import Settings, load_settings
from warmline_memory.storage import Database, Role, diagnose_replica

SKEW_SECONDS = 5.0
"""Clocks that differ by more than this make leases, promises and sign-ins end at the wrong moment."""
FREE_BYTES = 1_000_000_000
"""PostgreSQL stops at a full disk, and by then it is late to act."""
ANSWER_SECONDS = 10.0


@dataclass(frozen=True)
class Diagnosis:
    """What was found of one part: a sentence, and where it is not well another one that says what to do."""

    part: str
    well: bool
    sentence: str


def doctor(as_json: JsonFlag = False) -> None:
    """Look at the configuration, the database, its replica, Redis, the API, the worker, the clock, the disk and the
    mail server.

    Says what is wrong and how to put it right; exit status 1 where anything is.
    """
    with complaints():
        found = list(diagnoses(load_settings()))
    if as_json:
        show_json({"parts": [asdict(one) for one in found]})
    else:
        for one in found:
            typer.echo(f"{'ok   ' if one.well else 'WRONG'} {one.part}: {one.sentence}")
    if not all(one.well for one in found):
        raise typer.Exit(1)


def diagnoses(settings: Settings) -> Iterator[Diagnosis]:
    """Look at one part after the other."""
    running = find_running(settings.home)
    redis_url = settings.redis_url or (running.redis_url if running else "")
    url = running.url if running else f"http://{settings.host}:{settings.port}"
    for part, look in {
        "database": lambda: _database(settings),
        "replica": lambda: _replica(settings),
        "sealing": lambda: _sealing(settings),
        "clock": lambda: _clock(settings),
        "redis": lambda: _redis(redis_url),
        "api and worker": lambda: _api(url),
        "disk": lambda: _disk(settings),
        "mail": lambda: _mail(settings),
    }.items():
        yield _diagnosed(part, look)


def _diagnosed(part: str, look: Callable[[], str]) -> Diagnosis:
    try:
        return Diagnosis(part, True, look())
    except WarmlineError as error:
        return Diagnosis(part, False, str(error))


def _database(settings: Settings) -> str:
    with closing(Database(settings, find_database(settings).service_url)) as database:
        database.check()
        # Only who may act as this role can run the worker.
        with database.transaction(role=Role.SWEEP):
            pass
    return "it answers, at a revision that serves this code, with a pgvector that can be trusted."


def _replica(settings: Settings) -> str:
    if not settings.replica_database_url:
        return "none is set, and the database answers all reads."
    with (
        closing(Database(settings, find_database(settings).service_url)) as database,
        closing(Database(settings, settings.replica_database_url)) as copy,
    ):
        return diagnose_replica(database.transaction, copy.transaction)


def _sealing(settings: Settings) -> str:
    held = settings.model_copy(update={"encryption_keys": held_encryption_keys(settings)})
    with closing(Database(held, find_database(settings).service_url)) as database:
        opened = database.check_content_keys()
    if settings.seal_content:
        return f"what people said is sealed; the platform's keys open {opened} content keys."
    return f"what people said is stored in clear; the platform's keys open {opened} content keys of before."


def _clock(settings: Settings) -> str:
    with closing(Database(settings, find_database(settings).service_url)) as database, database.transaction() as db:
        theirs = db.scalar(select(func.clock_timestamp()))
    skew = abs((datetime.now(UTC) - theirs).total_seconds()) if theirs else 0.0
    if skew > SKEW_SECONDS:
        raise SetupError(
            what=f"This machine's clock and the database's differ by {skew:.0f} s.", fix="Let NTP set both of them."
        )
    return f"it agrees with the database's within {SKEW_SECONDS:g} s."


def _redis(url: str) -> str:
    if not url:
        raise SetupError(what="There is no Redis.", fix="Start `warmline up`, or set WARMLINE_REDIS_URL.")
    check_redis(url)
    return "it answers."


def _api(url: str) -> str:
    try:
        answer = httpx.get(f"{url}/health/ready", timeout=ANSWER_SECONDS, trust_env=False)
        checks = answer.json()["checks"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise SetupError(
            what=f"The API at {url} does not answer.",
            fix="Start it, or set WARMLINE_HOST and WARMLINE_PORT to where it is.",
        ) from error
    down = [name for name, state in checks.items() if state != "ok"]
    if down:
        raise SetupError(
            what=f"The API at {url} says that {' and '.join(down)} is down.",
            fix="Its log says why; for the worker, see whether one runs: handoffs wait for it.",
        )
    return f"{url} is ready, and no handoff waits for a worker."


def _disk(settings: Settings) -> str:
    folder = settings.home if settings.home.exists() else settings.home.anchor
    free = shutil.disk_usage(folder).free
    if free < FREE_BYTES:
        raise SetupError(
            what=f"{folder} has {free // 1_000_000} MB left.", fix="Make room: PostgreSQL stops at a full disk."
        )
    return f"{folder} has {free // 1_000_000_000} GB left."


def _mail(settings: Settings) -> str:
    if not settings.smtp_host:
        return "no mail server is set, and nobody is told anything by e-mail."
    with Mailer(settings) as mailer:
        mailer.check()
    return f"{settings.smtp_host}:{settings.smtp_port} takes e-mails; they link to {settings.address}."
