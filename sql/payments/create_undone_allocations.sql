-- Room for allocations that no longer hold.
--
-- Reads: nothing
-- Writes: undone_allocations (temporary), empty
-- Rerun: once after it was dropped
--
-- Params: none
CREATE TEMPORARY TABLE undone_allocations (
    allocation_id bigint PRIMARY KEY,
    undone_by text NOT NULL,
    kept_amount numeric(14, 2) NOT NULL
) ON COMMIT DROP
