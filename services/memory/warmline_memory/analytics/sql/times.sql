-- How long things took: count, median and 95th percentile, in seconds, grouped as in counts.sql, with its parameters.
-- A percentile cannot be made of the percentiles of parts, so this statement groups the handoffs themselves five times.
WITH took AS (
  SELECT
    handoffs.target,
    handoffs.reason_code,
    CASE WHEN handoffs.accepted_at IS NOT NULL THEN handoffs.holder END AS taker,
    date_trunc(:bucket, handoffs.requested_at, :zone) AS bucket,
    extract(epoch FROM handoffs.ready_at - handoffs.requested_at)::float8 AS brief_took,
    extract(epoch FROM handoffs.accepted_at - handoffs.requested_at)::float8 AS accept_took,
    extract(epoch FROM handoffs.first_reply_at - handoffs.accepted_at)::float8 AS first_reply_took,
    CASE
      WHEN handoffs.closed_as = 'resolved' THEN extract(epoch FROM handoffs.closed_at - handoffs.requested_at)::float8
    END AS resolve_took
  FROM handoffs
  WHERE handoffs.mode <> 'consult'
    AND handoffs.requested_at >= :since
    AND handoffs.requested_at < :until
    AND (CAST(:queue AS varchar) IS NULL OR handoffs.target = :queue)
    AND (CAST(:targets AS varchar[]) IS NULL OR handoffs.target = ANY (:targets))
    AND (CAST(:namespace AS varchar) IS NULL OR handoffs.namespace = :namespace)
    AND (
      CAST(:agent AS varchar) IS NULL
      OR handoffs.source_agent = :agent
      OR (handoffs.accepted_at IS NOT NULL AND handoffs.holder = :agent)
    )
)
SELECT GROUPING (target, taker, reason_code, bucket) AS grouping, target, taker, reason_code, bucket,
  count(brief_took) AS brief_count,
  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY brief_took) AS brief_spread,
  count(accept_took) AS accept_count,
  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY accept_took) AS accept_spread,
  count(first_reply_took) AS first_reply_count,
  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY first_reply_took) AS first_reply_spread,
  count(resolve_took) AS resolve_count,
  percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY resolve_took) AS resolve_spread
FROM took
GROUP BY GROUPING SETS ((), (target), (taker), (reason_code), (bucket))
