"""Overdue escalations (ESC, CASE-05): deadlines, the ladder, who is told, and the handover of a shift.

The steps in their order, each in a transaction of its own: `compute_deadlines` → `raise_escalations` → gate → `tell` →
`hand_over`. Each takes (transaction, run, as_of) and returns what it wrote, by name. The contract between them:
`deadlines.next_look_at` says which ladders the second must look at; `escalations` that are neither told nor stood down
are what the third tells. `run_steps` does them all in one process, without Airflow and without gates.
"""

from guanjia.pipelines.overdue_escalations.deadlines import compute_deadlines
from guanjia.pipelines.overdue_escalations.handover import hand_over
from guanjia.pipelines.overdue_escalations.ladder import raise_escalations
from guanjia.pipelines.overdue_escalations.running import run_steps
from guanjia.pipelines.overdue_escalations.telling import tell

__all__ = ["compute_deadlines", "hand_over", "raise_escalations", "run_steps", "tell"]
