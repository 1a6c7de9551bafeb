"""Things kept for others (`custody`, 18:00): found things, lent keys, devices at the start of a shift (CUST)."""
