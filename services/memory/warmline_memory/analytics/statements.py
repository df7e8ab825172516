"""Statements: what is counted of handoffs, events, flags and sessions. Each sees the rows of its tenant alone."""

from sqlalchemy import text

from warmline_memory.storage import tables
from warmline_schemas.events import EventType

HAPPENED = {
    "lapsed": EventType.HANDOFF_LAPSED,
    "offers_lapsed": EventType.HANDOFF_OFFER_LAPSED,
    "declined": EventType.HANDOFF_DECLINED,
    "escalated": EventType.HANDOFF_ESCALATED,
    "stalled": EventType.HANDOFF_STALLED,
    "nobody_there": EventType.HANDOFF_NOBODY_THERE,
    "info_requested": EventType.HANDOFF_INFO_REQUESTED,
    "redirected": EventType.HANDOFF_REDIRECTED,
}
"""Figures that are counted from events."""
RESOLVED_AT = "CASE WHEN handoffs.closed_as = 'resolved' THEN handoffs.closed_at END"
TOOK = {
    "brief": "handoffs.ready_at - handoffs.requested_at",
    "accept": "handoffs.accepted_at - handoffs.requested_at",
    "first_reply": "handoffs.first_reply_at - handoffs.accepted_at",
    "resolve": f"{RESOLVED_AT} - handoffs.requested_at",
}
PROMISED = {
    "accept": ("handoffs.accepted_at", "handoffs.accept_due_at"),
    "first_reply": ("handoffs.first_reply_at", "handoffs.first_reply_due_at"),
    "resolve": (RESOLVED_AT, "handoffs.resolve_due_at"),
}
"""When each promise is fulfilled, and by when it must be."""
PLAIN = ("accepted", "resolved", "waiting", "failed", "abandoned", "ping_pong", "returned")
SUMMED = (*HAPPENED, "questions", "repeated", "lines", "flagged", "missing", "elements")
GROUPS = "target, taker, reason_code, bucket"

_TROUBLE = ", ".join(f"'{type}'" for type in tables.TROUBLE)
_UNDER_WAY = ", ".join(f"'{state}'" for state in tables.UNDER_WAY)
_HAPPENED = ", ".join(f"count(*) FILTER (WHERE type = '{type}') AS {name}" for name, type in HAPPENED.items())
_TOOK = ", ".join(f"extract(epoch FROM {span})::float8 AS {name}_took" for name, span in TOOK.items())
_KEPT = ", ".join(
    f"{done} <= {due} AS {name}_kept, "
    f"{done} > {due} OR ({done} IS NULL AND coalesce(handoffs.closed_at, now()) > {due}) AS {name}_broken"
    for name, (done, due) in PROMISED.items()
)
_COUNTED = {
    "handoffs": "count(*) FILTER (WHERE NOT consults)",
    "consultations": "count(*) FILTER (WHERE consults)",
    "decided": "count(*) FILTER (WHERE (accepted OR abandoned) AND NOT consults)",
    "measured": "count(elements) FILTER (WHERE NOT consults)",
    **{
        name: f"count(*) FILTER (WHERE {name} AND NOT consults)"
        for name in (*PLAIN, *(f"{name}_{how}" for name in PROMISED for how in ("kept", "broken")))
    },
    **{name: f"sum({name}) FILTER (WHERE NOT consults)" for name in SUMMED},
}
_COUNTS = ", ".join(f"{count} AS {name}" for name, count in _COUNTED.items())
_SUMS = ", ".join(f"coalesce(sum({name}), 0)::int AS {name}" for name in _COUNTED)
_SPREADS = ", ".join(
    f"count({name}_took) AS {name}_count, "
    f"percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY {name}_took) AS {name}_spread"
    for name in TOOK
)
_GROUPED = """
  handoffs.target, handoffs.reason_code,
  CASE WHEN handoffs.accepted_at IS NOT NULL THEN handoffs.holder END AS taker,
  date_trunc(:bucket, handoffs.requested_at AT TIME ZONE 'UTC') AS bucket
"""
_EACH_WAY = "GROUP BY GROUPING SETS ((), (target), (taker), (reason_code), (bucket))"
_WANTED = """
  handoffs.requested_at >= :since AND handoffs.requested_at < :until
  AND (CAST(:queue AS varchar) IS NULL OR handoffs.target = :queue)
  AND (CAST(:namespace AS varchar) IS NULL OR handoffs.namespace = :namespace)
  AND (CAST(:agent AS varchar) IS NULL OR handoffs.source_agent = :agent
       OR (handoffs.accepted_at IS NOT NULL AND handoffs.holder = :agent))
"""

PLAN_FOR_MANY_ROWS = text(
    "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), "
    "set_config('enable_nestloop', 'off', true), set_config('work_mem', '64MB', true)"
)
"""Until the transaction ends, statements are planned for what they are given: other transactions of the platform read a
few rows by an index, whatever is given, and a plan made for that is too slow for 100,000 handoffs."""

COUNTS = text(f"""
WITH trouble AS (
  SELECT handoff_id, {_HAPPENED},
    bool_or(type = '{EventType.HANDOFF_CANCELLED}' AND jsonb_exists(facts, 'returned')) AS given_back
  FROM events WHERE type IN ({_TROUBLE}) GROUP BY handoff_id
), flagged AS (
  SELECT handoff_id, count(DISTINCT (section, label, line)) FILTER (WHERE verdict <> 'missing') AS flagged,
    count(*) FILTER (WHERE verdict = 'missing') AS missing
  FROM flags GROUP BY handoff_id
), counted AS (
  SELECT {_GROUPED}, handoffs.mode = 'consult' AS consults,
    handoffs.accepted_at IS NOT NULL AS accepted,
    handoffs.closed_as = 'resolved' AS resolved,
    handoffs.state IN ({_UNDER_WAY}) AS waiting,
    handoffs.state = 'failed' AS failed,
    CASE
      WHEN handoffs.accepted_at IS NOT NULL OR trouble.given_back THEN false
      WHEN handoffs.state = 'cancelled' THEN true
      ELSE (SELECT source.ended_reason = 'client' FROM sessions AS source WHERE source.id = handoffs.source_session_id)
    END AS abandoned,
    handoffs.returns_id IS NOT NULL AS returned,
    handoffs.hop > 1 AND handoffs.accepted_at IS NOT NULL AND EXISTS (
      SELECT FROM handoffs AS earlier
      WHERE earlier.chain_id = handoffs.chain_id AND earlier.accepted_at IS NOT NULL
        AND earlier.hop < handoffs.hop AND earlier.hop > handoffs.hop - :hops
        AND earlier.source_agent = handoffs.holder
    ) AS ping_pong,
    {_KEPT}, {", ".join(f"trouble.{name}" for name in HAPPENED)},
    measures.questions, measures.repeated, measures.lines, measures.elements,
    CASE WHEN measures.lines IS NOT NULL THEN flagged.flagged END AS flagged, flagged.missing
  FROM handoffs
    LEFT JOIN trouble ON trouble.handoff_id = handoffs.id
    LEFT JOIN flagged ON flagged.handoff_id = handoffs.id
    LEFT JOIN measures ON measures.handoff_id = handoffs.id
  WHERE {_WANTED}
), finest AS (
  SELECT {GROUPS}, {_COUNTS} FROM counted GROUP BY {GROUPS}
)
SELECT GROUPING ({GROUPS}) AS grouping, {GROUPS}, {_SUMS} FROM finest {_EACH_WAY}
""")  # noqa: S608 (constants)
"""Every count, in all and by each column of ``GROUPS``; first by all of them together, which leaves little to group."""

SPREADS = text(f"""
WITH took AS (
  SELECT {_GROUPED}, {_TOOK} FROM handoffs WHERE handoffs.mode <> 'consult' AND {_WANTED}
)
SELECT GROUPING ({GROUPS}) AS grouping, {GROUPS}, {_SPREADS} FROM took {_EACH_WAY}
""")  # noqa: S608 (constants)
"""How long things took, grouped in the same way."""

ISSUES = text("""
WITH issues AS (
  SELECT sessions.chain_id FROM sessions
  WHERE sessions.id = sessions.chain_id AND sessions.started_at >= :since AND sessions.started_at < :until
    AND (CAST(:namespace AS varchar) IS NULL OR sessions.namespace = :namespace)
    AND (coalesce(CAST(:queue AS varchar), CAST(:agent AS varchar)) IS NULL OR EXISTS (
      SELECT FROM handoffs WHERE handoffs.chain_id = sessions.chain_id
        AND (CAST(:queue AS varchar) IS NULL OR handoffs.target = :queue)
        AND (CAST(:agent AS varchar) IS NULL OR handoffs.source_agent = :agent OR handoffs.holder = :agent)))
), handed AS (
  SELECT handoffs.chain_id, count(*) FILTER (WHERE accepted_at IS NOT NULL AND mode <> 'consult') AS transfers,
    bool_or(target ~ '^(queue|skill|human):' OR holder LIKE 'human:%') AS to_people
  FROM handoffs JOIN issues ON issues.chain_id = handoffs.chain_id GROUP BY handoffs.chain_id
)
SELECT count(*) AS issues, coalesce(sum(handed.transfers), 0)::int AS transfers,
  count(*) FILTER (WHERE NOT coalesce(handed.to_people, false) AND NOT EXISTS (
    SELECT FROM sessions WHERE sessions.chain_id = issues.chain_id AND sessions.agent LIKE 'human:%'
  )) AS contained
FROM issues LEFT JOIN handed ON handed.chain_id = issues.chain_id
""")

RETURN_REASONS = text(f"""
SELECT handoffs.reason, count(*) AS count FROM handoffs
WHERE handoffs.returns_id IS NOT NULL AND {_WANTED}
GROUP BY handoffs.reason ORDER BY count(*) DESC, handoffs.reason LIMIT :most
""")  # noqa: S608 (constants)
