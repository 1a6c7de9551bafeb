-- Whether our role may leave out, for the length of a statement, the look at each row's references.
--
-- Reads: nothing
-- Writes: nothing
-- Rerun: the same row
--
-- Params: none
SELECT has_parameter_privilege('session_replication_role', 'SET') AS may_skip
