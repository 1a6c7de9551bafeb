-- What deadlines are chosen by, as numbers: the class of a case, and the events of a case.

CREATE FUNCTION case_class(kind text, area text, urgency text, fault_level integer, booked_at timestamptz)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT
        CASE kind
            WHEN 'repair' THEN 0 WHEN 'complaint' THEN 120 WHEN 'enquiry' THEN 240 WHEN 'suggestion' THEN 360 ELSE 480
        END
        + CASE area WHEN 'in_home' THEN 40 WHEN 'public' THEN 80 ELSE 0 END
        + CASE urgency WHEN 'ordinary' THEN 0 WHEN 'urgent' THEN 10 WHEN 'major' THEN 20 ELSE 30 END
        + CASE WHEN fault_level IS NULL THEN 0 ELSE 2 * fault_level END
        + CASE WHEN booked_at IS NULL THEN 0 ELSE 1 END
$$;

COMMENT ON FUNCTION case_class IS 'Class of a case, 0 to 599: kind, area, urgency, fault level and whether a visit is booked.';

CREATE FUNCTION event_number(event text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE event
        WHEN 'assigned' THEN 1 WHEN 'answered' THEN 2 WHEN 'arrived' THEN 3 WHEN 'assessment' THEN 4
        WHEN 'back_on_site' THEN 5 WHEN 'cannot_solve' THEN 6 WHEN 'told_superior' THEN 7 WHEN 'paused' THEN 8
        WHEN 'resumed' THEN 9 WHEN 'resolved' THEN 10 WHEN 'closed' THEN 11 WHEN 'reopened' THEN 12
        WHEN 'report_outcome' THEN 13
        WHEN '派单' THEN 1 WHEN '回复' THEN 2 WHEN '到场' THEN 3 WHEN '需技术评审' THEN 4 WHEN '返场' THEN 5
        WHEN '无法处理' THEN 6 WHEN '上报' THEN 7 WHEN '挂起' THEN 8 WHEN '恢复' THEN 9 WHEN '完成' THEN 10
        WHEN '关闭' THEN 11 WHEN '重开' THEN 12 WHEN '反馈结果' THEN 13
    END
$$;

COMMENT ON FUNCTION event_number IS 'Number of a case event, 1 to 13, by its English or Chinese word; blank for any other.';

CREATE FUNCTION listed_words(list text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_remove(regexp_split_to_array(trim(list), '[[:space:],，、;；]+'), '') $$;

COMMENT ON FUNCTION listed_words IS 'The words of a comma-separated list, without blanks.';

CREATE FUNCTION event_instant(
    number integer, at_1 timestamptz, at_2 timestamptz, at_3 timestamptz, at_4 timestamptz, at_5 timestamptz,
    at_6 timestamptz, at_7 timestamptz, at_8 timestamptz, at_9 timestamptz, at_10 timestamptz, at_11 timestamptz,
    at_12 timestamptz, at_13 timestamptz
) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE number
        WHEN 1 THEN at_1 WHEN 2 THEN at_2 WHEN 3 THEN at_3 WHEN 4 THEN at_4 WHEN 5 THEN at_5 WHEN 6 THEN at_6
        WHEN 7 THEN at_7 WHEN 8 THEN at_8 WHEN 9 THEN at_9 WHEN 10 THEN at_10 WHEN 11 THEN at_11
        WHEN 12 THEN at_12 WHEN 13 THEN at_13
    END
$$;

COMMENT ON FUNCTION event_instant IS 'First instant of the event with that number, out of the first instants of all thirteen.';

CREATE FUNCTION first_instant(
    mask integer, at_1 timestamptz, at_2 timestamptz, at_3 timestamptz, at_4 timestamptz, at_5 timestamptz,
    at_6 timestamptz, at_7 timestamptz, at_8 timestamptz, at_9 timestamptz, at_10 timestamptz, at_11 timestamptz,
    at_12 timestamptz, at_13 timestamptz
) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT least(
        CASE WHEN mask & 1 <> 0 THEN at_1 END, CASE WHEN mask & 2 <> 0 THEN at_2 END,
        CASE WHEN mask & 4 <> 0 THEN at_3 END, CASE WHEN mask & 8 <> 0 THEN at_4 END,
        CASE WHEN mask & 16 <> 0 THEN at_5 END, CASE WHEN mask & 32 <> 0 THEN at_6 END,
        CASE WHEN mask & 64 <> 0 THEN at_7 END, CASE WHEN mask & 128 <> 0 THEN at_8 END,
        CASE WHEN mask & 256 <> 0 THEN at_9 END, CASE WHEN mask & 512 <> 0 THEN at_10 END,
        CASE WHEN mask & 1024 <> 0 THEN at_11 END, CASE WHEN mask & 2048 <> 0 THEN at_12 END,
        CASE WHEN mask & 4096 <> 0 THEN at_13 END
    )
$$;

COMMENT ON FUNCTION first_instant IS 'Earliest of the first instants of the events in a mask (bit = event number - 1).';

CREATE FUNCTION events_seen(
    at_1 timestamptz, at_2 timestamptz, at_3 timestamptz, at_4 timestamptz, at_5 timestamptz, at_6 timestamptz,
    at_7 timestamptz, at_8 timestamptz, at_9 timestamptz, at_10 timestamptz, at_11 timestamptz, at_12 timestamptz,
    at_13 timestamptz, before timestamptz
) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT
        CASE WHEN at_1 < before THEN 1 ELSE 0 END + CASE WHEN at_2 < before THEN 2 ELSE 0 END
        + CASE WHEN at_3 < before THEN 4 ELSE 0 END + CASE WHEN at_4 < before THEN 8 ELSE 0 END
        + CASE WHEN at_5 < before THEN 16 ELSE 0 END + CASE WHEN at_6 < before THEN 32 ELSE 0 END
        + CASE WHEN at_7 < before THEN 64 ELSE 0 END + CASE WHEN at_8 < before THEN 128 ELSE 0 END
        + CASE WHEN at_9 < before THEN 256 ELSE 0 END + CASE WHEN at_10 < before THEN 512 ELSE 0 END
        + CASE WHEN at_11 < before THEN 1024 ELSE 0 END + CASE WHEN at_12 < before THEN 2048 ELSE 0 END
        + CASE WHEN at_13 < before THEN 4096 ELSE 0 END
$$;

COMMENT ON FUNCTION events_seen IS 'Mask of the events whose first instant lies before a bound (bit = event number - 1).';
