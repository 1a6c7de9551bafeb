-- Payments to judge: new ones, those whose line was corrected since, those in suspense, and all that take something back.
--
-- Reads: payments, payment_assignments
-- Writes: waiting_payments (temporary), one row per payment. payer: its name without spaces, width and case of its
-- letters; is_outside: from before the community was served, or of one that is not
-- Rerun: once after it was dropped
--
-- Params:
--   as_of (timestamptz): instant; payments received on a later day are not seen
--   payment_codes (text[]): payments to look at, with what takes them back; null: all
--   communities (text[]): communities served
--   live_from (date[]): first day each is served, in the same order, inclusive
CREATE TEMPORARY TABLE waiting_payments ON COMMIT DROP AS
WITH served AS (
    SELECT
        g.community_code,
        g.live_from
    FROM unnest(CAST(:communities AS text[]), CAST(:live_from AS date[])) AS g (community_code, live_from)
),

first_served AS (
    SELECT
        s.community_code,
        s.live_from
    FROM served AS s
    ORDER BY s.live_from, s.community_code
    LIMIT 1
)

SELECT
    p.payment_code,
    p.received_on,
    p.community_code,
    p.unit_code,
    regexp_replace(lower(normalize(coalesce(p.payer, ''), nfkc)), '[\s\u200b\ufeff]', '', 'g') AS payer,
    p.amount,
    nullif(btrim(normalize(p.reference, nfkc)), '') AS reference,
    md5(
        concat_ws(
            chr(31),
            p.received_on,
            coalesce(p.community_code, ''),
            coalesce(p.unit_code, ''),
            coalesce(p.payer, ''),
            p.amount,
            coalesce(p.reference, '')
        )
    ) AS content_digest,
    coalesce(s.community_code, f.community_code) AS books_code,
    coalesce(p.received_on < coalesce(s.live_from, f.live_from), TRUE) AS is_outside,
    h.assignment_no,
    h.state,
    h.community_code AS held_community,
    h.unit_code AS held_unit,
    h.customer_code AS held_customer,
    h.reason AS held_reason,
    h.reverses AS held_reverses,
    h.amount AS held_amount,
    h.assigned_by AS held_by,
    h.content_digest AS held_digest
FROM payments AS p
LEFT JOIN served AS s ON p.community_code = s.community_code
LEFT JOIN first_served AS f ON p.community_code IS NULL
LEFT JOIN payment_assignments AS h ON p.payment_code = h.payment_code AND h.ended_at IS NULL
WHERE
    p.received_on <= CAST(CAST(:as_of AS timestamptz) AT TIME ZONE 'Asia/Shanghai' AS date)
    AND (
        CAST(:payment_codes AS text[]) IS NULL
        OR p.payment_code = any(CAST(:payment_codes AS text[]))
        OR h.reverses = any(CAST(:payment_codes AS text[]))
    )
    AND (
        CAST(:payment_codes AS text[]) IS NOT NULL
        OR (h.payment_code IS NULL AND p.received_on >= coalesce(s.live_from, f.live_from))
        OR (h.state = 'suspense' AND h.assigned_by IS NULL)
        OR (p.amount < 0 AND h.payment_code IS NOT NULL)
        OR h.content_digest <> md5(
            concat_ws(
                chr(31),
                p.received_on,
                coalesce(p.community_code, ''),
                coalesce(p.unit_code, ''),
                coalesce(p.payer, ''),
                p.amount,
                coalesce(p.reference, '')
            )
        )
    )
