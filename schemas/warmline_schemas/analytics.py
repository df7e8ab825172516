"""Analytics: figures about the handoffs of a tenant. docs/analytics.md defines each of them."""

from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer


class Bucket(StrEnum):
    """The length of each point over time, in UTC. Weeks begin on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class AnalyticsFormat(StrEnum):
    """The format in which the figures are returned."""

    JSON = "json"
    CSV = "csv"


class Spread(Answer):
    """How long something took, in seconds. The values are null where it never happened."""

    count: int = Field(description="How many times it happened.")
    p50: float | None = Field(description="The median, in seconds.")
    p95: float | None = Field(description="The 95th percentile, in seconds.")


class Attainment(Answer):
    """How often a promise was kept. Handoffs without that promise, and those whose time is not over, do not count."""

    kept: int = Field(description="How many were done in the promised time.")
    broken: int = Field(description="How many were done later, or are not done although their time is over.")
    rate: float | None = Field(description="`kept` divided by `kept` and `broken`, 0 to 1; null where both are 0.")


class Part(Answer):
    """How many of a number of things have a property, such as the abandoned ones of the handoffs whose wait is over."""

    count: int = Field(description="How many have the property.")
    of: int = Field(description="How many there are.")
    rate: float | None = Field(description="`count` divided by `of`, 0 to 1; null where `of` is 0.")


class Figures(Answer):
    """Figures about the handoffs that were requested in a period. Consultations are counted separately."""

    handoffs: int = Field(description="Handoffs that were requested, without consultations.")
    consultations: int = Field(description="Consultations that were requested: the source keeps the conversation.")
    accepted: int = Field(description="How many of the handoffs were accepted.")
    resolved: int = Field(description="How many of the handoffs were closed as `resolved`.")
    waiting: int = Field(description="How many of the handoffs are not accepted yet, and have not failed or ended.")
    failed: int = Field(description="How many of the handoffs failed and wait for a retry.")
    time_to_brief: Spread = Field(description="From the request until the brief was ready.")
    time_to_accept: Spread = Field(description="From the request until somebody accepted it.")
    time_to_first_reply: Spread = Field(description="From accepting until the receiver's first words to the customer.")
    time_to_resolve: Spread = Field(description="From the request until it was resolved.")
    accept_promise: Attainment = Field(description="Whether it was accepted in the promised time.")
    first_reply_promise: Attainment = Field(description="Whether the first reply came in the promised time.")
    resolve_promise: Attainment = Field(description="Whether it was resolved in the promised time.")
    abandoned: Part = Field(
        description=(
            "Handoffs that were cancelled, or whose source session ended by itself, before anybody "
            "accepted them; out of those whose wait is over."
        )
    )
    ping_pong: Part = Field(
        description=(
            "Handoffs that brought work back to an agent that had handed it over at most `hops` hops "
            "before; out of those that were accepted. Returns are included."
        )
    )
    returned: Part = Field(description="Handoffs that return work with an instruction; out of all.")
    lapsed: int = Field(description="How often a claim lapsed and its handoff waited again.")
    offers_lapsed: int = Field(description="How often an operator did not answer an offer in time.")
    declined: int = Field(description="How often an operator declined an offer.")
    escalated: int = Field(description="How often a handoff went one level up.")
    stalled: int = Field(
        description=("How often a handoff was accepted, and then nothing was done for longer than its queue allows.")
    )
    nobody_there: int = Field(description="How often no operator was available for a handoff.")
    info_requested: int = Field(description="How many questions were asked of the source of a handoff.")
    redirected: int = Field(description="How many handoffs went to another target because their chain went in circles.")
    repeat_questions: Part = Field(
        description=(
            "Questions of receivers for a value that the brief has; out of all their questions for a "
            "value. Closed handoffs only."
        )
    )
    flagged_lines: Part = Field(
        description=(
            "Lines of briefs that were flagged as `wrong` or `superfluous`; out of all lines of the "
            "briefs. Closed handoffs only."
        )
    )
    missing_lines: int = Field(description="How often a flag said that something is missing in a brief.")
    elements: float | None = Field(
        description=(
            "How many of the five parts of I-PASS (severity, summary, actions, contingencies, synthesis) "
            "were given on average, 0 to 5; the synthesis is the read-back. Closed handoffs only."
        )
    )


class Group(Answer):
    """The figures of one target, agent or reason code."""

    name: str = Field(description="The target, agent or reason code.")
    figures: Figures = Field(description="The figures of this group.")


class Point(Answer):
    """The figures of one stretch of time."""

    at: datetime = Field(description="When the stretch of time begins, in UTC.")
    figures: Figures = Field(description="The figures of this stretch of time.")


class Issues(Answer):
    """What became of the issues that began in the period. An issue is a chain, counted from its first session on."""

    count: int = Field(description="How many issues began.")
    transfers: int = Field(description="How often their work was taken over, up to now.")
    transfers_per_issue: float | None = Field(description="`transfers` divided by `count`; null where no issue began.")
    contained: Part = Field(
        description=(
            "Issues that never went to people; out of all. They have no handoff to `queue:`, `skill:` or "
            "`human:`, and no session of a `human:`."
        )
    )


class ReturnReason(Answer):
    """An instruction with which work was returned."""

    reason: str = Field(description="The instruction.")
    count: int = Field(description="How often work was returned with it.")


class Analytics(Answer):
    """Figures about the handoffs of a tenant."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    since: datetime = Field(description="The beginning of the period.")
    until: datetime = Field(description="The end of the period. It is not included.")
    bucket: Bucket = Field(description="The length of each point over time.")
    hops: int = Field(description="How many hops back the figures look for a ping-pong.")
    total: Figures = Field(description="The figures of all handoffs of the period that match the filters.")
    issues: Issues = Field(
        description=(
            "The issues that began in the period; with a filter, those with at least one handoff that matches."
        )
    )
    over_time: list[Point] = Field(
        description="The figures by the time of the request, oldest first. A stretch without handoffs has zeros."
    )
    by_queue: list[Group] = Field(description="The figures by target, most handoffs first, at most 50.")
    by_agent: list[Group] = Field(
        description="The figures by the agent that took over, most handoffs first, at most 50."
    )
    by_reason: list[Group] = Field(description="The figures by reason code, most handoffs first.")
    return_reasons: list[ReturnReason] = Field(
        description="The ten most frequent instructions with which work was returned."
    )
