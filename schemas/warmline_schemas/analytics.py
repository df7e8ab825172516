"""Analytics: how a tenant's handoffs went, as figures with exact definitions."""

from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer


class Bucket(StrEnum):
    """How long each point of the figures over time is, in UTC; weeks begin on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class AnalyticsFormat(StrEnum):
    """How figures are rendered."""

    JSON = "json"
    CSV = "csv"


class Spread(Answer):
    """How long something took, in seconds; null where it never happened."""

    count: int = Field(description="How many times it happened.")
    p50: float | None = Field(description="The median, in seconds.")
    p95: float | None = Field(description="The 95th percentile, in seconds.")


class Attainment(Answer):
    """How a promise was kept. Handoffs without that promise, or whose time is not up yet, do not count."""

    kept: int = Field(description="How many were done by the time that was promised.")
    broken: int = Field(description="How many were done later, or are not done although their time is up.")
    rate: float | None = Field(description="`kept` of both, 0 to 1; null where there is none.")


class Part(Answer):
    """Some of several, such as those that were abandoned of those whose wait is over."""

    count: int = Field(description="How many.")
    of: int = Field(description="Of how many.")
    rate: float | None = Field(description="`count` of `of`, 0 to 1; null where there is none.")


class Figures(Answer):
    """What happened to the handoffs that were requested in a stretch of time; consultations are counted apart."""

    handoffs: int = Field(description="Handoffs that were requested, without consultations.")
    consultations: int = Field(description="Consultations that were requested: the source kept the conversation.")
    accepted: int = Field(description="How many of the handoffs were taken over.")
    resolved: int = Field(description="How many were closed as resolved.")
    waiting: int = Field(description="How many are under way: neither taken over nor come to nothing.")
    failed: int = Field(description="How many have no brief, and wait for a retry.")
    time_to_brief: Spread = Field(description="From the request until the brief was ready.")
    time_to_accept: Spread = Field(description="From the request until somebody took it over.")
    time_to_first_reply: Spread = Field(description="From taking over to the receiver's first words to the customer.")
    time_to_resolve: Spread = Field(description="From the request until it was resolved.")
    accept_promise: Attainment = Field(description="Whether it was taken over in time.")
    first_reply_promise: Attainment = Field(description="Whether the first reply came in time.")
    resolve_promise: Attainment = Field(description="Whether it was resolved in time.")
    abandoned: Part = Field(
        description="Handoffs that were called off, or whose source session ended by itself, before anybody took them "
        "over, of those whose wait is over."
    )
    ping_pong: Part = Field(
        description="Handoffs that brought work back to an agent that had handed it over at most `hops` hops before, "
        "of those that were taken over. Returns are among them."
    )
    returned: Part = Field(description="Handoffs that give work back with an instruction, of all.")
    lapsed: int = Field(description="Requeues: claims that ran out, after which the handoff waited again.")
    offers_lapsed: int = Field(description="Offers that nobody answered in time.")
    declined: int = Field(description="Offers that were declined.")
    escalated: int = Field(description="Times that a handoff went one level up.")
    stalled: int = Field(description="Times that somebody had taken over and then did nothing.")
    nobody_there: int = Field(description="Times that nobody was there to take one.")
    info_requested: int = Field(description="Questions to the source of a handoff.")
    redirected: int = Field(description="Handoffs that were sent elsewhere because their chain went in circles.")
    repeat_questions: Part = Field(
        description="Questions of receivers for a value that the brief holds, of all their questions for a value; of "
        "closed handoffs."
    )
    flagged_lines: Part = Field(
        description="Flags on brief lines (`wrong`, `superfluous`) of all lines of the briefs; of closed handoffs."
    )
    missing_lines: int = Field(description="Flags of things that a brief lacks.")
    elements: float | None = Field(
        description="How many of the five parts of I-PASS were given on average: severity, summary, actions, "
        "contingencies, synthesis (the read-back), 0 to 5; of closed handoffs."
    )


class Group(Answer):
    """The figures of one queue, agent, reason code or stretch of time."""

    name: str = Field(description="The target, agent or reason code; of a stretch of time its beginning.")
    figures: Figures = Field(description="Its figures.")


class Point(Answer):
    """The figures of one stretch of time."""

    at: datetime = Field(description="When it begins, in UTC.")
    figures: Figures = Field(description="Its figures.")


class Issues(Answer):
    """What became of the issues that began in the period: an issue is a chain, from its first session on."""

    count: int = Field(description="How many began.")
    transfers: int = Field(description="How often their work was taken over, by now.")
    transfers_per_issue: float | None = Field(description="Both divided; null where none began.")
    contained: Part = Field(
        description="Issues that never went to people, of all: no handoff to `queue:`, `skill:` or `human:`, and no "
        "session of a `human:`."
    )


class ReturnReason(Answer):
    """Why work was given back."""

    reason: str = Field(description="The instruction that it came back with.")
    count: int = Field(description="How often it was just that.")


class Analytics(Answer):
    """How a tenant's handoffs went."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    since: datetime = Field(description="The beginning of the period.")
    until: datetime = Field(description="Its end, not included.")
    bucket: Bucket = Field(description="How long each point over time is.")
    hops: int = Field(description="How many hops back a ping-pong is looked for.")
    total: Figures = Field(description="All handoffs of the period that the filters let through.")
    issues: Issues = Field(description="The issues that began in it; with a filter, those that have such a handoff.")
    over_time: list[Point] = Field(description="By the time of the request, oldest first, gaps filled with zeros.")
    by_queue: list[Group] = Field(description="By target, the most handoffs first, at most 50.")
    by_agent: list[Group] = Field(description="By who took over, the most handoffs first, at most 50.")
    by_reason: list[Group] = Field(description="By reason code, the most handoffs first.")
    return_reasons: list[ReturnReason] = Field(description="The instructions of returns, the most frequent ten.")
