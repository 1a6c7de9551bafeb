"""The pages, one module each: what is read, what may be done, and by whom."""
