-- Every count of the handoffs that were requested in a period, in all and by target, taker, reason code and bucket.
-- Parameters: since, until, bucket, hops, and the filters queue, targets, namespace and agent, which are null where not given.
-- Each transaction sees the rows of its tenant alone (row-level security), so no statement here names a tenant.
WITH trouble AS (
  -- These are the types that the index events_of_trouble holds; the planner uses it only where they stand here as
  -- constants, not as a parameter.
  SELECT handoff_id,
    count(*) FILTER (WHERE type = 'handoff.lapsed') AS lapsed,
    count(*) FILTER (WHERE type = 'handoff.offer_lapsed') AS offers_lapsed,
    count(*) FILTER (WHERE type = 'handoff.declined') AS declined,
    count(*) FILTER (WHERE type = 'handoff.escalated') AS escalated,
    count(*) FILTER (WHERE type = 'handoff.stalled') AS stalled,
    count(*) FILTER (WHERE type = 'handoff.nobody_there') AS nobody_there,
    count(*) FILTER (WHERE type = 'handoff.info_requested') AS info_requested,
    count(*) FILTER (WHERE type = 'handoff.redirected') AS redirected,
    bool_or(type = 'handoff.cancelled' AND jsonb_exists(facts, 'returned')) AS given_back
  FROM events
  WHERE type IN (
    'handoff.lapsed', 'handoff.offer_lapsed', 'handoff.escalated', 'handoff.stalled', 'handoff.declined',
    'handoff.nobody_there', 'handoff.info_requested', 'handoff.redirected', 'handoff.cancelled'
  )
  GROUP BY handoff_id
), flagged AS (
  SELECT handoff_id,
    -- Several people may flag the same line; it is one wrong line.
    count(DISTINCT (section, label, line)) FILTER (WHERE verdict <> 'missing') AS flagged,
    count(*) FILTER (WHERE verdict = 'missing') AS missing
  FROM flags
  GROUP BY handoff_id
), counted AS (
  SELECT
    handoffs.target,
    handoffs.reason_code,
    CASE WHEN handoffs.accepted_at IS NOT NULL THEN handoffs.holder END AS taker,
    date_trunc(:bucket, handoffs.requested_at, :zone) AS bucket,
    handoffs.mode = 'consult' AS consults,
    handoffs.accepted_at IS NOT NULL AS accepted,
    handoffs.closed_as = 'resolved' AS resolved,
    handoffs.state IN ('requested', 'drafted', 'ready', 'claimed') AS waiting,
    handoffs.state = 'failed' AS failed,
    -- Abandoned is what ended before anybody took it over. What its holder gave back had been looked at, so it is not.
    CASE
      WHEN handoffs.accepted_at IS NOT NULL OR trouble.given_back THEN false
      WHEN handoffs.state = 'cancelled' THEN true
      ELSE (
        SELECT source.ended_reason = 'client'
        FROM sessions AS source
        WHERE source.id = handoffs.source_session_id
      )
    END AS abandoned,
    handoffs.returns_id IS NOT NULL AS returned,
    -- A first hop has no earlier one: without that condition the subquery would run for every handoff.
    handoffs.hop > 1 AND handoffs.accepted_at IS NOT NULL AND EXISTS (
      SELECT
      FROM handoffs AS earlier
      WHERE earlier.chain_id = handoffs.chain_id
        AND earlier.accepted_at IS NOT NULL
        AND earlier.hop < handoffs.hop
        AND earlier.hop > handoffs.hop - :hops
        AND earlier.source_agent = handoffs.holder
    ) AS ping_pong,
    -- A promise that is not fulfilled is broken once its time is over, by the handoff's end or by now.
    handoffs.accepted_at <= handoffs.accept_due_at AS accept_kept,
    handoffs.accepted_at > handoffs.accept_due_at OR (
      handoffs.accepted_at IS NULL AND coalesce(handoffs.closed_at, now()) > handoffs.accept_due_at
    ) AS accept_broken,
    handoffs.first_reply_at <= handoffs.first_reply_due_at AS first_reply_kept,
    handoffs.first_reply_at > handoffs.first_reply_due_at OR (
      handoffs.first_reply_at IS NULL AND coalesce(handoffs.closed_at, now()) > handoffs.first_reply_due_at
    ) AS first_reply_broken,
    done.resolved_at <= handoffs.resolve_due_at AS resolve_kept,
    done.resolved_at > handoffs.resolve_due_at OR (
      done.resolved_at IS NULL AND coalesce(handoffs.closed_at, now()) > handoffs.resolve_due_at
    ) AS resolve_broken,
    trouble.lapsed,
    trouble.offers_lapsed,
    trouble.declined,
    trouble.escalated,
    trouble.stalled,
    trouble.nobody_there,
    trouble.info_requested,
    trouble.redirected,
    measures.questions,
    measures.repeated,
    measures.lines,
    measures.elements,
    -- A share of lines: what was flagged of a brief whose lines are not counted yet must not count either.
    CASE WHEN measures.lines IS NOT NULL THEN flagged.flagged END AS flagged,
    flagged.missing
  FROM handoffs
    CROSS JOIN LATERAL (
      SELECT CASE WHEN handoffs.closed_as = 'resolved' THEN handoffs.closed_at END AS resolved_at
    ) AS done
    LEFT JOIN trouble ON trouble.handoff_id = handoffs.id
    LEFT JOIN flagged ON flagged.handoff_id = handoffs.id
    LEFT JOIN measures ON measures.handoff_id = handoffs.id
  WHERE handoffs.requested_at >= :since
    AND handoffs.requested_at < :until
    AND (CAST(:queue AS varchar) IS NULL OR handoffs.target = :queue)
    AND (CAST(:targets AS varchar[]) IS NULL OR handoffs.target = ANY (:targets))
    AND (CAST(:namespace AS varchar) IS NULL OR handoffs.namespace = :namespace)
    AND (
      CAST(:agent AS varchar) IS NULL
      OR handoffs.source_agent = :agent
      OR (handoffs.accepted_at IS NOT NULL AND handoffs.holder = :agent)
    )
), finest AS (
  -- Grouped by all four columns together at first: what is then left to group five times is little.
  SELECT target, taker, reason_code, bucket,
    count(*) FILTER (WHERE NOT consults) AS handoffs,
    count(*) FILTER (WHERE consults) AS consultations,
    count(*) FILTER (WHERE (accepted OR abandoned) AND NOT consults) AS decided,
    count(elements) FILTER (WHERE NOT consults) AS measured,
    count(*) FILTER (WHERE accepted AND NOT consults) AS accepted,
    count(*) FILTER (WHERE resolved AND NOT consults) AS resolved,
    count(*) FILTER (WHERE waiting AND NOT consults) AS waiting,
    count(*) FILTER (WHERE failed AND NOT consults) AS failed,
    count(*) FILTER (WHERE abandoned AND NOT consults) AS abandoned,
    count(*) FILTER (WHERE ping_pong AND NOT consults) AS ping_pong,
    count(*) FILTER (WHERE returned AND NOT consults) AS returned,
    count(*) FILTER (WHERE accept_kept AND NOT consults) AS accept_kept,
    count(*) FILTER (WHERE accept_broken AND NOT consults) AS accept_broken,
    count(*) FILTER (WHERE first_reply_kept AND NOT consults) AS first_reply_kept,
    count(*) FILTER (WHERE first_reply_broken AND NOT consults) AS first_reply_broken,
    count(*) FILTER (WHERE resolve_kept AND NOT consults) AS resolve_kept,
    count(*) FILTER (WHERE resolve_broken AND NOT consults) AS resolve_broken,
    sum(lapsed) FILTER (WHERE NOT consults) AS lapsed,
    sum(offers_lapsed) FILTER (WHERE NOT consults) AS offers_lapsed,
    sum(declined) FILTER (WHERE NOT consults) AS declined,
    sum(escalated) FILTER (WHERE NOT consults) AS escalated,
    sum(stalled) FILTER (WHERE NOT consults) AS stalled,
    sum(nobody_there) FILTER (WHERE NOT consults) AS nobody_there,
    sum(info_requested) FILTER (WHERE NOT consults) AS info_requested,
    sum(redirected) FILTER (WHERE NOT consults) AS redirected,
    sum(questions) FILTER (WHERE NOT consults) AS questions,
    sum(repeated) FILTER (WHERE NOT consults) AS repeated,
    sum(lines) FILTER (WHERE NOT consults) AS lines,
    sum(flagged) FILTER (WHERE NOT consults) AS flagged,
    sum(missing) FILTER (WHERE NOT consults) AS missing,
    sum(elements) FILTER (WHERE NOT consults) AS elements
  FROM counted
  GROUP BY target, taker, reason_code, bucket
)
SELECT GROUPING (target, taker, reason_code, bucket) AS grouping, target, taker, reason_code, bucket,
  coalesce(sum(handoffs), 0)::int AS handoffs,
  coalesce(sum(consultations), 0)::int AS consultations,
  coalesce(sum(decided), 0)::int AS decided,
  coalesce(sum(measured), 0)::int AS measured,
  coalesce(sum(accepted), 0)::int AS accepted,
  coalesce(sum(resolved), 0)::int AS resolved,
  coalesce(sum(waiting), 0)::int AS waiting,
  coalesce(sum(failed), 0)::int AS failed,
  coalesce(sum(abandoned), 0)::int AS abandoned,
  coalesce(sum(ping_pong), 0)::int AS ping_pong,
  coalesce(sum(returned), 0)::int AS returned,
  coalesce(sum(accept_kept), 0)::int AS accept_kept,
  coalesce(sum(accept_broken), 0)::int AS accept_broken,
  coalesce(sum(first_reply_kept), 0)::int AS first_reply_kept,
  coalesce(sum(first_reply_broken), 0)::int AS first_reply_broken,
  coalesce(sum(resolve_kept), 0)::int AS resolve_kept,
  coalesce(sum(resolve_broken), 0)::int AS resolve_broken,
  coalesce(sum(lapsed), 0)::int AS lapsed,
  coalesce(sum(offers_lapsed), 0)::int AS offers_lapsed,
  coalesce(sum(declined), 0)::int AS declined,
  coalesce(sum(escalated), 0)::int AS escalated,
  coalesce(sum(stalled), 0)::int AS stalled,
  coalesce(sum(nobody_there), 0)::int AS nobody_there,
  coalesce(sum(info_requested), 0)::int AS info_requested,
  coalesce(sum(redirected), 0)::int AS redirected,
  coalesce(sum(questions), 0)::int AS questions,
  coalesce(sum(repeated), 0)::int AS repeated,
  coalesce(sum(lines), 0)::int AS lines,
  coalesce(sum(flagged), 0)::int AS flagged,
  coalesce(sum(missing), 0)::int AS missing,
  coalesce(sum(elements), 0)::int AS elements
FROM finest
GROUP BY GROUPING SETS ((), (target), (taker), (reason_code), (bucket))
