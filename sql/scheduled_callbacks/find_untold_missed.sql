-- Contacts whose window is past and of which the manager was not told. Where a list that came back late shows that the
-- customer was spoken to in time, there is nothing to tell.
--
-- Reads: callback_contacts, customers, communities
-- Writes: nothing
-- Rerun: no rows once they are marked
--
-- Params:
--   scopes (text[]): communities reported on, or the word prospects
SELECT
    k.rule_code,
    k.subject,
    k.occasion,
    k.trigger,
    k.callback_code,
    k.case_code,
    coalesce(k.community_code, 'prospects') AS community_code,
    m.community_name,
    u.customer_name,
    k.state = 'planned' AS is_still_tried,
    k.due_by,
    k.missed_reason
FROM callback_contacts AS k
LEFT JOIN communities AS m ON k.community_code = m.community_code
LEFT JOIN customers AS u ON k.customer_code = u.customer_code
WHERE
    k.missed_at IS NOT NULL
    AND k.missed_told_at IS NULL
    AND NOT (k.state IN ('reached', 'refused') AND k.closed_at < k.due_by)
    AND coalesce(k.community_code, 'prospects') = any(CAST(:scopes AS text[]))
ORDER BY k.priority, k.due_by, k.subject, k.occasion
