"""Filling: plays the whole sample on a running platform, and then moves its times into the past."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from warmline import Warmline
from warmline_local.sample import backdating, casts, desks, present
from warmline_local.sample.fates import FATES
from warmline_local.sample.history import past_cases
from warmline_local.sample.people import receiver_of
from warmline_local.sample.plays import Case, Play, lead_time
from warmline_local.sample.stories import language_of, read, with_cast
from warmline_local.sample.timelines import Anchor, Timeline
from warmline_memory.storage import Transaction
from warmline_schemas.operators import CreateOperator

# The sample is the same on every machine, so that documents and screenshots agree with it.
SEED = 2026
WEEKS = 6
# More at the same time is not faster: two cores are busy with embedding.
AT_ONCE = 4
PATIENCE = 60.0

Administration = Callable[[], AbstractContextManager[Transaction]]


@dataclass(frozen=True)
class Stage:
    """Where cases are played: the platform, who works there, and what counts as now."""

    client: Warmline
    operators: Sequence[CreateOperator]
    now: datetime


def fill(client: Warmline, administration: Administration, tenant_id: UUID, password: str, weeks: int = WEEKS) -> int:
    """Play the sample in an empty tenant, whose key the client has: how many chains there are then.

    It begins so many weeks ago. ``administration`` opens a transaction as the administrator of the platform's database.
    """
    desks.set_up(client, password)
    stage = Stage(client, desks.operators(), datetime.now(UTC))
    past = list(past_cases(Random(SEED), stage.now, weeks))  # noqa: S311 (the same sample every time)
    played = _play(stage, enumerate(past))
    # Everybody worked in the last weeks; only some are there now. So people go home between the past and today.
    desks.send_home(client)
    stage = Stage(client, desks.operators(are_there=True), datetime.now(UTC))
    today = [Case.model_validate(case) for case in read("today.toml")["cases"]]
    played |= _play(stage, enumerate(today, len(past)))
    # All at once, and before anything happens in real time: events are numbered anew in the order of their new times.
    with administration() as db:
        backdating.move(db, tenant_id, played)
    present.set_up_webhooks(client)
    present.change_shift(client, PATIENCE)
    return len(played)


def _play(stage: Stage, cases: Iterable[tuple[int, Case]]) -> dict[UUID, Sequence[Anchor]]:
    """Play cases, a few at once: the anchors of each chain."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(pool.map(partial(_play_one, stage), cases))


def _play_one(stage: Stage, numbered: tuple[int, Case]) -> tuple[UUID, Sequence[Anchor]]:
    number, case = numbered
    # A generator for each case: cases are played by several threads, which would draw from a shared one in any order.
    random = Random(f"{SEED}:{number}")  # noqa: S311
    story = with_cast(case.story, casts.draw(random, language_of(case.story)))
    begins = stage.now - timedelta(minutes=case.ago) - lead_time(story)
    play = Play(
        client=stage.client,
        case=case,
        story=story,
        timeline=Timeline(begins, stage.now),
        receiver_of=lambda target: receiver_of(stage.operators, story, target, random),
        patience=PATIENCE,
    )
    FATES[case.fate](play)
    assert play.chain_id is not None  # noqa: S101 (every fate starts a session)
    return play.chain_id, play.timeline.anchors
