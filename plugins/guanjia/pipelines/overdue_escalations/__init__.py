"""Overdue escalations (ESC, CASE-05): deadlines, the ladder, who is told, and the handover of a shift.

The steps in their order, each in a transaction of its own: `compute_deadlines` → `raise_escalations` → gate → `tell` →
`hand_over`. Each takes (transaction, run, as_of) and returns what it wrote, by name.
"""

from guanjia.pipelines.overdue_escalations.telling import tell

__all__ = ["tell"]
