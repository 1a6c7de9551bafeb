-- QC-01: the items looked at one by one that grouped counts hold too, in the groups they were counted in.
--
-- Reads: frame_items (temporary)
-- Writes: nothing
-- Rerun: the same rows for the same items
--
-- Params:
--   with_unanswered (boolean): calls that nobody took were counted as drawable
SELECT
    i.subject_kind,
    i.staff_code,
    i.channel,
    i.community_code,
    i.subject_kind = 'case' AND i.outcome = 'complaint' AS is_complaint,
    sum(i.counted) AS items,
    coalesce(
        sum(i.counted) FILTER (WHERE i.outcome <> 'unanswered' OR CAST(:with_unanswered AS boolean)), 0
    ) AS population,
    coalesce(
        bit_xor(i.random_hash) FILTER (
            WHERE (i.outcome <> 'unanswered' OR CAST(:with_unanswered AS boolean))
        ),
        0
    ) AS combined
FROM frame_items AS i
WHERE i.counted > 0
GROUP BY
    i.subject_kind,
    i.staff_code,
    i.channel,
    i.community_code,
    i.subject_kind = 'case' AND i.outcome = 'complaint'
