"""Reports people read: weekly, daily and monthly, from figures computed once per edition (REP-01 to REP-06)."""
