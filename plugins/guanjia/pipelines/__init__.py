"""One module or folder per pipeline: its steps, each a function of (transaction, as_of, parameters)."""
