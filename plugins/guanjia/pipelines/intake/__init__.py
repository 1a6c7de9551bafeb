"""Intake: files become rows of the registers, or rejects with reasons (pipelines, section 1)."""
