-- The digest of all that a period's results, verdicts and agreement are computed from: its samples with their scores and
-- states, the strata, risk classes and populations they speak for, what two reviewers said of the same item, the lots. The
-- same digest: computed anew they would be what they are. Of a month only what its weeks and its own draw hold is read.
--
-- Reads: quality_draws, samples, quality_strata, quality_risk_classes, quality_populations, quality_draw_criteria,
--   quality_judgements, quality_lots, quality_progress
-- Writes: nothing
-- Rerun: the same row for the same tables
--
-- Params:
--   period (text): week or month, as in the draws
--   starts_at (timestamptz): start of the month, inclusive; of a week anything
--   ends_at (timestamptz): end of the month, exclusive; of a week anything
--   is_month (boolean): a month is asked for
--   method (text): how results are computed: another method computes them anew
WITH chosen AS (
    SELECT
        d.draw_code,
        d.kind,
        d.period = CAST(:period AS text) OR d.frame_from < CAST(:ends_at AS timestamptz) AS is_whole
    FROM quality_draws AS d
    WHERE
        CASE
            WHEN CAST(:is_month AS boolean) THEN d.frame_to > CAST(:starts_at AS timestamptz)
            ELSE d.period = CAST(:period AS text)
        END
),

whole AS (
    SELECT c.draw_code
    FROM chosen AS c
    WHERE c.is_whole
),

drawn AS (
    SELECT
        s.sample_code,
        s.second_reviewer,
        hash_record_extended(
            row(
                s.sample_code, s.draw_code, s.stratum, s.risk_class, s.subject_kind, s.subject_code,
                s.staff_code, s.team_code, s.community_code, s.reason, s.is_random, s.is_risk,
                s.occurred_at, s.state, s.score, s.is_critical, s.is_nonconforming, s.reviewer,
                s.second_reviewer
            ),
            0
        ) AS content
    FROM samples AS s
    INNER JOIN chosen AS c ON s.draw_code = c.draw_code
    WHERE
        (c.is_whole AND c.kind = 'weekly')
        OR (s.occurred_at >= CAST(:starts_at AS timestamptz) AND s.occurred_at < CAST(:ends_at AS timestamptz))
),

parts AS (
    SELECT
        'samples' AS part,
        count(*) AS items,
        bit_xor(d.content) AS contents
    FROM drawn AS d
    UNION ALL
    SELECT
        'judgements',
        count(*),
        bit_xor(
            hash_record_extended(
                row(
                    j.sample_code, j.reviewer, j.criterion, j.edition, j.verdict, j.score, j.is_critical
                ),
                0
            )
        )
    FROM drawn AS d
    INNER JOIN quality_judgements AS j ON d.sample_code = j.sample_code
    WHERE d.second_reviewer IS NOT NULL
    UNION ALL
    SELECT
        'strata',
        count(*),
        bit_xor(hash_record_extended(row(t.draw_code, t.stratum, t.staff_code, t.population), 0))
    FROM quality_strata AS t
    INNER JOIN whole AS w ON t.draw_code = w.draw_code
    UNION ALL
    SELECT
        'classes',
        count(*),
        bit_xor(hash_record_extended(row(t.draw_code, t.risk_class, t.population, t.risk_items), 0))
    FROM quality_risk_classes AS t
    INNER JOIN whole AS w ON t.draw_code = w.draw_code
    UNION ALL
    SELECT
        'populations',
        count(*),
        bit_xor(
            hash_record_extended(
                row(
                    t.draw_code, t.staff_code, t.team_code, t.community_code, t.subject_kind, t.frame_items,
                    t.population
                ),
                0
            )
        )
    FROM quality_populations AS t
    INNER JOIN whole AS w ON t.draw_code = w.draw_code
    UNION ALL
    SELECT
        'criteria',
        count(*),
        bit_xor(
            hash_record_extended(
                row(
                    t.draw_code, t.criterion, t.position, t.weight, t.is_critical, t.pass_score
                ),
                0
            )
        )
    FROM quality_draw_criteria AS t
    INNER JOIN chosen AS c ON t.draw_code = c.draw_code
    UNION ALL
    SELECT
        'lots',
        count(*),
        bit_xor(
            hash_record_extended(
                row(
                    q.period, q.staff_code, q.sample_size, q.acceptance_number, q.inspection, q.scored,
                    q.nonconforming, q.verdict, q.switching_score, q.next_inspection, q.switched_because,
                    q.explanation, q.is_final
                ),
                0
            )
        )
    FROM quality_lots AS q
    LEFT JOIN quality_progress AS p ON p.only_row
    WHERE
        CAST(:is_month AS boolean)
        AND q.period > coalesce(p.month_closed, '')
        AND q.period <= CAST(:period AS text)
)

SELECT
    md5(concat_ws(
        '|',
        CAST(:method AS text),
        (
            SELECT p.month_closed
            FROM quality_progress AS p
            WHERE CAST(:is_month AS boolean)
        ),
        string_agg(concat_ws(':', a.part, a.items, a.contents), '|' ORDER BY a.part)
    )) AS digest
FROM parts AS a
