"""Analytics: how a tenant's handoffs went."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from warmline_api.callers import Reader
from warmline_api.queries import OfOneNamespace
from warmline_memory import analytics
from warmline_schemas.analytics import Analytics, AnalyticsFormat, Bucket
from warmline_schemas.wire import AgentName, Moment

router = APIRouter(prefix="/analytics", tags=["analytics"])

Since = Annotated[Moment | None, Query(description="Only handoffs from this moment on; a week ago if left out.")]
Until = Annotated[Moment | None, Query(description="Only handoffs before this moment; now if left out.")]
Queue = Annotated[AgentName | None, Query(description="Only handoffs to this target, such as `queue:billing`.")]
Agent = Annotated[AgentName | None, Query(description="Only handoffs that this agent handed over or took over.")]
Hops = Annotated[int, Query(ge=2, le=20, description="How many hops back a ping-pong is looked for.")]


@router.get(
    "",
    response_model=Analytics,
    responses={200: {"content": {"text/csv": {}}, "description": "The figures."}},
)
def get_analytics(
    caller: Reader,
    since: Since = None,
    until: Until = None,
    bucket: Annotated[Bucket, Query(description="How long each point over time is.")] = Bucket.DAY,
    queue: Queue = None,
    agent: Agent = None,
    namespace: OfOneNamespace = None,
    hops: Hops = 3,
    format: Annotated[AnalyticsFormat, Query(description="As JSON or CSV.")] = AnalyticsFormat.JSON,
) -> Response:
    """How the handoffs went that were requested in a period: in all, over time, by queue, agent and reason.

    docs/analytics.md defines every figure.
    """
    wanted = analytics.Wanted.of(since, until, bucket=bucket, queue=queue, agent=agent, namespace=namespace, hops=hops)
    with caller.transaction() as db:
        found = db.read(lambda reader: analytics.read(reader, wanted))
    if format is AnalyticsFormat.CSV:
        return Response(analytics.to_csv(found), media_type="text/csv")
    return Response(found.model_dump_json(), media_type="application/json")
