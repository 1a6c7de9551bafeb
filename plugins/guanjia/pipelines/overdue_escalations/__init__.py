"""Overdue escalations: deadlines, the ladder, and the mails that tell people (rulebook ESC-01 to 11, CASE-05)."""
