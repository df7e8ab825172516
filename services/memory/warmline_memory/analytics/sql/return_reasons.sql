-- The instructions with which handoffs came back, the most frequent first. Parameters: those of counts.sql, and most.
SELECT handoffs.reason, count(*) AS count
FROM handoffs
WHERE handoffs.returns_id IS NOT NULL
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
GROUP BY handoffs.reason
ORDER BY count(*) DESC, handoffs.reason
LIMIT :most
