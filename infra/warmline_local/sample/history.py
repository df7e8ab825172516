"""History: the cases of the last weeks, drawn by a seeded generator."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from warmline_local.sample.plays import Case
from warmline_local.sample.stories import Written, read

PLAIN = "resolved"
FLAGGED = 0.1
"""The share of those that are taken over whose brief gets a line flagged."""
WAITS = (1.6, 0.8)
"""Minutes until somebody takes over, as mean and deviation of their logarithm: half within 5, 95 of 100 within 19."""


class Habits(Written):
    """How much comes in on each day from Monday on, between which hours, about what, and what becomes of it."""

    per_day: list[int]
    opens: int
    closes: int
    stories: dict[str, float]
    fates: dict[str, float]
    transfers: dict[str, str]
    because: dict[str, list[str]]


def past_cases(random: Random, now: datetime, weeks: int) -> Iterator[Case]:
    """Cases of the last weeks, the oldest first; none of today."""
    habits = Habits.model_validate(read("history.toml"))
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for days in range(weeks * 7, 0, -1):
        day = midnight - timedelta(days=days)
        hours = [random.uniform(habits.opens, habits.closes) for _ in range(habits.per_day[day.weekday()])]
        for hour in sorted(hours):
            yield _case(random, habits, (now - day).total_seconds() / 60 - hour * 60)


def _case(random: Random, habits: Habits, ago: float) -> Case:
    story = random.choices(list(habits.stories), list(habits.stories.values()))[0]
    fate = random.choices(list(habits.fates), list(habits.fates.values()))[0]
    then = habits.transfers.get(story, "")
    # Only some stories have a second queue to go to.
    if fate == "transferred_and_resolved" and not then:
        fate = PLAIN
    reasons = habits.because.get(fate)
    mode = {"mode": "warm"} if fate == "cancelled" else {}
    return Case.model_validate(
        {
            "story": story,
            "fate": fate,
            "ago": ago,
            "waits": random.lognormvariate(*WAITS),
            "then": then,
            "flagged": random.random() < FLAGGED,
            "because": random.choice(reasons) if reasons else "",
            **mode,
        }
    )
