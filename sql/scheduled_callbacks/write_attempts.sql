-- CB-11: keeps what every reported attempt came to, one row per content it was judged with.
--
-- Reads: nothing
-- Writes: callback_attempts, one row per callback, attempt and content
-- Rerun: writes nothing
--
-- Params:
--   callback_codes (text[]): callbacks
--   attempted_at (timestamptz[]): instants of the attempts, in the same order as the codes, like all that follows
--   editions (int[]): numbers of the contents, from 1
--   staff_codes (text[]): who called
--   outcomes (text[]): how it went
--   satisfactions (int[]): satisfaction, 1 to 5; blank: none
--   call_later_at (timestamptz[]): instants asked for; blank: none
--   verdicts (text[]): counted, noted, conflicting or superseded
--   reasons (text[]): what was not as it should be; blank: nothing
--   day_parts (int[]): numbers of the parts of the day; blank: outside calling hours
--   digests (text[]): digests of the contents
--   loaded_from (bigint[]): files they came from; blank: none
--   at (timestamptz): instant they are judged at
--   run_id (bigint): run
INSERT INTO callback_attempts AS a (
    callback_code, attempted_at, edition, staff_code, outcome, satisfaction, call_later_at, verdict, reason, day_part,
    content_digest, loaded_from, judged_at, run_id
)
SELECT
    g.callback_code,
    g.attempted_at,
    g.edition,
    g.staff_code,
    g.outcome,
    g.satisfaction,
    g.call_later_at,
    g.verdict,
    g.reason,
    g.day_part,
    g.content_digest,
    g.loaded_from,
    CAST(:at AS timestamptz),
    CAST(:run_id AS bigint)
FROM
    unnest(
        CAST(:callback_codes AS text[]),
        CAST(:attempted_at AS timestamptz[]),
        CAST(:editions AS integer[]),
        CAST(:staff_codes AS text[]),
        CAST(:outcomes AS text[]),
        CAST(:satisfactions AS integer[]),
        CAST(:call_later_at AS timestamptz[]),
        CAST(:verdicts AS text[]),
        CAST(:reasons AS text[]),
        CAST(:day_parts AS integer[]),
        CAST(:digests AS text[]),
        CAST(:loaded_from AS bigint[])
    ) AS g (
        callback_code, attempted_at, edition, staff_code, outcome, satisfaction, call_later_at, verdict, reason,
        day_part, content_digest, loaded_from
    )
ON CONFLICT (callback_code, attempted_at, edition) DO UPDATE
    SET
        verdict = excluded.verdict,
        reason = excluded.reason,
        day_part = excluded.day_part,
        loaded_from = excluded.loaded_from,
        judged_at = excluded.judged_at,
        run_id = excluded.run_id
    WHERE
    (a.verdict, a.reason, a.day_part, a.loaded_from)
    IS DISTINCT FROM (excluded.verdict, excluded.reason, excluded.day_part, excluded.loaded_from)
