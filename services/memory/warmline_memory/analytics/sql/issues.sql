-- The chains that began in a period: how many, how often they were passed on, and how many no person ever saw.
-- Parameters: since, until, and the filters queue, targets, namespace and agent, which are null where not given.
WITH issues AS (
  -- A chain has the id of its first session.
  SELECT sessions.chain_id
  FROM sessions
  WHERE sessions.id = sessions.chain_id
    AND sessions.started_at >= :since
    AND sessions.started_at < :until
    AND (CAST(:namespace AS varchar) IS NULL OR sessions.namespace = :namespace)
    AND (
      (coalesce(CAST(:queue AS varchar), CAST(:agent AS varchar)) IS NULL AND CAST(:targets AS varchar[]) IS NULL)
      OR EXISTS (
        SELECT
        FROM handoffs
        WHERE handoffs.chain_id = sessions.chain_id
          AND (CAST(:queue AS varchar) IS NULL OR handoffs.target = :queue)
          AND (CAST(:targets AS varchar[]) IS NULL OR handoffs.target = ANY (:targets))
          AND (CAST(:agent AS varchar) IS NULL OR handoffs.source_agent = :agent OR handoffs.holder = :agent)
      )
    )
), handed AS (
  SELECT handoffs.chain_id,
    count(*) FILTER (WHERE accepted_at IS NOT NULL AND mode <> 'consult') AS transfers,
    bool_or(target ~ '^(queue|skill|human):' OR holder LIKE 'human:%') AS to_people
  FROM handoffs
    JOIN issues ON issues.chain_id = handoffs.chain_id
  GROUP BY handoffs.chain_id
)
SELECT
  count(*) AS issues,
  coalesce(sum(handed.transfers), 0)::int AS transfers,
  -- A person may also work in a chain without a handoff, in a session of their own.
  count(*) FILTER (
    WHERE NOT coalesce(handed.to_people, false)
      AND NOT EXISTS (
        SELECT
        FROM sessions
        WHERE sessions.chain_id = issues.chain_id AND sessions.agent LIKE 'human:%'
      )
  ) AS contained
FROM issues
  LEFT JOIN handed ON handed.chain_id = issues.chain_id
