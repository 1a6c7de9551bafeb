-- The working-time engine: every calendar's working seconds on one axis, so that one statement serves all calendars.
--
-- Calendar n has the keys n * 2^36 + seconds, for instants (seconds since 1970) and for positions (working seconds since
-- the calendar's first covered instant) alike; a lookup is one binary search in an array, an addition of working time two:
--
--   segment  = width_bucket(key + instant, opens)             the last stretch that opens at or before the instant
--   position = working_position(instant, segment, shifts, reached)
--   landing  = width_bucket(key + position + budget - 0.5, passed)
--   due      = position + budget - shifts[landing]            closing time when it lands exactly there
--
-- Statements read the arrays once, as scalar subqueries: (SELECT opens FROM clock).

CREATE FUNCTION axis_key(axis integer) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT axis * 68719476736.0::double precision $$;

COMMENT ON FUNCTION axis_key IS 'Where a calendar begins on the common time axis; calendars are 2^36 seconds apart.';

CREATE FUNCTION whole_seconds(instant timestamptz) RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT floor(date_part('epoch', instant)) $$;

COMMENT ON FUNCTION whole_seconds IS 'Seconds since 1970, fractions cut off: the engine counts seconds.';

CREATE FUNCTION working_position(
    instant double precision, segment integer, shifts double precision[], reached double precision[]
) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT least(instant + shifts[segment], reached[segment]) $$;

COMMENT ON FUNCTION working_position IS
'Working seconds passed at an instant, given the segment that opened last before it; outside hours: those at its closing.';

CREATE VIEW working_clock AS
SELECT
    array_agg(axis_key(c.axis) + whole_seconds(s.opens_at) ORDER BY c.axis, s.opens_at) AS opens,
    array_agg(axis_key(c.axis) + s.seconds_before ORDER BY c.axis, s.opens_at) AS passed,
    array_agg(s.seconds_before - whole_seconds(s.opens_at) ORDER BY c.axis, s.opens_at) AS shifts,
    array_agg(
        s.seconds_before + whole_seconds(s.closes_at) - whole_seconds(s.opens_at) ORDER BY c.axis, s.opens_at
    ) AS reached
FROM working_segments AS s
INNER JOIN working_calendars AS c ON s.calendar_code = c.calendar_code;

COMMENT ON VIEW working_clock IS
'One row of arrays over all stretches of working time: opens (axis key + opening), passed (axis key + working seconds '
'before it), shifts (working seconds before it - opening), reached (working seconds at its closing).';

CREATE VIEW working_day_clock AS
SELECT
    array_agg(axis_key(c.axis) + whole_seconds(d.opens_at) ORDER BY c.axis, d.opens_at) AS day_opens,
    array_agg(whole_seconds(d.closes_at) ORDER BY c.axis, d.opens_at) AS day_closes,
    array_agg(d.day ORDER BY c.axis, d.opens_at) AS days,
    (
        SELECT array_agg(k.time_zone ORDER BY a.axis)
        FROM generate_series(1, (SELECT max(m.axis) FROM working_calendars AS m)) AS a (axis)
        LEFT JOIN working_calendars AS k ON a.axis = k.axis
    ) AS zones
FROM working_days AS d
INNER JOIN working_calendars AS c ON d.calendar_code = c.calendar_code;

COMMENT ON VIEW working_day_clock IS
'One row of arrays over all working days: day_opens (axis key + first opening), day_closes (last closing), days; and '
'zones, the time zone of each calendar by its axis.';
